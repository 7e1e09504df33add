cases = {
    "end": lambda res: res.end("answered"),
    "json": lambda res: res.status(201).json({"answered": True}),
    "send": lambda res: res.send("answered"),
    "no_content": lambda res: res.status(204).end(),
    "redirect": lambda res: res.redirect("/next"),
    "write": lambda res: res.write("half "),
    "writehead": lambda res: res.writeHead(201, {"X-A": "1"}),
    "flush": lambda res: res.status(202).flushHeaders(),
    "write_length": lambda res: res.setHeader("Content-Length", 100).write("half "),
    "write_end": lambda res: res.write("one ") and res.end("two"),
}


def handler(req, res):
    cases[req.query["case"]](res)
    raise Exception("secret")

from json import dumps


def state(res):
    return [res.headersSent, res.writableEnded, res.finished]


def text(value):
    return dumps(value, separators=(",", ":"))


def fresh(res):
    res.json(state(res))


def headers_set(res):
    res.status(201).setHeader("X-Own", "1")
    res.json(state(res))


def head_written(res):
    res.writeHead(200)
    res.end(text(state(res)))


def flushed(res):
    res.flushHeaders()
    res.end(text(state(res)))


def written(res):
    res.write("x")
    res.end(text(state(res)))


before = {}


def remembered(name, answer):
    def case(res):
        answer(res)
        before[name] = state(res)

    return case


cases = {
    "fresh": fresh,
    "headers_set": headers_set,
    "head_written": head_written,
    "flushed": flushed,
    "written": written,
    "ended": remembered("ended", lambda res: res.end()),
    "json": remembered("json", lambda res: res.json({})),
    "sent": remembered("sent", lambda res: res.send("text")),
    "redirected": remembered("redirected", lambda res: res.redirect("/x")),
    "no_content": remembered("no_content", lambda res: res.status(204).end()),
}


def handler(req, res):
    if req.query["case"] == "told":
        res.json(before[req.query["name"]])
    else:
        cases[req.query["case"]](res)

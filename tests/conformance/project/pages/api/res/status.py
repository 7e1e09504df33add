answers = {
    "json": lambda res, code: res.status(code).json({"code": code}),
    "send": lambda res, code: res.status(code).send("text"),
    "object": lambda res, code: res.status(code).send({"code": code}),
    "end": lambda res, code: res.status(code).end("text"),
    "nothing": lambda res, code: res.status(code).end(),
    "write": lambda res, code: res.status(code).write("one ") and res.end("two"),
    "typed": lambda res, code: res.setHeader("Content-Type", "text/x-own").status(code).send("text"),
    "null": lambda res, code: res.setHeader("Content-Type", "text/x-own").status(code).send(None),
}


def handler(req, res):
    as_, code = req.query["as"], req.query["code"]
    answers[as_](res, int(code))

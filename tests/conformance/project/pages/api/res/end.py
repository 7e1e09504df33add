from json import dumps


def threw(call):
    try:
        call()
        return False
    except Exception:
        return True


def refused(value):
    def case(res):
        failed = threw(lambda: res.end(value))
        res.end(text({"threw": failed, "ended": res.writableEnded, "sent": res.headersSent}))

    return case


def text(value):
    return dumps(value, separators=(",", ":"))


def twice(res):
    res.end("first")
    res.end("second")


def twice_with_status(res):
    res.status(201).end("first")
    res.status(500).end("second")


def write_after(res):
    res.end("first")
    res.write("second")


def typed(res):
    res.setHeader("Content-Type", "text/plain")
    res.setHeader("Content-Length", "4")
    res.end("text")


cases = {
    "nothing": lambda res: res.end(),
    "null": lambda res: res.end(None),
    "string": lambda res: res.end("text é 中"),
    "empty_string": lambda res: res.end(""),
    "buffer": lambda res: res.end(b"\x00\xff"),
    "empty_buffer": lambda res: res.end(b""),
    "lone": lambda res: res.end("a\ud83d"),
    "twice": twice,
    "twice_with_status": twice_with_status,
    "write_after": write_after,
    "typed": typed,
    "number": refused(42),
    "zero": refused(0),
    "object": refused({"a": 1}),
    "array": refused([1]),
    "true": refused(True),
    "false": refused(False),
    "uncaught": lambda res: res.status(201).setHeader("X-Kept", "1").end(42),
}


def handler(req, res):
    cases[req.query["case"]](res)

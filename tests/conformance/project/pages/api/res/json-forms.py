def threw(call):
    try:
        call()
        return False
    except Exception:
        return True


def circle():
    value = {"a": 1}
    value["self"] = value
    return value


def circle_caught(res):
    failed = threw(lambda: res.json(circle()))
    res.json({"threw": failed, "type": res.getHeader("Content-Type")})


def shared(res):
    part = {"a": 1}
    res.json([part, part])


cases = {
    "circle": lambda res: res.json(circle()),
    "circle_after_headers": lambda res: res.setHeader("X-Kept", "1").status(201).json(circle()),
    "circle_caught": circle_caught,
    "circle_sent": lambda res: res.send(circle()),
    "shared": shared,
    "unserialisable": lambda res: res.json({"big": object()}),
    "own_type": lambda res: res.setHeader("Content-Type", "application/problem+json").json({}),
    "own_length": lambda res: res.setHeader("Content-Length", "1").json({"a": 1}),
    "own_encoding": lambda res: res.setHeader("Transfer-Encoding", "chunked").json({"a": 1}),
    "typed_204": lambda res: res.setHeader("Content-Length", 5).status(204).json({"a": 1}),
    "null_304": lambda res: res.status(304).json(None),
}


def handler(req, res):
    cases[req.query["case"]](res)

def at_once():
    raise Exception("secret")
    yield


def midway():
    yield "one "
    yield "two "
    raise Exception("secret")


def wrong_type():
    yield "one "
    yield 42


cases = {
    "at_once": lambda res: res.send(at_once()),
    "midway": lambda res: res.send(midway()),
    "midway_length": lambda res: res.setHeader("Content-Length", 100).send(midway()),
    "wrong_type": lambda res: res.send(wrong_type()),
}


def handler(req, res):
    cases[req.query["case"]](res)

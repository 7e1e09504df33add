def threw_with(value):
    def case(req, res):
        raise value

    return case


class Teapot(Exception):
    statusCode = 418
    status = 418


def after_headers(req, res):
    res.status(201).setHeader("X-Kept", "1").setHeader("Content-Type", "text/x-own")
    raise Exception("secret")


def after_phrase(req, res):
    res.statusMessage = "Mine"
    raise Exception("secret")


def after_length(req, res):
    res.setHeader("Content-Length", 5)
    raise Exception("secret")


def after_cookies(req, res):
    res.setHeader("Set-Cookie", ["a=1", "b=2"]).setDraftMode(enable=True)
    raise Exception("secret")


def after_204(req, res):
    res.status(204)
    raise Exception("secret")


def name_missing(req, res):
    return nowhere  # noqa: F821


def member_missing(req, res):
    res.json(len(req.query["none"]))


def method_missing(req, res):
    res.jsonn({"a": 1})


cases = {
    "error": threw_with(Exception("secret")),
    "teapot": threw_with(Teapot("secret")),
    "caught_by_nobody": threw_with(ValueError("secret")),
    "after_headers": after_headers,
    "after_phrase": after_phrase,
    "after_length": after_length,
    "after_cookies": after_cookies,
    "after_204": after_204,
    "name_missing": name_missing,
    "member_missing": member_missing,
    "method_missing": method_missing,
}


def handler(req, res):
    return cases[req.query["case"]](req, res)

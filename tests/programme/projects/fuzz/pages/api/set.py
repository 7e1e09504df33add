from nextwsgi import ApiError
from nextwsgi.middleware import set_cookie


def words(req, name):
    value = req.query.get(name, "")
    return value if isinstance(value, list) else [value]


def number(text):
    return int(text) if text.isascii() and text.lstrip("-").isdigit() and len(text) < 12 else text


def apply(req, res):
    for name in words(req, "name"):
        if name:
            res.setHeader(name, words(req, "value"))
            res.appendHeader(name, words(req, "more")[0])
    for name in words(req, "cookie"):
        if name:
            set_cookie(res, name, words(req, "value")[0], domain=words(req, "domain")[0] or None)
    res.statusMessage = words(req, "phrase")[0]
    res.status(number(words(req, "status")[0] or "200"))


# Whatever a client chooses, the answer is legal, or there is ValueError or TypeError.
def handler(req, res):
    try:
        apply(req, res)
        target = words(req, "to")[0]
        if target:
            return res.redirect(number(words(req, "status")[0] or "307"), target)
        if res.statusCode >= 500:
            res.setHeader("X-Chosen", "yes")
        return res.send(req.body)
    except (ValueError, TypeError) as error:
        for name in res.getHeaderNames():
            res.removeHeader(name)
        res.statusMessage = ""
        raise ApiError(400, f"{type(error).__name__}: {error!a}") from None

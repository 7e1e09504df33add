"""What a route shows of its request: the id from wherever it came."""


def shown(req, body):
    return [req.query["id"], req.query["q"], req.headers["x-id"], req.cookies["who"], body]

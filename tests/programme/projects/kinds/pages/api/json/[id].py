from lib.shown import shown


def handler(req, res):
    res.setHeader("X-Shown", req.headers["x-id"])
    res.status(200).json(shown(req, req.body["id"]))

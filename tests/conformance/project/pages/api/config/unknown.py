config = {"api": {"nothing": 1}, "other": {"a": 1}}


def handler(req, res):
    res.send("x" * int(req.query.get("size", 2000)))

config = {"api": {"responseLimit": "1kb"}}


def handler(req, res):
    res.send("x" * int(req.query.get("size", 2000)))

config = {"api": {"responseLimit": "0.5KB"}}


def handler(req, res):
    res.send("x" * int(req.query.get("size", 2000)))

config = {"api": {"responseLimit": 100}}


def handler(req, res):
    res.send("x" * int(req.query.get("size", 2000)))

config = {"api": {"responseLimit": False}}


def handler(req, res):
    res.send("x" * int(req.query.get("size", 2000)))

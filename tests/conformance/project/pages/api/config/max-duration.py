config = {"maxDuration": 5, "regions": ["fra1"]}


def handler(req, res):
    res.send("x" * int(req.query.get("size", 2000)))

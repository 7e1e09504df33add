config = {"api": {"bodyParser": {"sizeLimit": "10b"}}}


def handler(req, res):
    parsed = req.body is not None
    res.json({"parsed": parsed, "size": len(req.body) if parsed else 0})

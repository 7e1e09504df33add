config = {"api": {"bodyParser": {"sizeLimit": "0.5kb"}}}


def handler(req, res):
    parsed = req.body is not None
    res.json({"parsed": parsed, "size": len(req.body) if parsed else 0})

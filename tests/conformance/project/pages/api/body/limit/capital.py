config = {"api": {"bodyParser": {"sizeLimit": "10B"}}}


def handler(req, res):
    res.json({"length": len(req.body)})

config = {"api": {"bodyParser": {"sizeLimit": "1KB"}}}


def handler(req, res):
    res.json({"length": len(req.body)})

config = {"api": {"bodyParser": {"sizeLimit": "10b"}}}


def handler(req, res):
    res.json({"length": len(req.body)})

config = {"api": {"bodyParser": {"sizeLimit": "0.0015mb"}}}


def handler(req, res):
    res.json({"length": len(req.body)})

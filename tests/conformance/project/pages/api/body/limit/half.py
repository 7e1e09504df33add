config = {"api": {"bodyParser": {"sizeLimit": "0.5kb"}}}


def handler(req, res):
    res.json({"length": len(req.body)})

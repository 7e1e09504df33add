config = {"api": {"bodyParser": {"sizeLimit": "1 kb"}}}


def handler(req, res):
    res.json({"length": len(req.body)})

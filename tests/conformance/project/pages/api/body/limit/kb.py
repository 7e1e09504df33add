config = {"api": {"bodyParser": {"sizeLimit": "1kb"}}}


def handler(req, res):
    res.json({"length": len(req.body)})

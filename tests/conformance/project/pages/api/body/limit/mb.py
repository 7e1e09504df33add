config = {"api": {"bodyParser": {"sizeLimit": "2mb"}}}


def handler(req, res):
    res.json({"length": len(req.body)})

config = {"api": {"bodyParser": {"sizeLimit": "1gb"}}}


def handler(req, res):
    res.json({"length": len(req.body)})

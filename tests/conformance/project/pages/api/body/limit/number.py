config = {"api": {"bodyParser": {"sizeLimit": 10}}}


def handler(req, res):
    res.json({"length": len(req.body)})

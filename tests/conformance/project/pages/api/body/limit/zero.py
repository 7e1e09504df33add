config = {"api": {"bodyParser": {"sizeLimit": 0}}}


def handler(req, res):
    res.json({"length": len(req.body)})

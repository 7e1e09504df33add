config = {"api": {"bodyParser": True}}


def handler(req, res):
    res.json({"length": len(req.body)})

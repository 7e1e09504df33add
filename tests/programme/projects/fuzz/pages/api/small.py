config = {"api": {"bodyParser": {"sizeLimit": "100b"}, "responseLimit": False}}


def handler(req, res):
    res.send(req.body)

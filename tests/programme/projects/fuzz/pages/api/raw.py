config = {"api": {"bodyParser": False}}


def handler(req, res):
    res.send(b"".join(req))

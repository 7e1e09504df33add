config = {"api": {"bodyParser": False}}


def handler(req, res):
    res.status(202).end("unread")

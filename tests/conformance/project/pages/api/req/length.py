config = {"api": {"bodyParser": False}}


def handler(req, res):
    length = 0
    for chunk in req:
        length += len(chunk)
    res.json({"length": length})

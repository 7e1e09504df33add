config = {"api": {"bodyParser": False}}


def handler(req, res):
    size = 0
    for chunk in req:
        size += len(chunk)
    res.json({"size": size})

config = {"api": {"bodyParser": False}}


def handler(req, res):
    size = 0
    for piece in req:
        size += len(piece)
    res.status(200).json({"bytes": size})

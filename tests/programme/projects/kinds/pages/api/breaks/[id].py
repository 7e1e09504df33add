def handler(req, res):
    def pieces():
        yield req.query["id"]
        raise RuntimeError(req.query["id"])

    res.send(pieces())

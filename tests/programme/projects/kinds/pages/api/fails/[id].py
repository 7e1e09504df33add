def handler(req, res):
    raise RuntimeError(req.query["id"])

def handler(req, res):
    res.json({"value": req.headers.get(req.query["name"])})

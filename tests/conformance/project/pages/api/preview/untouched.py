def handler(req, res):
    res.json({"names": list(req.cookies)})

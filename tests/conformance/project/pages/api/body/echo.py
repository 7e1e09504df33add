def handler(req, res):
    res.json({"body": req.body})

def handler(req, res):
    res.json({"keys": len(req.body)})

def handler(req, res):
    res.json({"length": len(req.body)})

def handler(req, res):
    res.json({"file": "routing/deep/index/index/index", "query": req.query, "url": req.url})

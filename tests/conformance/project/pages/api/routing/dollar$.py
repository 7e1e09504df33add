def handler(req, res):
    res.json({"file": "routing/dollar$", "query": req.query, "url": req.url})

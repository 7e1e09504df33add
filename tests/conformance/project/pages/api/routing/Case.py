def handler(req, res):
    res.json({"file": "routing/Case", "query": req.query, "url": req.url})

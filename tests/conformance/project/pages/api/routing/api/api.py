def handler(req, res):
    res.json({"file": "routing/api/api", "query": req.query, "url": req.url})

def handler(req, res):
    res.json({"file": "routing/static", "query": req.query, "url": req.url})

def handler(req, res):
    res.json({"file": "routing/back/b/[y]", "query": req.query, "url": req.url})

def handler(req, res):
    res.json({"file": "routing/docs/fixed", "query": req.query, "url": req.url})

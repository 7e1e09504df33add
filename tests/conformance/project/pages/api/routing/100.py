def handler(req, res):
    res.json({"file": "routing/100", "query": req.query, "url": req.url})

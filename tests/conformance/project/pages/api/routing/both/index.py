def handler(req, res):
    res.json({"file": "routing/both/index", "query": req.query, "url": req.url})

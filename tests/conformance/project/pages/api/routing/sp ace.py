def handler(req, res):
    res.json({"file": "routing/sp ace", "query": req.query, "url": req.url})

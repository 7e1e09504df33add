def handler(req, res):
    res.json({"file": "routing/dot.ted", "query": req.query, "url": req.url})

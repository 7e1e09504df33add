def handler(req, res):
    res.json({"file": "routing/part/x[id]", "query": req.query, "url": req.url})

def handler(req, res):
    res.json({"file": "routing/opt/fixed", "query": req.query, "url": req.url})

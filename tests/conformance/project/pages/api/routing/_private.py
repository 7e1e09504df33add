def handler(req, res):
    res.json({"file": "routing/_private", "query": req.query, "url": req.url})

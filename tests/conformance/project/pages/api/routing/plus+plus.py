def handler(req, res):
    res.json({"file": "routing/plus+plus", "query": req.query, "url": req.url})

def handler(req, res):
    res.json({"file": "routing/comma,s", "query": req.query, "url": req.url})

def handler(req, res):
    res.json({"file": "routing/tree/[a]/fixed", "query": req.query, "url": req.url})

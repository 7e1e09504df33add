def handler(req, res):
    res.json({"file": "routing/both/[id]", "query": req.query, "url": req.url})

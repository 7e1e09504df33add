def handler(req, res):
    res.json({"file": "routing/users/[id]", "query": req.query, "url": req.url})

def handler(req, res):
    res.json({"file": "routing/names/[user-id]", "query": req.query, "url": req.url})

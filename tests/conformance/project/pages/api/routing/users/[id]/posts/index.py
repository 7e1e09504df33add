def handler(req, res):
    res.json({"file": "routing/users/[id]/posts/index", "query": req.query, "url": req.url})

def handler(req, res):
    res.json({"file": "routing/users/[id]/posts/new", "query": req.query, "url": req.url})

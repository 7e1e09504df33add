def handler(req, res):
    res.json({"file": "routing/twice-id/[id]/index", "query": req.query, "url": req.url})

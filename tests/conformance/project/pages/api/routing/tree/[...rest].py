def handler(req, res):
    res.json({"file": "routing/tree/[...rest]", "query": req.query, "url": req.url})

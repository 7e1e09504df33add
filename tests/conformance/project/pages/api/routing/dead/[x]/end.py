def handler(req, res):
    res.json({"file": "routing/dead/[x]/end", "query": req.query, "url": req.url})

def handler(req, res):
    res.json({"file": "routing/tree/x/[b]/end", "query": req.query, "url": req.url})

def handler(req, res):
    res.json({"file": "routing/shop/[category]/index", "query": req.query, "url": req.url})

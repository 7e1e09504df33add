def handler(req, res):
    res.json({"file": "routing/shop/new/[item]", "query": req.query, "url": req.url})

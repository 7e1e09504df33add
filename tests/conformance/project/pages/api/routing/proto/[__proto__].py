def handler(req, res):
    res.json({"file": "routing/proto/[__proto__]", "query": req.query, "url": req.url})

def handler(req, res):
    res.json({"file": "routing/at@sign", "query": req.query, "url": req.url})

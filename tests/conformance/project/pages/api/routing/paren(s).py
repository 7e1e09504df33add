def handler(req, res):
    res.json({"file": "routing/paren(s)", "query": req.query, "url": req.url})

def handler(req, res):
    res.json([req.url, req.query])

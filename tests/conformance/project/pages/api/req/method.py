def handler(req, res):
    res.json({"method": req.method, "httpVersion": req.httpVersion})

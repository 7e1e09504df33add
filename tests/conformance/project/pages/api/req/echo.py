def handler(req, res):
    res.json({
        "method": req.method,
        "url": req.url,
        "httpVersion": req.httpVersion,
        "query": req.query,
        "cookies": req.cookies,
        "host": req.headers.get("host"),
        "accept": req.headers.get("accept"),
        "type": req.headers.get("content-type"),
        "length": req.headers.get("content-length"),
        "body": req.body,
    })

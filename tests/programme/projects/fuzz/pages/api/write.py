def handler(req, res):
    res.writeHead(200, {"Content-Type": "text/plain; charset=utf-8", "Trailer": "X-End"})
    for name, value in req.query.items():
        res.write(f"{name}={value}\n")
    res.end(req.body if isinstance(req.body, str) else "")

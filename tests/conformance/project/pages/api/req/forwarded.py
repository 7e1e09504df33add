def handler(req, res):
    host, proto = req.headers.get("x-forwarded-host"), req.headers.get("x-forwarded-proto")
    res.json({"host": host, "proto": proto})

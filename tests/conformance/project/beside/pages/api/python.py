def handler(req, res):
    res.setHeader("Set-Cookie", ["python=1; Path=/", "python-too=2; Path=/; HttpOnly"])
    cookies = sorted(req.cookies)
    res.json({"by": "python", "method": req.method, "query": req.query, "body": req.body, "cookies": cookies})

async def handler(req, res):
    res.json([req.url, req.query, req.cookies, req.headers, req.body, len(req.rawBody)])

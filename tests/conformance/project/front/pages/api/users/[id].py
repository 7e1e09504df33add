import re


def handler(req, res):
    headers = sorted([name, value] for name, value in req.headers.items() if name.startswith("x-") and not re.match("x-(forwarded|middleware|invoke)", name))
    res.json({ "route": "user", "url": req.url, "query": req.query, "method": req.method, "headers": headers, "cookies": req.cookies, "body": req.body })

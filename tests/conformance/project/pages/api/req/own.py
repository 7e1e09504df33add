def handler(req, res):
    req.user = {"name": "Ann"}
    req.query["page"] = int(req.query.get("page", 1))
    req.cookies = {"theme": "dark"}
    req.body = {"replaced": True}
    res.json([req.user, req.query, req.cookies, req.body])

def handler(req, res):
    res.json({"file": "routing/names/[user-id]/[class]/[ID]/[0]", "query": req.query, "url": req.url})

def handler(req, res):
    res.json({"file": "routing/names/[user-id]/[class]/[ID]", "query": req.query, "url": req.url})

def handler(req, res):
    res.setPreviewData({"id": req.query["id"]})
    res.end("enabled")

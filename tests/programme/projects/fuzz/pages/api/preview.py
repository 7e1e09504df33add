def handler(req, res):
    if "off" in req.query:
        res.clearPreviewData()
    elif "draft" in req.query:
        res.setDraftMode()
    elif "on" in req.query:
        res.setPreviewData({"on": "yes"})
    res.json([req.preview, req.previewData])

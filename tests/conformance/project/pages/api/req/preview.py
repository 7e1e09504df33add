def handler(req, res):
    res.json([req.preview, req.draftMode, req.previewData])

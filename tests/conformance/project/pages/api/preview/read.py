def handler(req, res):
    res.json(
        {
            "preview": req.preview,
            "draftMode": req.draftMode,
            "previewData": req.previewData,
        }
    )

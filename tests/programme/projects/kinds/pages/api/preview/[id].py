from lib.shown import shown


def handler(req, res):
    res.json([*shown(req, req.body), req.previewData["id"]])

def handler(req, res):
    res.write("sent ")
    threw = False
    try:
        req.previewData  # noqa: B018
    except Exception:
        threw = True
    res.end(str(threw).lower())

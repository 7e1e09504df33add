def handler(req, res):
    names = ("host", "x-forwarded-host", "x-forwarded-for", "x-forwarded-proto", "via")
    res.json({name: req.headers.get(name) for name in names})

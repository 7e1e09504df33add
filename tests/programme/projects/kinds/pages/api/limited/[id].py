from lib.shown import shown

from nextwsgi.middleware import with_rate_limit


@with_rate_limit(1, key=lambda req: req.headers["x-id"])
def handler(req, res):
    res.json(shown(req, req.body))

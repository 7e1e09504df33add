from lib.shown import shown

from nextwsgi.middleware import with_auth


@with_auth
def handler(req, res):
    res.json([*shown(req, req.body), req.user["sub"]])

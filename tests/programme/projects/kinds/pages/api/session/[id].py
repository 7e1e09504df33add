from lib.shown import shown

from nextwsgi.auth import get_session


def handler(req, res):
    res.json([*shown(req, req.body), get_session(req)["user"]["name"]])

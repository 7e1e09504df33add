from nextwsgi.auth import get_session


def handler(req, res):
    res.json(get_session(req))

from nextwsgi.websocket import accept


def handler(req, res):
    accept(req, res)

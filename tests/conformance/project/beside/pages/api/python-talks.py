from nextwsgi.websocket import accept


def handler(req, res):
    ws = accept(req, res)
    for message in ws:
        ws.send(f"{message} {req.headers['host'] == req.headers.get('x-forwarded-host')}")

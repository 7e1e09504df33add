from nextwsgi.websocket import accept


def handler(req, res):
    ws = accept(req, res)
    for message in ws:
        ws.send(message)
        if message == "fail":
            raise RuntimeError(req.headers["x-id"])

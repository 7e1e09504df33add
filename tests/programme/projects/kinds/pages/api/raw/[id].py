from lib.shown import shown

config = {"api": {"bodyParser": False}}


def handler(req, res):
    body = b"".join(req).decode()
    for piece in shown(req, body):
        res.write(f"{piece} ")
    res.end()

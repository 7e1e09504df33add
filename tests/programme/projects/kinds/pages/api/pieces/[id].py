from lib.shown import shown


def handler(req, res):
    res.send(f"{piece} " for piece in shown(req, req.body))

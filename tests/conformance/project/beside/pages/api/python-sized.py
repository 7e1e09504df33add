config = {"api": {"bodyParser": False}}


def handler(req, res):
    headers = dict(req.query)
    how, length, status = (headers.pop(name, None) for name in ("how", "length", "status"))
    for name, value in headers.items():
        res.setHeader(name, value)
    text = "abcdefghij" * (int(length or 2000) // 10)
    res.status(int(status or 200))
    if how == "json":
        res.json(text)
    elif how == "send":
        res.send(text)
    elif how == "write":
        res.write(text[:10])
        res.end(text[10:])
    else:
        res.end(text)

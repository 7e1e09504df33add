async def pieces(values):
    for value in values:
        yield value.encode(errors="replace")


async def handler(req, res):
    res.send(pieces(req.headers.values()))

from lib.shown import shown

config = {"api": {"bodyParser": False}}


async def handler(req, res):
    body = b"".join([piece async for piece in req]).decode()
    for piece in shown(req, body):
        res.write(f"{piece} ")
        await res.drain()
    res.end()

config = {"api": {"bodyParser": False}}


async def handler(req, res):
    async for piece in req:
        res.write(piece)
    res.end()

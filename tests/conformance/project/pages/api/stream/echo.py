config = {"api": {"bodyParser": False}}


async def handler(req, res):
    res.setHeader("Content-Type", "application/octet-stream")
    async for chunk in req:
        res.write(chunk)
    res.end()

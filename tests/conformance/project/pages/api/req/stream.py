config = {"api": {"bodyParser": False}}


async def handler(req, res):
    chunks = []
    async for chunk in req:
        chunks.append(chunk)
    raw = b"".join(chunks)
    res.json({"hex": raw.hex(), "body": req.body})

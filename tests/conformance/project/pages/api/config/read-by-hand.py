config = {"api": {"bodyParser": False}}


async def handler(req, res):
    chunks = []
    async for chunk in req:
        chunks.append(chunk)
    body = b"".join(chunks)
    res.json({"parsed": req.body is not None, "size": len(body), "text": body.decode("latin1")})

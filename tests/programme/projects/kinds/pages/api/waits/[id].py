import asyncio


async def handler(req, res):
    try:
        async with asyncio.timeout(0.001):
            await asyncio.gather(asyncio.sleep(60), asyncio.sleep(60))
    except TimeoutError:
        res.status(504).json(req.query["id"])

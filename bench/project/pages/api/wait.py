import asyncio


async def handler(req, res):
    await asyncio.sleep(0.01)
    res.status(200).json({"message": "Hello"})

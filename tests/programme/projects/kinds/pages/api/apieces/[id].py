import asyncio

from lib.shown import shown


async def handler(req, res):
    async def pieces():
        for piece in shown(req, req.body):
            await asyncio.sleep(0)
            yield f"{piece} "

    res.send(pieces())

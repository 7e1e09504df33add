import asyncio

from nextwsgi.events import EventStream


async def handler(req, res):
    with EventStream(req, res) as events:
        for _ in range(int(req.query["times"])):
            await events.send(req.query["id"])
            await asyncio.sleep(0)

import asyncio

from lib.shown import shown


async def handler(req, res):
    res.setHeader("X-Shown", req.headers["x-id"])
    await asyncio.sleep(0)
    res.json(shown(req, req.body["id"]))

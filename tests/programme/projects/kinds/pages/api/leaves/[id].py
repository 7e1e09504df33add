import asyncio

from nextwsgi.server import after

kept = set()


async def later(number):
    await asyncio.sleep(0)
    await asyncio.sleep(0.001)
    raise RuntimeError(number)


async def handler(req, res):
    task = asyncio.create_task(asyncio.wait([asyncio.create_task(asyncio.sleep(0.001))]))
    kept.add(task)
    task.add_done_callback(kept.discard)
    after(later(req.query["id"]))
    res.json(req.query["id"])

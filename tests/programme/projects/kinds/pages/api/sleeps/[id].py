import asyncio

from lib.records import count
from lib.shown import shown


async def handler(req, res):
    try:
        res.write(shown(req, req.body)[0])
        await asyncio.sleep(3600)
    finally:
        count("cancelled")

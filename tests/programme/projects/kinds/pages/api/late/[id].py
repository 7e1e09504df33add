import asyncio

from lib.records import same
from lib.shown import shown

from nextwsgi.after import current
from nextwsgi.server import after


def handler(req, res):
    number = req.query["id"]

    async def later():
        await asyncio.sleep(0)
        same("after", current.get()._environ["HTTP_X_ID"], number)

    after(lambda: same("after", current.get()._environ["HTTP_X_ID"], number))
    after(later)
    res.json(shown(req, req.body))

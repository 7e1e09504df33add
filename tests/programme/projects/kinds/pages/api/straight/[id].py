from lib.shown import shown


async def handler(req, res):
    res.json(shown(req, req.body))

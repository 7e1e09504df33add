from nextwsgi.middleware import with_auth


@with_auth
async def handler(req, res):
    res.json(req.user)

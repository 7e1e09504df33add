async def handler(req, res):
    threw = False
    try:
        await res.revalidate(req.query.get("path"))
    except Exception:
        threw = True
    res.json({"threw": threw})

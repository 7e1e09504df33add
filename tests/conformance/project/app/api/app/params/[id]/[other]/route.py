from nextwsgi.server import Response


async def GET(request, params):
    return Response.json(params)

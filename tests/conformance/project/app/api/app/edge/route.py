from nextwsgi.server import Response

runtime = "edge"


async def GET(request):
    return Response.json({"edge": request.nextUrl.searchParams.get("a")})


async def POST(request):
    return Response.json({"received": await request.json()})

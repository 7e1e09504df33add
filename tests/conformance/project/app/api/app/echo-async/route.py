from nextwsgi.server import Response


async def POST(request):
    return Response(request.body, headers={"x-type": request.headers.get("content-type")})

from nextwsgi.server import Response

config = {"runtime": "edge"}


async def handler(request):
    body = None if request.method in ("GET", "HEAD") else await request.text()
    return Response.json(
        {"method": request.method, "query": [*request.nextUrl.searchParams], "body": body},
        status=201,
        headers={"x-edge": "1"},
    )

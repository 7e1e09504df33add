from nextwsgi.server import URL, NextRequest, Response


async def GET(request: NextRequest) -> Response:
    searchParams = URL(request.url).searchParams
    id = searchParams.get("id")
    return Response.json({"id": id})

from nextwsgi.server import NextRequest, Response


async def GET(request: NextRequest, params: dict[str, str]) -> Response:
    return Response.json({"postId": params["id"]})

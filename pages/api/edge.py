from nextwsgi.server import NextRequest, Response

config = {"runtime": "edge"}


async def handler(request: NextRequest) -> Response:
    name = request.nextUrl.searchParams.get("name") or "edge"
    return Response.json({"message": f"Hello, {name}!"})

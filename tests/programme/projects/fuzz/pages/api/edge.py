from nextwsgi.server import NextResponse

config = {"runtime": "edge"}


async def handler(request):
    return NextResponse.json([request.url, request.method, [*request.headers], await request.text()])

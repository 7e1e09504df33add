from nextwsgi.server import NextRequest, NextResponse

runtime = "edge"


async def GET(request: NextRequest):
    return NextResponse.json([request.nextUrl.href, request.cookies.getAll()])

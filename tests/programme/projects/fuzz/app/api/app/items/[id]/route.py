from nextwsgi.server import NextResponse


async def GET(request, context):
    return NextResponse.json([context, request.nextUrl.search])


DELETE = GET

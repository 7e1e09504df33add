from nextwsgi.server import NextRequest, NextResponse


async def GET() -> NextResponse:
    return NextResponse.json({"message": "Hello from Next.js App Router!"})


async def POST(request: NextRequest) -> NextResponse:
    try:
        body = await request.json()
    except ValueError:
        return NextResponse.json({"error": "Invalid JSON"}, status=400)
    return NextResponse.json({"received": body})

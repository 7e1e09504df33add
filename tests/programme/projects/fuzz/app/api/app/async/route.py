from nextwsgi.headers import cookies, headers
from nextwsgi.server import NextResponse, Response


async def POST(request):
    again = request.clone()
    try:
        form = await request.formData()
    except TypeError as error:
        return NextResponse.json({"error": str(error), "text": await again.text()}, status=400)
    found = await headers()
    return NextResponse.json(
        [[*form.keys()], [cookie.value for cookie in (await cookies()).getAll()], found.get("x-a")]
    )


async def GET(request):
    return Response(piece async for piece in pieces(request.headers))


async def pieces(headers):
    for name, value in headers.entries():
        yield f"{name}: {value}\n"

from nextwsgi.server import NextResponse


def POST(request):
    try:
        return NextResponse.json({"json": request.json()})
    except ValueError as error:
        return NextResponse.json({"error": ascii(error)}, status=400)


PATCH = PUT = POST

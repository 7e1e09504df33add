from nextwsgi.server import NextResponse


def POST(request):
    try:
        form = request.formData()
    except TypeError as error:
        return NextResponse.json({"error": str(error)}, status=400)
    return NextResponse.json(
        [
            [name, value if isinstance(value, str) else [value.name, value.type, value.size]]
            for name, value in form.entries()
        ]
    )


PUT = DELETE = POST

from nextwsgi.server import Response


def answer(request):
    return Response.json({"method": request.method})


HEAD = DELETE = answer

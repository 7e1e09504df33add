from nextwsgi.server import Response


def answer(request):
    return Response.json({"method": request.method})


GET = POST = PUT = PATCH = DELETE = answer

from nextwsgi.server import Response


def POST(request):
    return Response(request.body)

from nextwsgi.server import Response


def POST(request):
    return Response(request.body, headers={"x-type": request.headers.get("content-type")})

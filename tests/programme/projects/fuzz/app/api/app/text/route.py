from nextwsgi.server import Response


def GET(request):
    return Response(request.url)


def POST(request):
    blob = request.blob()
    return Response(blob.text(), headers={"x-type": blob.type, "x-size": str(blob.size)})

from nextwsgi.server import Response


def GET():
    return Response("index")

from nextwsgi.server import Response


def GET():
    return Response("get")


def HEAD():
    return Response(None, status=202, headers={"x-own": "head"})


def OPTIONS():
    return Response("options", headers={"Allow": "OPTIONS, X"})

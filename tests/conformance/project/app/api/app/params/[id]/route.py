from nextwsgi.server import Response


def GET(request, params):
    return Response.json(params)

import re

from nextwsgi.server import Response


def GET(request, params):
    url = request.nextUrl
    headers = sorted([name, value] for name, value in request.headers if name.startswith("x-") and not re.match("x-(forwarded|middleware|invoke)", name))
    return Response.json({ "route": "app", "pathname": url.pathname, "search": url.search, "params": params, "headers": headers }, headers={ "x-own": "route" })


def POST(request):
    return Response.json({ "text": request.text() })

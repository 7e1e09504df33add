from nextwsgi.server import Response

config = {"runtime": "edge"}


def handler(request):
    return Response.json([*request.nextUrl.searchParams])

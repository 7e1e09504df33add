from nextwsgi.server import Response


def GET(request):
    headers = dict(request.nextUrl.searchParams)
    length = int(headers.pop("length", "2000"))
    return Response("abcdefghij" * (length // 10), headers=headers)

from nextwsgi.server import Response, after


def fails():
    raise ValueError("secret")


async def fails_later():
    raise ValueError("secret")


def left(*callbacks):
    for callback in callbacks:
        after(callback)
    return Response("answered")


def throws(_):
    after(lambda: None)
    raise ValueError("secret")

cases = {
    "works": lambda _: left(lambda: None),
    "fails": lambda _: left(fails),
    "fails_later": lambda _: left(fails_later),
    "several": lambda _: left(lambda: None, fails, fails_later),
    "bad": lambda _: left(5),
    "throws": throws,
}


def GET(request):
    return cases[request.nextUrl.searchParams.get("case")](request)

from nextwsgi.server import NextResponse, Response

config = {"runtime": "edge"}


def cookie(_):
    response = NextResponse.json(1)
    response.cookies.set("a", "1")
    response.headers.append("set-cookie", "b=2")
    return response


def throws(_):
    raise ValueError("secret")


cases = {
    "text": lambda _: Response("text"),
    "json": lambda _: NextResponse.json({"a": 1}),
    "cookie": cookie,
    "redirect": lambda _: Response.redirect("https://example.com/x"),
    "nothing": lambda _: None,
    "throws": throws,
    "empty": lambda _: Response(None, status=204),
    "phrase": lambda _: Response("x", status=418, statusText="Mine"),
    "url": lambda request: Response(request.url.replace(request.nextUrl.origin, "")),
}


async def handler(request):
    return cases[request.nextUrl.searchParams.get("case")](request)

from nextwsgi.server import URL, Headers, NextResponse


def proxy(request):
    asked = request.nextUrl.searchParams
    try:
        return answer(request, asked)
    except (TypeError, ValueError) as error:
        return NextResponse.json({"error": ascii(error)}, status=400)


def answer(request, asked):
    mode = asked.get("m")
    if mode == "redirect":
        return NextResponse.redirect(URL(asked.get("to") or "/", request.url))
    if mode == "rewrite":
        url = URL(request.url)
        url.pathname = asked.get("to") or "/api/echo"
        return NextResponse.rewrite(url)
    if mode == "read":
        return NextResponse.next(headers={"x-length": str(len(request.text()))})
    if mode == "headers":
        headers = Headers(request.headers)
        headers.set(asked.get("name") or "x-a", asked.get("value") or "")
        response = NextResponse.next(request={"headers": headers})
        response.cookies.set("seen", asked.get("value") or "")
        return response
    return None


config = {"matcher": ["/api/:path*", "/((?!files|text).*)"]}

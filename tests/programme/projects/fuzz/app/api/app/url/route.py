from nextwsgi.server import URL, NextResponse


def GET(request):
    url = request.nextUrl.clone()
    url.pathname = url.searchParams.get("to") or "/there"
    url.searchParams.append("more", url.search)
    shown = [
        url.href,
        url.pathname,
        url.search,
        url.host,
        request.nextUrl.locale if hasattr(url, "locale") else None,
    ]
    try:
        shown.append(URL(url.searchParams.get("url") or "x", request.url).href)
    except TypeError as error:
        shown.append(str(error))
    return NextResponse.json([shown, [*url.searchParams.entries()]])


def POST(request):
    try:
        return NextResponse.redirect(URL(request.nextUrl.searchParams.get("to") or "/", request.url))
    except (TypeError, ValueError) as error:
        return NextResponse.json({"error": ascii(error)}, status=400)

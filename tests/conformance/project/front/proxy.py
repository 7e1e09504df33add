import os

from nextwsgi.server import URL, Headers, NextResponse, Response


def proxy(request):
    mode = request.nextUrl.searchParams.get("m")
    if mode == "answer": return Response("own", status=418, headers={ "x-p": "1" })
    if mode == "json": return NextResponse.json({ "a": 1 }, status=401)
    if mode == "cookies":
        response = NextResponse.json({ "a": 1 })
        response.cookies.set("a", "1", httpOnly=True, maxAge=60)
        response.cookies.set("b", "x y")
        return response
    if mode == "redirect": return NextResponse.redirect(URL("/to?x=1", request.url))
    if mode == "clone":
        url = request.nextUrl.clone()
        url.pathname = "/signin"
        url.search = ""
        return NextResponse.redirect(url)
    if mode == "away": return NextResponse.redirect("https://ex.com/z", 308)
    if mode == "plain": return Response.redirect("https://ex.com/plain", 302)
    if mode == "rewrite": return NextResponse.rewrite(URL(f"{request.nextUrl.basePath}/api/users/99?rw=1", request.url))
    if mode == "nowhere": return NextResponse.rewrite(URL("/nothing", request.url))
    if mode == "on": return NextResponse.rewrite(URL(f"{request.nextUrl.basePath}/a/5", request.url))
    if mode == "outside": return NextResponse.rewrite(f"http://127.0.0.1:{os.environ['UPSTREAM_PORT']}/rw?e=1")
    if mode == "headers":
        headers = Headers(request.headers)
        headers.set("x-new", "n")
        headers.delete("x-del")
        return NextResponse.next(request={ "headers": headers }, headers={ "x-res": "r", "x-own": "proxy" })
    if mode == "cookie":
        response = NextResponse.next()
        response.cookies.set("pc", "1")
        response.cookies.delete("old")
        return response
    if mode == "throw": raise RuntimeError("proxy-fail")
    if mode == "none": return None
    if mode == "stream":
        return Response(iter(["one ", "two"]))
    if mode == "info":
        url = request.nextUrl
        cookies = [f"{cookie.name}={cookie.value}" for cookie in request.cookies.getAll()]
        return NextResponse.json({ "pathname": url.pathname, "search": url.search, "basePath": url.basePath, "method": request.method, "cookies": cookies, "user": request.headers.get("x-user") })
    if mode == "body": return NextResponse.json({ "text": request.text() })
    if mode == "read": return NextResponse.next(headers={ "x-length": str(len(request.text())) })
    response = NextResponse.next()
    response.headers.set("x-proxy", "yes")
    return response


config = {
  "matcher": [
    "/api/:path*",
    "/((?!file|api|none).*)",
    { "source": "/none/:path", "has": [{ "type": "header", "key": "x-ask" }], "missing": [{ "type": "cookie", "key": "not" }] },
  ],
}

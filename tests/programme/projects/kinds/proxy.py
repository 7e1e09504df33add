from nextwsgi.headers import cookies, headers
from nextwsgi.server import Headers, NextResponse


def proxy(request):
    sent = Headers(request.headers)
    sent.set("x-proxied", headers().get("x-id"))
    response = NextResponse.next(request={"headers": sent})
    response.cookies.set("proxied", cookies().get("who").value)
    return response


config = {"matcher": ["/api/front/:id", "/first/:id", "/second/:id", "/last/:id"]}

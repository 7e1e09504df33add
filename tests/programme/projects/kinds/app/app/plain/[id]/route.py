from nextwsgi.headers import cookies, headers
from nextwsgi.server import NextResponse


def POST(request, params):
    asked = request.nextUrl.searchParams
    cookies().set("seen", cookies().get("who").value)
    shown = [params["id"], asked.get("q"), headers().get("x-id"), cookies().get("seen").value]
    return NextResponse.json([*shown, request.json()["id"]])

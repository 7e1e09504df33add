from lib.records import same

from nextwsgi.headers import cookies, headers
from nextwsgi.navigation import redirect
from nextwsgi.server import after


def GET(request, params):
    number = params["id"]
    after(lambda: same("after", headers().get("x-id"), number))
    cookies().set("seen", cookies().get("who").value)
    redirect(f"/app/plain/{number}?q={request.nextUrl.searchParams.get('q')}")

from nextwsgi.headers import cookies
from nextwsgi.navigation import not_found, permanent_redirect, redirect
from nextwsgi.server import Response


def caught(_):
    try:
        redirect("/a")
    except Exception:
        return Response("caught")


def finally_runs(_):
    jar = cookies()
    try:
        redirect("/a")
    finally:
        jar.set("finally", "1")


def found_cookies(_):
    jar = cookies()
    jar.set("a", "1")
    not_found()

cases = {
    "caught": caught,
    "finally_runs": finally_runs,
    "found_cookies": found_cookies,
    "redirect": lambda _: redirect("/there?a=b"),
    "absolute": lambda _: redirect("https://example.com/x"),
    "relative": lambda _: redirect("there"),
    "parent": lambda _: redirect("../x"),
    "double": lambda _: redirect("//example.com"),
    "empty": lambda _: redirect(""),
    "semicolons": lambda _: redirect("/a;b;c"),
    "latin": lambda _: redirect("/\u00e9"),
    "wide": lambda _: redirect("/\u4e2d"),
    "line": lambda _: redirect("/a\r\nX-Evil: 1"),
    "spaces": lambda _: redirect(" /a b "),
    "permanent": lambda _: permanent_redirect("/there"),
    "not_found": lambda _: not_found(),
}


async def POST():
    redirect("/posted")


def GET(request):
    return cases[request.nextUrl.searchParams.get("case")](request)

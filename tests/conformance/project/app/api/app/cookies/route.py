from nextwsgi.headers import cookies
from nextwsgi.navigation import redirect
from nextwsgi.server import NextResponse, Response


def done(_):
    return Response("done")


def own(change):
    response = NextResponse("own")
    change(response.cookies)
    return response


def plain(cookie):
    return None if cookie is None else {"name": cookie.name, "value": cookie.value}


def read(request):
    sent = cookies()
    return Response.json(
        {
            "get": plain(sent.get("a")),
            "all": [plain(each) for each in sent.getAll()],
            "all_a": [plain(each) for each in sent.getAll("a")],
            "has": [sent.has("a"), sent.has("none")],
            "request": [plain(each) for each in request.cookies.getAll()],
            "request_get": plain(request.cookies.get("a")),
            "request_has": [request.cookies.has("a"), request.cookies.has("none")],
            "size": request.cookies.size,
        }
    )


def several(_):
    jar = cookies()
    jar.set("a", "1").set("b", "2")
    jar.delete("c")
    jar.set("a", "3")
    return Response.json([plain(jar.get("a")), plain(jar.get("c")), jar.has("b")])


def both(_):
    jar = cookies()
    jar.set("a", "jar").set("b", "jar")
    response = NextResponse.json(1)
    response.cookies.set("c", "own").set("a", "own")
    response.headers.append("set-cookie", "raw=1; Path=/z; HttpOnly")
    response.headers.append("set-cookie", "bare=1")
    return response


def raw_alone(_):
    response = Response("x")
    response.headers.append("set-cookie", "bare=1")
    response.headers.append("set-cookie", 'b="2"; max-age=5')
    return response


def redirected(_):
    jar = cookies()
    jar.set("a", "1")
    redirect("/there")


def sent_one(_):
    jar = cookies()
    jar.set("q", "changed")
    return done(_)

cases = {
    "read": read,
    "several": several,
    "both": both,
    "raw_alone": raw_alone,
    "redirected": redirected,
    "sent_one": sent_one,
    "set": lambda _: done(cookies().set("a", "1")),
    "http_only": lambda _: done(cookies().set("a", "1", httpOnly=True)),
    "all_options": lambda _: done(cookies().set({"name": "a", "value": "1", "path": "/p", "domain": "example.com", "maxAge": 60, "secure": True, "httpOnly": True, "sameSite": "strict", "priority": "high", "partitioned": True})),
    "expires_number": lambda _: done(cookies().set("a", "1", expires=1700000000000)),
    "max_age_zero": lambda _: done(cookies().set("a", "1", maxAge=0)),
    "max_age_negative": lambda _: done(cookies().set("a", "1", maxAge=-1)),
    "encoded": lambda _: done(cookies().set("a", 'é ;,"=%')),
    "empty": lambda _: done(cookies().set("a", "")),
    "number": lambda _: done(cookies().set("a", 5)),
    "same_site_true": lambda _: done(cookies().set("a", "1", sameSite=True)),
    "path_empty": lambda _: done(cookies().set("a", "1", path="")),
    "path_evil": lambda _: done(cookies().set("a", "1", path="/; Domain=evil")),
    "name_evil": lambda _: done(cookies().set("a;b", "1")),
    "name_line": lambda _: done(cookies().set("a\nb", "1")),
    "domain_line": lambda _: done(cookies().set("a", "1", domain="x\r\ny: 1")),
    "delete": lambda _: done(cookies().delete("a")),
    "delete_options": lambda _: done(cookies().delete({"name": "a", "path": "/p", "domain": "example.com"})),
    "own_set": lambda _: own(lambda cookies: cookies.set("b", "2")),
    "own_options": lambda _: own(lambda cookies: cookies.set("b", "2", maxAge=60, sameSite="none", secure=True)),
    "own_twice": lambda _: own(lambda cookies: cookies.set("b", "2").set("c", "3").set("b", "4")),
    "own_delete": lambda _: own(lambda cookies: cookies.delete("b")),
    "own_delete_twice": lambda _: own(lambda cookies: cookies.set("b", "2").delete("b")),
}


def GET(request):
    return cases[request.nextUrl.searchParams.get("case")](request)

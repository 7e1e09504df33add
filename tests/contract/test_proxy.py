"""``proxy.py``: a function that sees each request before its route does."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from nextwsgi.errors import RouteError
from tests.contract.client import Body, Client
from tests.contract.projects import MakeProject

PROXY = """
import asyncio
from nextwsgi.server import Headers, NextResponse, Response, URL, after

seen = []

def {name}(request):
    seen.append(request.nextUrl.pathname)
    mode = request.nextUrl.searchParams.get("m")
    return globals()[mode](request) if mode else None

def own(request):
    return Response("own", status=418, headers={{"X-P": "1"}})

def pieces(request):
    return Response(iter(["a", "b"]))

def send_on(request):
    return NextResponse.redirect(URL("/to?x=1", request.url))

def away(request):
    return NextResponse.redirect("https://ex.com/z", 308)

def rewrite(request):
    return NextResponse.rewrite(URL("/api/users/99?rw=1", request.url))

def gone(request):
    return NextResponse.rewrite("http://127.0.0.1:9/x")

def headers(request):
    changed = Headers(request.headers)
    changed.set("X-New", "n")
    changed.delete("x-old")
    changed.set("content-type", "text/plain")
    return NextResponse.next(request={{"headers": changed}}, headers={{"X-Res": "r"}})

def cookies(request):
    response = NextResponse.next()
    response.cookies.set("pc", "1")
    return response

def read(request):
    return NextResponse.next(headers={{"X-Length": str(len(request.text()))}})

def half(request):
    next(iter(request.body))

def fail(request):
    raise ZeroDivisionError("proxy-fail")

def wrong(request):
    return "text"

async def wait(request):
    await asyncio.sleep(0)
    return NextResponse.json({{"a": await request.text()}}, status=401)

def later(request):
    after(lambda: seen.append("later"))
    return own(request)

def tell(request):
    cookie = request.cookies.get("c")
    return NextResponse.json({{"url": request.url, "method": request.method, "cookie": cookie}})
"""
MATCH_API = '\nconfig = {"matcher": "/api/:path*"}\n'


def served(project: MakeProject, extra: str = "", name: str = "proxy", **files: str) -> Client:
    return project({f"{name}.py": PROXY.format(name=name) + extra, **files})


def seen() -> list[object]:
    import sys

    found: list[object] = (sys.modules.get("proxy") or sys.modules["middleware"]).__dict__["seen"]
    return found


@pytest.mark.parametrize("name", ["proxy", "middleware"])
def test_it_sees_each_request_first(project: MakeProject, name: str) -> None:
    client = served(project, name=name)
    assert client("/api/show").status == 200
    assert client("/nowhere").status == 404
    assert seen() == ["/api/show", "/nowhere"]


def test_it_may_answer_itself(project: MakeProject) -> None:
    client = served(project)
    answer = client("/api/show?m=own")
    assert (answer.status, answer.reason, answer.body, answer.header("X-P")) == (
        418,
        "I'm a Teapot",
        b"own",
        "1",
    )
    assert client("/api/show?m=pieces").body == b"ab"
    answer = client("/api/show?m=wait", method="POST", body=b"text")
    assert (answer.status, answer.json()) == (401, {"a": "text"})
    assert client("/api/show?m=own", method="HEAD").body == b""


def test_tests_of_a_project_go_through_it_and_those_of_a_handler_do_not(project: MakeProject) -> None:
    from nextwsgi import testing

    client = testing.Client(served(project).app)
    assert client.get("/api/show?m=own").status == 418
    with pytest.raises(ZeroDivisionError, match="proxy-fail"):
        client.get("/api/show?m=fail")
    client.get("/api/show?m=later")
    assert seen()[-1] == "later"  # after() is done by then

    def handler(req: Any, res: Any) -> None:
        res.json(req.query)

    assert testing.Client(handler).get(query={"m": "own"}).json() == {"m": "own"}


def test_it_may_send_the_client_on(project: MakeProject) -> None:
    client = served(project)
    answer = client("/api/show?m=send_on")
    assert (answer.status, answer.header("location"), answer.body) == (307, "/to?x=1", b"/to?x=1")
    answer = client("/api/show?m=away")
    assert (answer.status, answer.header("location")) == (308, "https://ex.com/z")


def test_it_may_have_another_path_answer(project: MakeProject) -> None:
    answer = served(project)("/nothing?m=rewrite&a=1")
    assert answer.json()["query"] == {"rw": "1", "id": "99"}
    assert answer.json()["url"] == "/nothing?m=rewrite&a=1"


def test_another_origin_that_is_away_is_a_502(project: MakeProject) -> None:
    assert served(project)("/api/show?m=gone").status == 502


def test_it_may_change_what_the_route_sees(project: MakeProject) -> None:
    answer = served(project)(
        "/api/show?m=headers", method="POST", headers={"X-Old": "o", "X-Kept": "k"}, body=b"{"
    )
    assert answer.json()["headers"] == {"x-kept": "k", "x-new": "n", "x-res": "r"}
    assert answer.json()["body"] == "{"  # as the content type that it set
    assert answer.header("X-Res") == "r"


def test_it_may_set_cookies_beside_those_of_the_route(project: MakeProject) -> None:
    client = served(
        project,
        "",
        **{"pages/api/show.py": "def handler(req, res):\n    res.setHeader('Set-Cookie', 'own=1').end()\n"},
    )
    assert client("/api/show?m=cookies").all("Set-Cookie") == ["pc=1; Path=/", "own=1"]


@pytest.mark.parametrize("chunked", [False, True])
def test_what_it_reads_of_the_body_the_route_reads_again(project: MakeProject, chunked: bool) -> None:
    client = served(project)
    body = b"text " * 50_000
    answer = client("/api/show?m=read", method="POST", body=body, chunked=chunked)
    assert (answer.header("X-Length"), answer.json()["body"]) == ("250000", body.decode())
    assert (
        client("/api/show?m=half", method="POST", body=body, chunked=chunked).json()["body"] == body.decode()
    )


def test_it_reads_10_mib_at_most(project: MakeProject) -> None:
    big = Body(b"x" * (10 * 1024 * 1024 + 1))
    answer = served(project)("/api/show?m=read", method="POST", body=big, length=str(10 * 1024 * 1024 + 1))
    assert (answer.status, answer.body) == (413, b"Body exceeded 10mb limit")


def test_its_failure_is_a_500_with_its_traceback_in_the_log(
    project: MakeProject, caplog: pytest.LogCaptureFixture
) -> None:
    client = served(project)
    with caplog.at_level(logging.ERROR, "nextwsgi"):
        assert client("/api/show?m=fail").status == 500
        assert client("/api/show?m=wrong").status == 500
    assert [record.message for record in caplog.records] == ["GET /api/show failed (proxy.py)"] * 2
    assert "proxy must return a Response, NextResponse.next() or None, not str" in caplog.text


@pytest.mark.parametrize("name", ["X-A", "Set-Cookie"])
def test_what_no_answer_can_carry_is_its_failure(
    project: MakeProject, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """``Headers`` takes all but NUL, CR and LF, as the Fetch standard has it; Node refuses more."""
    extra = f"\n\ndef control(request):\n    return NextResponse.next(headers={{'{name}': 'a=\\x01'}})\n"
    answer = served(project, extra)("/api/show?m=control")
    assert (answer.status, answer.all(name)) == (500, [])
    assert "must not contain" in caplog.text


def test_work_that_it_leaves_is_done_after_the_answer(project: MakeProject) -> None:
    import time

    client = served(project)
    assert client("/api/show?m=later").status == 418
    for _ in range(500):
        if "later" in seen():
            break
        time.sleep(0.01)
    assert "later" in seen()


def test_it_is_told_the_url_that_was_asked(project: MakeProject) -> None:
    said = served(project)("/api/show?m=tell", headers={"Cookie": "c=1", "Host": "evil.example"}).json()
    assert said == {
        "url": "http://localhost:80/api/show?m=tell".replace(":80", ""),
        "method": "GET",
        "cookie": {"name": "c", "value": "1"},
    }


INSIDE = """
from nextwsgi.headers import cookies, headers
from nextwsgi.navigation import redirect
from nextwsgi.server import NextResponse

def proxy(request):
    mode = request.nextUrl.searchParams.get("m")
    if mode == "redirect":
        redirect("/x")
    cookies().set("b", "2")
    if mode == "own":
        response = NextResponse.json([cookies().get("a").value, headers().get("x-q")])
        response.cookies.set("b", "own")
        return response
    return NextResponse.next() if mode == "next" else None

async def unused(request): ...
"""


def test_cookies_and_headers_of_the_request_are_at_hand_in_it(project: MakeProject) -> None:
    client = project({"proxy.py": INSIDE})
    answer = client("/api/show?m=own", headers={"Cookie": "a=1", "X-Q": "q"})
    assert (answer.json(), answer.all("Set-Cookie")) == (["1", "q"], ["b=own; Path=/"])
    assert client("/api/show?m=next").all("Set-Cookie") == ["b=2; Path=/"]
    assert client("/api/show").all("Set-Cookie") == []  # as in Next.js: without a response


def test_redirect_is_for_route_handlers(project: MakeProject, caplog: pytest.LogCaptureFixture) -> None:
    assert project({"proxy.py": INSIDE})("/api/show?m=redirect").status == 500
    assert "route handlers: return NextResponse.redirect(URL(path, request.url)) from proxy" in caplog.text


@pytest.mark.parametrize("name", ["proxy", "middleware"])
def test_on_request_error_is_told_of_its_failure(project: MakeProject, name: str) -> None:
    hook = "seen = []\ndef on_request_error(error, request, context):\n    seen.append((request, context))\n"
    client = served(project, name=name, **{"instrumentation.py": hook})
    assert client("/api/show?m=fail").status == 500
    request, context = client.app.project.instrumentation.module.seen[0]  # type: ignore[union-attr]
    assert request["path"] == "/api/show?m=fail"
    assert context == {
        "routerKind": "Pages Router",
        "routePath": f"/{name}",
        "routeType": "proxy",
        "revalidateReason": None,
    }


def test_a_file_has_one_spelling_for_its_matcher_and_for_public(project: MakeProject) -> None:
    matcher = '\nconfig = {"matcher": "/files/:path*"}\n'
    client = served(project, matcher, **{"public/files/a b(c).txt": "text"})
    assert client("/files/a%20b%28c).txt").body == b"text"
    assert client("/files/a%20b%28c).txt?m=own").status == 418
    for path in ("/f%69les/a%20b(c).txt", "/files%2Fa%20b(c).txt"):
        assert client(f"{path}?m=own").status == 418


def test_with_slashes_at_the_end_it_sees_both_forms_of_a_path(project: MakeProject) -> None:
    files = {
        "next.config.py": 'config = {"trailingSlash": True}',
        "proxy.py": GUARD,
        "pages/api/secret.py": SECRET,
    }
    client = project(files)
    assert client("/api/secret/").status == 401
    assert client("/api/secret").status == 308


def test_with_a_base_path_its_root_is_the_base(project: MakeProject) -> None:
    proxy = GUARD.replace('["/api/secret/:path*", "/api/users/:path*"]', '"/"')
    client = project({"next.config.py": 'config = {"basePath": "/docs"}', "proxy.py": proxy})
    assert client("/docs").status == 401
    assert client("/").status == 404


# --- matchers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("matcher", "asked"),
    [
        ('"/api/:path*"', ["/api", "/api/show", "/api/users/1", "/API/show"]),
        ('["/api/users/:id", "/nothing"]', ["/api/users/1", "/nothing"]),
        ('"/((?!api).*)"', ["/nothing", "/"]),
        ('"/:path*"', ["/nothing", "/", "/api"]),
        ('[{"source": "/api/:path*", "has": [{"type": "query", "key": "x"}]}]', ["/api/show?x=1"]),
        (
            '[{"source": "/api/:path*", "missing": [{"type": "header", "key": "x-no"}], "locale": False}]',
            ["/api"],
        ),
    ],
)
def test_it_is_asked_for_what_its_matcher_names(project: MakeProject, matcher: str, asked: list[str]) -> None:
    client = served(project, f'\nconfig = {{"matcher": {matcher}}}\n')
    for path in ["/api/show", "/nothing", *asked]:
        client(path)
    assert set(asked) <= {*map(str, seen()), *(path for path in asked if "?" in path)}
    assert ("/nothing" in seen()) == ("/nothing" in asked)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x = 1", "it exports no proxy: write def proxy(request): ..."),
        ("def proxy(r): ...\nconfig = []", "config must be a dict, not list"),
        ("def proxy(r): ...\nconfig = {'matchers': []}", "config has no key 'matchers': it takes matcher"),
        ("def proxy(r): ...\nconfig = {'matcher': [1]}", 'config.matcher: a path, "/api/:path*", or a dict'),
        (
            "def proxy(r): ...\nconfig = {'matcher': 'api'}",
            "config.matcher: a source begins with /, not 'api'",
        ),
        ("def proxy(r): ...\nconfig = {'matcher': '/a('}", "config.matcher: '/a(' is no pattern: Unbalanced"),
        (
            "def proxy(r): ...\nconfig = {'matcher': {'source': '/a', 'x': 1}}",
            "config.matcher: it has no key 'x'",
        ),
        (
            "def proxy(r): ...\nconfig = {'matcher': {'source': '/a', 'has': 1}}",
            "config.matcher: has must be",
        ),
    ],
)
def test_what_is_wrong_stops_the_start(project: MakeProject, text: str, problem: str) -> None:
    with pytest.raises(RouteError) as error:
        project({"proxy.py": text})
    assert error.value.problems[0].startswith(f"proxy.py: {problem}")


def test_it_has_one_name_at_a_time(project: MakeProject) -> None:
    text = "def proxy(r): ...\nmiddleware = proxy\n"
    with pytest.raises(RouteError, match=r"proxy\.py and middleware\.py are two names of one thing"):
        project({"proxy.py": text, "middleware.py": text})


# --- as a guard -------------------------------------------------------------------------------------------

GUARD = """
from nextwsgi.server import Response

def proxy(request):
    return Response("no", status=401)

config = {"matcher": ["/api/secret/:path*", "/api/users/:path*"]}
"""
SECRET = "def handler(req, res):\n    res.end('opened')\n"


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Middleware-Subrequest": "proxy:proxy:proxy:proxy:proxy"},
        {"X-Middleware-Subrequest": "src/middleware:src/middleware:src/middleware"},
        {"X-Middleware-Next": "1"},
        {"X-Middleware-Rewrite": "/api/show"},
        {"X-Middleware-Override-Headers": "a", "X-Middleware-Request-A": "b"},
        {"X-Nextjs-Data": "1"},
        {"X-Original-Url": "/nothing", "X-Rewrite-Url": "/nothing"},
        {"X-Forwarded-Prefix": "/x", "X-Forwarded-Uri": "/nothing"},
        {"X-Http-Method-Override": "HEAD"},
    ],
)
def test_cve_2025_29927_no_header_passes_it(project: MakeProject, headers: dict[str, str]) -> None:
    client = project({"proxy.py": GUARD, "pages/api/secret.py": SECRET})
    assert client("/api/secret", headers=headers).status == 401


def test_cve_2026_44574_a_query_does_not_take_the_place_of_a_path_parameter(project: MakeProject) -> None:
    rewrites: Any = 'config = {"rewrites": [{"source": "/u/:id", "destination": "/api/users/:id"}]}'
    client = project({"next.config.py": rewrites})
    assert client("/u/1?id=2").json()["query"] == {"id": "1"}
    assert client("/api/users/1?id=2&nxtPid=3").json()["query"]["id"] == "1"


def test_an_escape_leads_no_parameter_around_its_matcher(project: MakeProject) -> None:
    matcher = '\nconfig = {"matcher": "/api/users/admin/:path*"}\n'
    client = served(project, matcher)
    for path in ("/api/users/admin", "/api/users/%61dmin", "/api/users/adm%69n", "/api%2fusers%2fadmin"):
        assert client(f"{path}?m=own").status == 418
    assert client("/api/users/ada?m=own").status == 200


MORE = """

def astray(request):
    request.nextUrl.port = "9"
    return NextResponse.rewrite(request.nextUrl)

def slashes(request):
    url = request.nextUrl.clone()
    url.pathname, url.search = request.nextUrl.searchParams.get("to"), ""
    return NextResponse.redirect(url)

def echoed(request):
    return NextResponse.next(headers=request.headers)

def bare(request):
    return NextResponse.next(request={"headers": Headers({"x-a": "1"})})

async def first(request):
    async for piece in request.body:
        return None
"""


def test_a_next_url_that_was_changed_leads_to_another_origin(project: MakeProject) -> None:
    assert served(project, MORE)("/api/show?m=astray").status == 502


@pytest.mark.parametrize("path", ["//evil.com/x", "/\\evil.com", "///evil.com"])
def test_no_path_of_a_redirect_is_taken_for_a_host(project: MakeProject, path: str) -> None:
    location = served(project, MORE)(f"/x?m=slashes&to={path}").header("location")
    assert location is not None
    assert location.startswith("http://localhost")


def test_an_answer_has_its_own_length_whatever_the_request_had(project: MakeProject) -> None:
    answer = served(project, MORE)("/api/show?m=echoed", method="POST", body=b"text", headers={"X-A": "1"})
    assert answer.json()["body"] == "text"
    assert answer.header("X-A") == "1"
    assert answer.header("Content-Length") in (None, str(len(answer.body)))


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_stays_whatever_headers_the_route_is_to_see(project: MakeProject, chunked: bool) -> None:
    answer = served(project, MORE)("/api/show?m=bare", method="POST", body=b"text", chunked=chunked)
    assert answer.json()["body"] == "text"


@pytest.mark.parametrize("mode", ["half", "first"])
def test_a_body_that_is_too_long_for_it_is_a_413_where_it_read_a_part(
    project: MakeProject, mode: str
) -> None:
    big = Body(b"x" * (10 * 1024 * 1024 + 1))
    client = served(project, MORE)
    answer = client(f"/api/show?m={mode}", method="POST", body=big, length=str(10 * 1024 * 1024 + 1))
    assert (answer.status, answer.body) == (413, b"Body exceeded 10mb limit")


def test_while_a_client_sends_its_body_other_requests_go_on(project: MakeProject) -> None:
    import threading

    client = served(project, MORE)
    arrived, go_on = threading.Event(), threading.Event()

    class Slow(Body):
        def read(self, size: int = -1) -> bytes:
            arrived.set()
            assert go_on.wait(20)
            return super().read(size)

    answers: list[Any] = []

    def send() -> None:
        answers.append(client("/api/show?m=wait", method="POST", body=Slow(b"text"), length="4"))

    thread = threading.Thread(target=send)
    thread.start()
    assert arrived.wait(20)
    try:
        other = client("/api/show?m=wait", method="POST", body=b"other")
    finally:
        go_on.set()
        thread.join()
    assert other.json() == {"a": "other"}
    assert answers[0].json() == {"a": "text"}


@pytest.mark.parametrize(
    ("file", "there"),
    [("src/proxy.py", "proxy.py"), ("pages/middleware.py", "middleware.py"), ("app/proxy.py", "proxy.py")],
)
def test_one_that_is_never_read_is_told(project: MakeProject, file: str, there: str) -> None:
    name = "middleware" if "middleware" in file else "proxy"
    with pytest.raises(RouteError) as caught:
        project({"app/x.txt": "", file: f"def {name}(request):\n    pass\n"})
    assert caught.value.problems == [f"{file}: it is never read there: move it to {there}"]


def test_a_next_config_in_src_is_told_and_another_module_is_not(project: MakeProject) -> None:
    project({"src/proxy.py": "VALUE = 1\n"})
    with pytest.raises(
        RouteError, match=r"src/next.config.py: it is never read there: move it to next.config.py"
    ):
        project({"src/next.config.py": "config = {}\n"})


@pytest.mark.parametrize("arguments", ["", "request, event"])
def test_one_that_takes_something_else_is_told(project: MakeProject, arguments: str) -> None:
    with pytest.raises(RouteError, match=r"proxy takes the request and nothing else"):
        project({"proxy.py": f"def proxy({arguments}):\n    pass\n"})


def test_one_that_does_not_tell_what_it_takes_is_taken(project: MakeProject) -> None:
    """As a function written in C does not."""
    assert project({"proxy.py": "proxy = vars\n"})("/api/show").status == 500


def test_request_is_what_the_route_is_to_see(project: MakeProject) -> None:
    extra = """

def whole(request):
    request.headers.set("x-new", "n")
    return NextResponse.next(request=request)

def misspelt(request):
    return NextResponse.next(request={"header": {}})

def only(request):
    return NextResponse.next(request=request.headers)
"""
    client = served(project, extra)
    assert client("/api/show?m=whole").json()["headers"]["x-new"] == "n"
    assert [client(f"/api/show?m={mode}").status for mode in ("misspelt", "only")] == [500, 500]


def test_a_route_handler_sees_where_it_sent_the_request(project: MakeProject) -> None:
    extra = """

def onward(request):
    return NextResponse.rewrite(URL("/h/a%2Fb?x=1&x=2", request.url))
"""
    handler = """
from nextwsgi.server import Response

def GET(request, params):
    return Response.json([request.url, params["id"], request.nextUrl.searchParams.getAll("x")])
"""
    client = served(project, extra, **{"app/h/[id]/route.py": handler})
    url, name, values = client("/nowhere?m=onward").json()
    assert (url.removeprefix("http://localhost").lstrip(":0123456789"), name, values) == (
        "/h/a%2Fb?x=1&x=2",
        "a/b",
        ["1", "2"],
    )

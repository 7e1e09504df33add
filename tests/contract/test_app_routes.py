"""Route handlers of ``app/``: what a project may have there, and what becomes of a request."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from nextwsgi import ApiError, NextWSGI, testing
from nextwsgi.errors import BrokenAnswer, RouteError
from nextwsgi.headers import cookies, draft_mode, headers
from nextwsgi.navigation import not_found, permanent_redirect, redirect
from nextwsgi.project import Project
from nextwsgi.routes import Route, Table
from nextwsgi.server import NextRequest, NextResponse, Response, after
from nextwsgi.web.exports import read_functions
from nextwsgi.web.handlers import EdgeHandler, RouteHandler, origin_of
from tests.contract.client import Answer, Client, Serve

Functions = dict[str, Callable[..., Any]]
GET = "from nextwsgi.server import Response\n\n\ndef GET():\n    return Response('{}')\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty project, whose modules are forgotten after the test."""
    before = set(sys.modules)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def refused(root: Path, files: dict[str, str]) -> list[str]:
    write(root, files)
    with pytest.raises(RouteError) as caught:
        NextWSGI(root)
    return caught.value.problems


@pytest.fixture
def handle(tmp_path: Path) -> Iterator[Callable[..., App]]:
    """Serve functions as the route.py of /x."""
    projects: list[Project] = []

    def make(path: str = "/x", *, development: bool = False, **functions: Callable[..., Any]) -> App:
        found, problems = read_functions(functions)
        assert problems == []
        project = Project(tmp_path, development=development)
        projects.append(project)
        app = NextWSGI.__new__(NextWSGI)
        app.project = project
        app.table = Table([Route(path, f"app{path}/route.py", RouteHandler(found))])
        return App(app)

    yield make
    for project in projects:
        project.close()


class App(Client):
    """Asks an application, by method and path."""

    def ask(self, method: str, target: str = "/x", *, body: bytes | None = None, **environ: Any) -> Answer:
        return self.exchange(target, method=method, body=body, environ=environ)


# --- files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("home", ["", "src/"])
def test_a_project_may_have_pages_and_app_or_one_of_them(project: Path, home: str) -> None:
    write(project, {f"{home}app/(shop)/api/a/route.py": GET.format("a"), f"{home}app/_b/route.py": "raise 1"})
    assert testing.Client(project).get("/api/a").text == "a"
    write(project, {f"{home}pages/api/b.py": "def handler(req, res):\n    res.send('b')\n"})
    client = testing.Client(project)
    assert [client.get(path).text for path in ("/api/a", "/api/b")] == ["a", "b"]


@pytest.mark.parametrize(
    "files",
    [
        {"pages/api/a.py": "def handler(req, res): ...\n", "app/api/a/route.py": GET},
        {"app/(one)/api/a/route.py": GET, "app/(two)/api/a/route.py": GET},
        {"pages/api/[id].py": "def handler(req, res): ...\n", "app/api/[id]/route.py": GET},
    ],
)
def test_one_path_in_two_files_is_refused(project: Path, files: dict[str, str]) -> None:
    [problem] = refused(project, files)
    assert "answer the same path" in problem
    assert all(name in problem for name in files)


def test_different_parameters_at_one_level_are_refused(project: Path) -> None:
    [problem] = refused(
        project, {"app/api/[a]/route.py": GET, "pages/api/[b]/c.py": "def handler(q, s): ...\n"}
    )
    assert "different slug names" in problem


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def get(): ...\n", "methods are in capitals, def GET(request)"),
        ("GET = 5\n", "GET must be a function"),
        ("def handler(req, res): ...\n", "handler is for pages/api"),
        ("", "it exports no method"),
        (GET + "revalidat = 5\n", "did you mean revalidate?"),
        ("1 +\n", "it cannot be imported: SyntaxError"),
        ("def default(request): ...\n", "it exports no method"),
    ],
)
def test_a_route_file_that_cannot_answer_is_refused_by_name(project: Path, text: str, told: str) -> None:
    [problem] = refused(project, {"app/api/a/route.py": text})
    assert problem.startswith("app/api/a/route.py: ")
    assert told in problem


def test_other_files_of_app_are_no_routes(project: Path) -> None:
    write(project, {"app/api/a/route.py": GET, "app/api/a/page.py": "raise 1", "app/helper.py": "raise 1"})
    assert [route.path for route in NextWSGI(project).table.routes] == ["/api/a"]


def test_an_edge_route_takes_one_argument(project: Path) -> None:
    config = 'config = {"runtime": "edge"}\n'
    [problem] = refused(project, {"pages/api/a.py": f"{config}def handler(req, res): ...\n"})
    assert 'must take one argument, as config has runtime "edge"' in problem
    text = (
        f"{config}from nextwsgi.server import Response\n\ndef handler(request):\n    return Response('e')\n"
    )
    write(project, {"pages/api/a.py": text})
    assert testing.Client(project).get("/api/a").text == "e"


# --- a request --------------------------------------------------------------------------------------------

Make = Callable[..., App]


def test_functions_get_as_much_as_they_take(handle: Make) -> None:
    client = handle(
        "/x/[id]",
        GET=lambda: Response("none"),
        POST=lambda request: Response(request.method),
        PUT=lambda _, params: Response.json(params),
    )
    assert [client.ask(method, "/x/5").body for method in ("GET", "POST", "PUT")] == [
        b"none",
        b"POST",
        b'{"id":"5"}',
    ]


def test_an_error_is_logged_and_an_empty_500(handle: Make, caplog: pytest.LogCaptureFixture) -> None:
    def fails() -> None:
        cookies().set("a", "1")
        raise KeyError("secret")

    answer = handle(GET=fails).ask("GET", "/x")
    assert (answer.status, answer.body, answer.lines) == (500, b"", [])
    assert "GET /x failed (app/x/route.py)" in caplog.text


@pytest.mark.parametrize("given", [None, "text", {"a": 1}, Response])
def test_what_is_no_response_is_an_error_that_says_so(
    handle: Make, given: object, caplog: pytest.LogCaptureFixture
) -> None:
    assert handle(GET=lambda: given).ask("GET", "/x").status == 500
    assert "Return a Response or a NextResponse in all branches" in caplog.text


@pytest.mark.parametrize("make", [NextResponse.next, lambda: NextResponse.rewrite("http://x/")])
def test_what_is_for_proxy_is_no_answer(handle: Make, make: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert handle(GET=make).ask("GET", "/x").status == 500
    assert "are for proxy" in caplog.text


def test_an_api_error_is_an_answer_here_too(handle: Make) -> None:
    def refuses() -> None:
        raise ApiError(418, "Short and stout")

    async def refuses_later() -> None:
        await asyncio.sleep(0)
        raise ApiError(418, "Short and stout")

    for function in (refuses, refuses_later):
        answer = handle(GET=function).ask("GET", "/x")
        assert (answer.status, answer.body) == (418, b"Short and stout")


def test_a_client_that_leaves_is_no_error(handle: Make, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    client = handle(POST=lambda request: Response(request.text()))
    answer = client.ask("POST", "/x", body=b"abc", CONTENT_LENGTH="9")
    assert answer.status == 400
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_stream_that_fails_midway_cuts_the_connection(handle: Make) -> None:
    closed = []

    def pieces() -> Iterator[str]:
        try:
            yield "a"
            raise ValueError("secret")
        finally:
            closed.append(1)

    answer = handle(GET=lambda: Response(pieces())).ask("GET", "/x")
    assert (answer.status, answer.body, type(answer.failure), closed) == (200, b"a", BrokenAnswer, [1])


def test_a_stream_that_nobody_reads_is_closed(handle: Make) -> None:
    closed = []

    class File:
        def read(self, _: int) -> bytes:
            raise AssertionError

        def close(self) -> None:
            closed.append(1)

    answer = handle(GET=lambda: Response(File())).ask("HEAD", "/x")
    assert (answer.status, answer.body, closed) == (200, b"", [1])


def test_an_asynchronous_stream_is_sent_from_def_and_async_def(handle: Make) -> None:
    async def pieces() -> AsyncIterator[str]:
        yield "a"
        await asyncio.sleep(0)
        yield "b"

    async def later() -> Response:
        return Response(pieces())

    client = handle(GET=lambda: Response(pieces()), POST=later)
    assert [client.ask(method, "/x").body for method in ("GET", "POST")] == [b"ab", b"ab"]


def test_an_endless_stream_ends_when_the_client_leaves(handle: Make) -> None:
    closed = threading.Event()

    async def endless() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"x" * 1000
                await asyncio.sleep(0)
        finally:
            closed.set()

    async def answer() -> Response:
        return Response(endless())

    answered = handle(GET=answer).exchange("/x", taken=3)
    assert closed.wait(5)
    assert len(answered.written) == 3


def test_navigation_ends_an_async_handler(handle: Make) -> None:
    async def leaves() -> None:
        await asyncio.sleep(0)
        redirect("/a")

    async def leaves_at_once() -> None:
        redirect("/a")

    client = handle(GET=leaves, POST=leaves_at_once)
    assert [client.ask(method, "/x").header("location") for method in ("GET", "POST")] == ["/a", "/a"]


def test_navigation_ends_a_handler_and_may_be_caught(handle: Make) -> None:
    client = handle(
        GET=lambda: redirect("/a"), POST=lambda: permanent_redirect("/b"), PUT=lambda: not_found()
    )
    answers = [client.ask(method, "/x") for method in ("GET", "POST", "PUT")]
    assert [(answer.status, answer.header("location")) for answer in answers] == [
        (307, "/a"),
        (308, "/b"),
        (404, None),
    ]
    for wrong in ("", None, 5):
        with pytest.raises(TypeError, match="takes a URL as text"):
            redirect(wrong)  # type: ignore[arg-type]


# CVE-2024-34351, CVE-2026-64649: no host that a client names gets into a URL.
@pytest.mark.parametrize("host", ["evil.com", "evil.com:80", "a b", "", "x@y"])
def test_the_url_of_a_request_is_not_by_host(handle: Make, host: str) -> None:
    def answer(request: NextRequest) -> Response:
        return NextResponse.redirect(request.nextUrl)

    sent: dict[str, Any] = {
        "HTTP_HOST": host,
        "HTTP_X_FORWARDED_HOST": "evil.com",
        "HTTP_X_FORWARDED_PROTO": "https",
    }
    assert handle(GET=answer).ask("GET", "/x", **sent).header("location") == "/x"


@pytest.mark.parametrize(
    ("location", "sent"),
    [
        ("http://localhost/a?b#c", "/a?b#c"),
        ("http://localhost//evil.com", "http://localhost//evil.com"),
        ("http://localhost/\\evil.com", "http://localhost//evil.com"),
        ("http://localhost", "/"),
        ("http://localhost.evil.com/a", "http://localhost.evil.com/a"),
        ("https://localhost/a", "https://localhost/a"),
    ],
)
def test_a_redirect_within_the_application_is_a_path(handle: Make, location: str, sent: str) -> None:
    assert handle(GET=lambda: NextResponse.redirect(location)).ask("GET", "/x").header("location") == sent


@pytest.mark.parametrize(
    ("port", "origin"), [("8000", ":8000"), ("", ""), ("x", ""), ("99999", ""), (80, ":80")]
)
def test_a_port_that_is_none_is_left_out(port: object, origin: str) -> None:
    assert origin_of({"SERVER_PORT": port}) == f"http://localhost{origin}"


# --- cookies(), headers(), draft_mode() -------------------------------------------------------------------


@pytest.mark.parametrize("function", [cookies, headers, draft_mode])
def test_outside_a_request_there_is_nothing_to_ask(function: Callable[[], object]) -> None:
    with pytest.raises(
        RuntimeError, match=r"was called outside a request: call it in a route handler of app/"
    ):
        Context().run(function)


def test_a_handler_of_pages_has_none_of_them(serve: Serve) -> None:
    assert serve(lambda req, res: cookies())().status == 500


def test_cookies_of_the_client_are_read_and_those_left_alone_are_not_sent_back(handle: Make) -> None:
    client = handle(GET=lambda: Response.json([cookies().get("a"), cookies().set("b", "2").has("b")]))
    answer = client.ask("GET", "/x", HTTP_COOKIE="a=1; a=3; c=4")
    assert answer.json() == [{"name": "a", "value": "3", "path": "/"}, True]
    assert answer.all("set-cookie") == ["b=2; Path=/"]


def test_they_are_called_in_def_and_awaited_in_async_def(handle: Make) -> None:
    async def waits() -> Response:
        (await cookies()).set("a", (await headers()).get("x-a"))
        return Response.json((await draft_mode()).isEnabled)

    def calls() -> Response:
        cookies().set("a", headers().get("x-a"))
        return Response.json(draft_mode().isEnabled)

    client = handle(GET=waits, POST=calls)
    for method in ("GET", "POST"):
        answer = client.ask(method, "/x", HTTP_X_A="1")
        assert (answer.header("set-cookie"), answer.body) == ("a=1; Path=/", b"false")


def test_headers_of_the_request_cannot_be_changed(handle: Make, caplog: pytest.LogCaptureFixture) -> None:
    assert handle(GET=lambda: headers().set("a", "1")).ask("GET", "/x").status == 500
    assert "cannot be changed there" in caplog.text


def test_cookies_come_too_late_once_the_answer_is_there(
    handle: Make, caplog: pytest.LogCaptureFixture
) -> None:
    done = threading.Event()

    def late() -> None:
        try:
            cookies().set("a", "1")
        finally:
            done.set()

    def answer() -> Response:
        after(late)
        return Response("x")

    response = handle(GET=answer).ask("GET", "/x")
    assert done.wait(5)
    assert (response.status, response.all("set-cookie")) == (200, [])


def test_draft_mode_is_one_object_and_remembers(handle: Make) -> None:
    def answer() -> Response:
        draft_mode().enable()
        on = draft_mode().isEnabled
        draft_mode().disable()
        return Response.json([on, draft_mode().isEnabled])

    response = handle(GET=answer).ask("GET", "/x")
    assert (response.json(), len(response.all("set-cookie"))) == ([True, False], 1)


def test_requests_at_once_see_their_own_cookies_and_headers(handle: Make) -> None:
    async def waits(request: NextRequest) -> Response:
        (await cookies()).set("mine", request.nextUrl.searchParams.get("n"))
        await asyncio.sleep(0.001)
        return Response((await headers()).get("x-n"))

    def calls(request: NextRequest) -> Response:
        cookies().set("mine", request.nextUrl.searchParams.get("n"))
        return Response(headers().get("x-n"))

    client = handle(GET=waits, POST=calls)

    def ask(number: int) -> bool:
        method = ("GET", "POST")[number % 2]
        answer = client.ask(method, f"/x?n={number}", HTTP_X_N=str(number))
        return answer.body == str(number).encode() and answer.header("set-cookie") == f"mine={number}; Path=/"

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(ask, range(500)))


# --- around it --------------------------------------------------------------------------------------------


def test_what_is_left_behind_is_done_in_order_and_its_errors_are_logged(
    project: Path, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def fails() -> None:
        done.append("fails")
        raise ValueError("left behind")

    def answer() -> Response:
        after(lambda: done.append("first"))
        after(fails)
        after(lambda: done.append("last"))
        return Response("x")

    client = testing.Client({"GET": answer})
    assert (client.get().text, done) == ("x", ["first", "fails", "last"])
    assert "left behind" in caplog.text


HOOK = """
seen = []


def on_request_error(error, request, context):
    seen.append((str(error), request["path"], context))
"""
FAILING = """
from nextwsgi.server import after


def GET():
    after(left)
    raise ValueError("mine")


def left():
    raise ValueError("left behind")
"""


def test_on_request_error_hears_of_a_route_handlers_error_and_of_nothing_left_behind(project: Path) -> None:
    write(project, {"instrumentation.py": HOOK, "app/api/[id]/route.py": FAILING})
    assert testing.Client(project, raise_errors=False).get("/api/5?a=1").status == 500
    context = {
        "routerKind": "App Router",
        "routePath": "/api/[id]",
        "routeType": "route",
        "revalidateReason": None,
    }
    assert sys.modules["instrumentation"].seen == [("mine", "/api/5?a=1", context)]


def test_route_handlers_are_called_from_a_test_by_their_methods() -> None:
    async def post(request: NextRequest, params: dict[str, Any]) -> Response:
        return Response.json([await request.json(), params["id"]])

    client = testing.Client({"POST": post})
    assert client.post(json=1, query={"id": "5"}).json() == [1, "5"]
    assert (client.get().status, client.options().headers["Allow"]) == (405, "OPTIONS, POST")
    with pytest.raises(RouteError, match="GET must be a function"):
        testing.Client({"GET": 5})  # type: ignore[dict-item]


def test_an_edge_handler_is_called_from_a_test_with_its_config() -> None:
    def handler(request: NextRequest) -> Response:
        return Response(request.nextUrl.searchParams.get("id"))

    assert testing.Client(handler, config={"runtime": "edge"}).get(query={"id": "5"}).text == "5"


def test_an_edge_handlers_parameters_are_in_its_query(tmp_path: Path) -> None:
    def handler(request: NextRequest) -> Response:
        return Response.json([*request.nextUrl.searchParams])

    (tmp_path / "pages").mkdir()
    app = NextWSGI(tmp_path)
    app.table = Table([Route("/x/[...all]", "pages/x/[...all].py", EdgeHandler(handler))])
    assert App(app).ask("GET", "/x/a/b?all=1&c=2").json() == [["c", "2"], ["all", "a"], ["all", "b"]]


# --- whatever is sent -------------------------------------------------------------------------------------

TEXT = [*"ab01/?#&=%;,:\"' +[]@", "%00", "%2F", "%ZZ", "%FF", "..", "é", "x" * 300, "a=1", "boundary=", "\t"]
TYPES = ["multipart/form-data; boundary=B", "application/x-www-form-urlencoded", "application/json", "a"]


def _text(pick: random.Random, longest: int = 8) -> str:
    return "".join(pick.choice(TEXT) for _ in range(pick.randint(0, longest)))


def test_no_request_makes_a_5xx_of_a_handler_that_looks_at_all_of_it(handle: Make) -> None:
    def look(request: NextRequest, params: dict[str, Any]) -> Response:
        seen = [
            request.url,
            [*request.nextUrl.searchParams],
            [*request.headers],
            params,
            request.nextUrl.pathname,
        ]
        seen += [[*request.cookies.getAll()], [*cookies().getAll()], [*headers()], draft_mode().isEnabled]
        for read in (lambda: request.clone().json(), lambda: [*request.clone().formData()], request.text):
            with contextlib.suppress(TypeError, ValueError):
                seen.append(str(read()))
        return NextResponse.json(len(str(seen)))

    client = handle("/x/[[...rest]]", GET=look, POST=look)
    pick = random.Random(1)
    for _ in range(3000):
        target = quote(f"/x/{_text(pick, 3)}", safe="/%[]@:") + "?" + quote(_text(pick), safe="%&=+")
        sent: dict[str, Any] = {
            "HTTP_COOKIE": _text(pick).encode().decode("latin-1"),
            "HTTP_HOST": _text(pick, 2).encode().decode("latin-1"),
            "HTTP_X_A": _text(pick).encode().decode("latin-1"),
            "CONTENT_TYPE": pick.choice([*TYPES, _text(pick, 3).encode().decode("latin-1")]),
        }
        answer = client.ask(pick.choice(["GET", "POST"]), target, body=_text(pick, 20).encode(), **sent)
        assert answer.status in (200, 308, 400, 404), (target, sent)


UNAWAITED = """
from nextwsgi.headers import cookies, headers
from nextwsgi.server import Blob, Response


async def POST(request):
    {line}
    return Response("in")
"""


def unawaited(root: Path, line: str) -> Client:
    write(root, {"app/api/x/route.py": UNAWAITED.format(line=line)})
    return Client(NextWSGI(root))


@pytest.mark.parametrize(
    ("line", "call"),
    [
        ("if not request.json(): return Response('out')", "request.json()"),
        ("return Response(f'{request.text()}')", "request.text()"),
        ("request.formData().get('a')", "request.formData()"),
        ("if request.clone().bytes() == b'': return Response('out')", "request.bytes()"),
        ("for piece in request.arrayBuffer(): pass", "request.arrayBuffer()"),
        ("request.blob()['a']", "request.blob()"),
        ("if not cookies(): return Response('out')", "cookies()"),
        ("headers().get('a')", "headers()"),
        ("len(Blob(['a']).text())", "file.text()"),
    ],
)
def test_what_is_not_awaited_in_async_def_is_taken_for_nothing(
    project: Path, line: str, call: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = unawaited(project, line)
    assert client("/api/x", method="POST", body=b"a").status == 500
    assert f"in async def, await it: await {call}" in caplog.text


def test_several_readers_are_awaited_at_once(project: Path) -> None:
    lines = "import asyncio; a, b = await asyncio.gather(request.text(), cookies()); return Response(a)"
    client = unawaited(project, lines)
    assert client("/api/x", method="POST", body=b"text").body == b"text"

"""``next.config.py``: headers, redirects, rewrites, base path and slashes, in the order of Next.js."""

from __future__ import annotations

import http.server
import json
import os
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from nextwsgi.errors import BrokenAnswer, RouteError
from nextwsgi.front import upstream
from tests.contract.projects import MakeProject


def config(text: str) -> dict[str, str]:
    return {"next.config.py": f"config = {text}"}


# --- headers ----------------------------------------------------------------------------------------------

HEADERS = """{"headers": [
    {"source": "/api/:path*", "headers": [
        {"key": "X-All", "value": "yes"}, {"key": "X-Own", "value": "config"},
        {"key": "Set-Cookie", "value": "a=1"}]},
    {"source": "/api/users/:id", "headers": [
        {"key": "X-:id", "value": "is :id"}, {"key": "x-all", "value": "no"}]},
]}"""


def test_headers_are_on_the_answer_unless_it_has_them(project: MakeProject) -> None:
    answer = project(config(HEADERS))("/api/users/42")
    assert answer.status == 200
    assert answer.all("X-All") == ["no"]
    assert answer.all("X-Own") == ["route"]
    assert answer.all("X-42") == ["is 42"]
    assert answer.all("Set-Cookie") == ["a=1"]


def test_they_are_on_errors_and_files_too(project: MakeProject) -> None:
    client = project({**config(HEADERS), "public/api/file.txt": "text"})
    assert client("/api/nothing").header("X-All") == "yes"
    assert client("/api/file.txt").header("X-All") == "yes"
    assert client("/nothing").header("X-All") is None


def test_a_condition_s_text_that_no_header_can_hold_is_a_400(project: MakeProject) -> None:
    rule = """{"headers": [{"source": "/api/show",
        "has": [{"type": "cookie", "key": "a", "value": "(?<a>.*\\\\s*.*)"}],
        "headers": [{"key": "X-A", "value": ":a"}]}]}"""
    client = project(config(rule))
    assert client("/api/show", headers={"Cookie": "a=b"}).header("X-A") == "b"
    assert client("/api/show", headers={"Cookie": "a=b%0d%0aX: y"}).status == 400


def test_they_stand_over_those_of_a_route_handler(project: MakeProject) -> None:
    handler = """
from nextwsgi.server import Response

def GET(request):
    return Response("a", headers={"X-Own": "route", "X-More": "route", "Set-Cookie": "own=1"})
"""
    answer = project({**config(HEADERS), "app/api/a/route.py": handler})("/api/a")
    assert (answer.header("X-Own"), answer.header("X-More")) == ("config", "route")
    assert answer.all("Set-Cookie") == ["own=1"]


def test_they_stand_over_those_of_a_file_but_for_what_counts_its_bytes(project: MakeProject) -> None:
    lines = {
        "Cache-Control": "max-age=9",
        "Content-Type": "text/x-own",
        "ETag": '"own"',
        "Content-Length": "3",
    }
    rules = [{"source": "/:path*", "headers": [{"key": key, "value": value} for key, value in lines.items()]}]
    client = project({**config(repr({"headers": rules})), "public/file.txt": "hello"})
    answer = client("/file.txt")
    told = [answer.all(name) for name in lines]
    assert told == [["max-age=9"], ["text/x-own"], ['"own"'], ["5"]]
    assert answer.header("Last-Modified") is not None
    part = client("/file.txt", headers={"Range": "bytes=0-1"})
    assert (part.body, part.all("Content-Length"), part.all("Content-Range")) == (
        b"he",
        ["2"],
        ["bytes 0-1/5"],
    )
    assert client("/nothing").header("Content-Type") != "text/x-own"


# --- slashes ----------------------------------------------------------------------------------------------


def test_slashes_may_be_left_to_whoever_answers(project: MakeProject) -> None:
    rules = '[{"source": "/in/:a", "destination": "/api/show?a=:a"}]'
    skip = f'{{"skipTrailingSlashRedirect": True, "trailingSlash": %s, "rewrites": {rules}}}'
    for trailing in (False, True):
        client = project({**config(skip % trailing), "public/file.txt": "hello"})
        assert client("/api/show/").json()["url"] == "/api/show/"
        assert client("/api/show").json()["url"] == "/api/show"
        told = client("/in/5/").json()
        assert (told["url"], told["query"]) == ("/in/5/", {"a": "5"})
        assert client("/api/users/7/").json()["query"] == {"id": "7"}
        assert client("/file.txt/").body == b"hello"
        assert client("/nothing/").status == 404
        several = client("/api//show/")
        assert (several.status, several.header("Location")) == (308, "/api/show/")


def test_another_origin_is_asked_without_the_slash_as_next_asks_it(project: MakeProject, origin: str) -> None:
    rules = f'[{{"source": "/x/:path*", "destination": "{origin}/:path*"}}]'
    client = project(config(f'{{"skipTrailingSlashRedirect": True, "rewrites": {rules}}}'))
    for asked, path in (("/x/e/", "/e"), ("/x/a/b/?x=1", "/a/b?x=1"), ("/x/", "/"), ("/x/e", "/e")):
        assert client(asked).json()["path"] == path


# --- redirects --------------------------------------------------------------------------------------------

REDIRECTS = """{"redirects": lambda: [
    {"source": "/old/:id(\\\\d+)", "destination": "/api/users/:id?from=old", "permanent": True},
    {"source": "/away/:path*", "destination": "https://ex.com/:path*", "permanent": False},
    {"source": "/there", "destination": "/here#x", "statusCode": 303},
    {"source": "/c", "has": [{"type": "cookie", "key": "to", "value": "(?<to>.*\\\\s*.*)"}],
     "destination": "/:to", "permanent": False},
    {"source": "/api/show", "has": [{"type": "header", "key": "x-go"}],
     "destination": "/gone", "permanent": False},
    {"source": "/g", "has": [{"type": "header", "key": "x-go", "value": "a|(?<g>b)"}],
     "destination": "/:g", "permanent": False},
], "headers": [{"source": "/:path*", "headers": [{"key": "X-All", "value": "yes"}]}]}"""


@pytest.mark.parametrize(
    ("path", "headers", "status", "location"),
    [
        ("/old/42", {}, 308, "/api/users/42?from=old"),
        ("/old/42?q=a%20b", {}, 308, "/api/users/42?q=a%20b&from=old"),
        ("/away", {}, 307, "https://ex.com"),
        ("/away/a/b%2Fc?d=1", {}, 307, "https://ex.com/a/b%2Fc?d=1"),
        ("/there?a=1", {}, 303, "/here?a=1#x"),
        ("/c", {"Cookie": "to=x"}, 307, "/x"),
        ("/c", {"Cookie": "to=/evil.example"}, 307, "/evil.example"),
        ("/c", {"Cookie": "to=%0d%0aX:%20y"}, 307, "/%0D%0AX:%20y"),
        ("/api/show", {"X-Go": "1"}, 307, "/gone"),
    ],
)
def test_a_redirect_sends_the_client_on(
    project: MakeProject, path: str, headers: dict[str, str], status: int, location: str
) -> None:
    answer = project(config(REDIRECTS))(path, headers=headers)
    assert (answer.status, answer.header("location"), answer.body.decode()) == (status, location, location)
    assert answer.header("X-All") is None
    assert answer.header("Refresh") == (f"0;url={location}" if status == 308 else None)


def test_what_no_redirect_is_for_goes_on(project: MakeProject) -> None:
    client = project(config(REDIRECTS))
    assert client("/old/x").status == 404
    assert client("/g", headers={"X-Go": "b"}).header("location") == "/b"
    assert client("/g", headers={"X-Go": "a"}).status == 404  # there is no :g
    assert client("/api/show").status == 200


# --- rewrites ---------------------------------------------------------------------------------------------

REWRITES = """{"rewrites": lambda: {
    "beforeFiles": [
        {"source": "/file.txt", "has": [{"type": "query", "key": "over"}], "destination": "/api/show"},
        {"source": "/b/:id", "destination": "/api/users/:id?x=1"},
        {"source": "/bb", "destination": "/b/7"},
        {"source": "/b/:id", "destination": "/api/show?second=:id"}],
    "afterFiles": [
        {"source": "/a/:id", "destination": "/api/users/:id"},
        {"source": "/nowhere", "destination": "/nothing"},
        {"source": "/nothing", "destination": "/api/show?n=1"},
        {"source": "/list/:path*", "destination": "/api/show"},
        {"source": "/api/show", "destination": "/api/users/shadow"},
        {"source": "/text", "destination": "/file.txt"}],
    "fallback": [
        {"source": "/api/users/:a/:b", "destination": "/api/show?fb=:a-:b"}],
}}"""


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/b/5?y=2", {"y": "2", "x": "1", "id": "5"}),
        ("/bb", {"second": "7", "id": "7"}),
        ("/a/3?id=9", {"id": "3"}),
        ("/nowhere", {"n": "1"}),
        ("/list/x/y", {"path": ["x", "y"]}),
        ("/list/x", {"path": ["x"]}),
        ("/list", {}),
        ("/api/show", {}),
        ("/api/users/1/2", {"fb": "1-2", "a": "1", "b": "2"}),
        ("/file.txt?over=1", {"over": "1"}),
    ],
)
def test_a_rewrite_has_another_path_answer(project: MakeProject, path: str, query: dict[str, Any]) -> None:
    answer = project({**config(REWRITES), "public/file.txt": "text"})(path)
    assert answer.status == 200
    assert answer.json()["query"] == query
    # What the client asked, but for what would pass for a parameter of the path.
    assert answer.json()["url"] == path.removesuffix("?id=9")


def test_files_and_routes_come_before_later_rewrites(project: MakeProject) -> None:
    client = project({**config(REWRITES), "public/file.txt": "text"})
    assert client("/file.txt").body == b"text"
    assert client("/text").body == b"text"
    assert client("/api/users/shadow").json()["query"] == {"id": "shadow"}
    assert client("/other").status == 404
    assert client("/api/users/%ff").status == 400


def test_a_list_of_rewrites_comes_after_files(project: MakeProject) -> None:
    client = project(config('{"rewrites": [{"source": "/x", "destination": "/api/show"}]}'))
    assert client("/x", method="POST", body=b"text").json()["body"] == "text"


# --- base path, slashes, environment ----------------------------------------------------------------------


def test_with_a_base_path_everything_is_below_it(project: MakeProject) -> None:
    client = project({**config('{"basePath": "/docs"}'), "public/file.txt": "text"})
    assert client("/docs/api/show?a=1").json()["query"] == {"a": "1"}
    assert client("/docs/file.txt").body == b"text"
    assert client("/api/show").status == 404
    assert client("/docsapi/show").status == 404
    assert client("/docs").status == 404


def test_slashes_at_the_end_as_the_project_has_them(project: MakeProject) -> None:
    client = project({**config('{"trailingSlash": True}'), "public/file.txt": "text"})
    assert client("/api/show/?a=1").status == 200
    assert client("/api/users/7/").json()["query"] == {"id": "7"}
    assert client("/api/show?a=1").header("location") == "/api/show/?a=1"
    assert client("/file.txt").body == b"text"
    assert client("/file.txt/").header("location") == "/file.txt"
    assert client("//api//show").header("location") == "/api/show"
    assert client("/").status == 404


def test_without_it_a_slash_is_sent_away(project: MakeProject) -> None:
    client = project(config("{}"))
    assert client("/api/show/").header("location") == "/api/show"
    assert client("/api/./show").status == 200


REWRITE_ADMIN = '{"rewrites": [{"source": "/admin/:path*", "destination": "/api/admin/:path*/"}]}'


@pytest.mark.parametrize("text", ["{}", '{"basePath": "/docs"}', '{"trailingSlash": True}', REWRITE_ADMIN])
def test_a_slash_that_is_for_a_wsgi_application_stays(project: MakeProject, text: str) -> None:
    app = """
from nextwsgi.wsgi import wsgi

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{environ['SCRIPT_NAME']} {environ['PATH_INFO']}".encode()]

handler = wsgi(application)
"""
    client = project({**config(text), "pages/api/admin/[[...path]].py": app})
    base = "/docs" if "docs" in text else ""
    answer = client("/admin/login" if "rewrites" in text else f"{base}/api/admin/login/")
    assert (answer.status, answer.body.decode()) == (200, f"{base}/api/admin /login/")


def test_env_is_set_unless_it_is(project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONT_B", "own")
    monkeypatch.delenv("FRONT_A", raising=False)
    project(config('{"env": {"FRONT_A": "a", "FRONT_B": "b"}}'))
    assert (os.environ.pop("FRONT_A"), os.environ["FRONT_B"]) == ("a", "own")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("config = {'basepath': '/x'}", "config has no key 'basepath': did you mean 'basePath'?"),
        ("def config():\n    return nothing", "it cannot be read: NameError: name 'nothing'"),
        ("config = {'headers': lambda: 1 / 0}", "it cannot be read: ZeroDivisionError"),
        ("x = 1", "it exports no config: write config = {...}"),
        ("import nowhere_at_all", "it cannot be imported: ModuleNotFoundError"),
    ],
)
def test_what_is_wrong_stops_the_start(project: MakeProject, text: str, problem: str) -> None:
    with pytest.raises(RouteError) as error:
        project({"next.config.py": text})
    assert error.value.problems[0].startswith(f"next.config.py: {problem}")


# --- another origin ---------------------------------------------------------------------------------------


class Origin(http.server.BaseHTTPRequestHandler):
    """Says what it was asked; ``/slow`` says nothing, ``/broken`` half of it."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else self._chunks()
        if "slow" in self.path:
            threading.Event().wait(2)
        said = {
            "path": self.path,
            "method": self.command,
            "body": body.decode(),
            "headers": dict(self.headers),
        }
        text = json.dumps(said).encode()
        self.send_response(203, "As Said")
        self.send_header("Content-Length", str(len(text) + ("broken" in self.path)))
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.send_header("Connection", "X-Hop")
        self.send_header("X-Hop", "1")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)
        self.close_connection = True

    do_POST = do_HEAD = do_GET  # noqa: N815 - the standard library's names

    def _chunks(self) -> bytes:
        body = b""
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        return body

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def origin() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Origin)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def away(origin: str) -> dict[str, str]:
    return config(
        f'{{"rewrites": {{"fallback": [{{"source": "/:path*", "destination": "{origin}/up/:path*"}}]}}}}'
    )


def test_what_this_application_does_not_have_goes_on_to_another(project: MakeProject, origin: str) -> None:
    client = project(away(origin))
    assert client("/api/show").json()["url"] == "/api/show"
    answer = client("/x/y%20z?a=%20b", headers={"X-A": "1", "Connection": "X-B", "X-B": "2", "Te": "x"})
    assert (answer.status, answer.reason, answer.all("Set-Cookie")) == (203, "As Said", ["a=1", "b=2"])
    assert answer.all("X-Hop") + answer.all("Connection") == []
    said = answer.json()
    assert (said["path"], said["method"]) == ("/up/x/y%20z?a=%20b", "GET")
    assert said["headers"] == {
        "host": origin.removeprefix("http://"),
        "x-a": "1",
        "via": "1.1 nextwsgi",
        "x-forwarded-for": "192.0.2.7",
        "x-forwarded-host": "",
        "x-forwarded-proto": "http",
    }


def test_the_root_is_among_all_paths(project: MakeProject, origin: str) -> None:
    assert project(away(origin))("/?a=1").json()["path"] == "/up?a=1"


def test_what_pages_are_made_of_is_never_redirected(project: MakeProject) -> None:
    rule = '{"source": "/:path*", "destination": "/x/:path*", "permanent": False}'
    client = project(config(f'{{"redirects": [{rule}]}}'))
    assert client("/a").header("location") == "/x/a"
    assert client("/").header("location") == "/x"
    assert client("/_next/static/a.js").status == 404
    client = project(config(f'{{"basePath": "/docs", "redirects": [{rule}]}}'))
    assert client("/docs/a").header("location") == "/docs/x/a"
    assert client("/docs/_next/static/a.js").status == 404


def test_bodies_go_with_it(project: MakeProject, origin: str) -> None:
    client = project(away(origin))
    assert client("/x", method="POST", body=b"text").json()["body"] == "text"
    assert (
        client("/x", method="POST", body=b"pieces" * 50_000, chunked=True).json()["body"] == "pieces" * 50_000
    )
    head = client("/x", method="HEAD")
    assert (head.status, head.body) == (203, b"")


def test_who_asked_is_passed_on_behind_those_before(project: MakeProject, origin: str) -> None:
    headers = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Host": "a.example",
        "X-Forwarded-Proto": "https",
    }
    said = project(away(origin))("/x", headers=headers).json()["headers"]
    assert said["x-forwarded-for"] == "203.0.113.9, 192.0.2.7"
    assert (said["x-forwarded-host"], said["x-forwarded-proto"]) == ("a.example", "https")


def test_an_origin_that_says_nothing_in_time_is_a_504(
    project: MakeProject, origin: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(upstream, "SECONDS", 0.2)
    answer = project(away(origin))("/slow")
    assert (answer.status, answer.body) == (504, b"Gateway Timeout")
    assert "gave no answer in" in caplog.text


def test_an_origin_that_is_away_is_a_502(project: MakeProject, caplog: pytest.LogCaptureFixture) -> None:
    answer = project(away("http://127.0.0.1:9"))("/x")
    assert (answer.status, answer.body) == (502, b"Bad Gateway")
    assert "127.0.0.1:9 cannot be reached: " in caplog.text


def test_an_answer_that_breaks_off_is_cut(project: MakeProject, origin: str) -> None:
    answer = project(away(origin)).exchange("/broken")
    assert isinstance(answer.failure, BrokenAnswer)


@pytest.mark.parametrize(
    ("found", "location"),
    [
        ("%5Cevil.com", "/evil.com?to=%5Cevil.com"),
        ("%2Fevil.com", "/evil.com?to=%2Fevil.com"),
        ("%5C%2F%5Cevil.com", "/evil.com?to=%5C%2F%5Cevil.com"),
        ("%09%2Fevil.com", "/%09/evil.com?to=%09%2Fevil.com"),
        ("a%3Fb%0D%0AX-A", "/a%3Fb%0D%0AX-A?to=a%3Fb%0D%0AX-A"),
    ],
)
def test_what_a_condition_finds_is_no_host_and_no_query(
    project: MakeProject, found: str, location: str
) -> None:
    has = '[{"type": "query", "key": "to"}]'
    rule = f'{{"source": "/go", "has": {has}, "destination": "/:to", "permanent": False}}'
    client = project({"next.config.py": f'config = {{"redirects": [{rule}]}}'})
    assert client(f"/go?to={found}").header("location") == location


def test_what_a_condition_finds_is_no_fragment_of_a_query(project: MakeProject) -> None:
    has = '[{"type": "header", "key": "x-to", "value": "(?<w>.*)"}]'
    rule = f'{{"source": "/go", "has": {has}, "destination": "/z?a=:w", "permanent": False}}'
    client = project({"next.config.py": f'config = {{"redirects": [{rule}]}}'})
    assert client("/go", headers={"X-To": "a#b"}).header("location") == "/z?a=a%23b"

"""Each published hole of this field has a test with its identifier; those that are nowhere else are here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.contract.client import Client, Serve
from tests.contract.projects import MakeProject
from tests.unit.dev.site import Site

TESTS = Path(__file__).parents[1]

ROUTING = """2025-29927 2026-44572 2026-44573 2026-44574 2026-44575 2026-45109 2024-51479 2024-34351
2026-64649 2020-28724"""
BODIES = """2023-25577 2023-46136 2023-30798 2024-45590 2025-13466 2022-24999 2025-15284 2026-12590 2020-10735
2026-27979"""
ANSWERS = "2018-1000164 2012-2374 2024-47764 2023-30861 2024-46982 2025-32421 2026-0672 2026-0865"
AUTH = """2017-11424 2022-29217 2024-53861 2026-32597 2026-48523 2026-48526 2025-22228 2025-68402 2024-39329
2026-27978"""
RATE_LIMITS = "2020-28483 2026-90711 2026-92395"
CORS = "2024-25124 2025-71381 2024-6221 2024-6839"
FILES = "2025-46653 2025-66221 2026-21860 2023-29159"
DEVELOPMENT = "2024-34069 2019-14806 2016-10516 2026-27977"
IDENTIFIERS = " ".join([ROUTING, BODIES, ANSWERS, AUTH, RATE_LIMITS, CORS, FILES, DEVELOPMENT]).split()


def test_each_identifier_has_a_test_of_its_name() -> None:
    files = [file.read_text() for file in TESTS.rglob("test_*.py") if "node_modules" not in file.parts]
    names = " ".join(name for text in files for name in re.findall(r"^def (test_\w+)", text, re.M))
    tested = {f"{year}-{number}" for year, number in re.findall(r"cve_(\d{4})_(\d+)", names)}
    assert [each for each in IDENTIFIERS if each not in tested] == []


# --- Routing, and what is made of headers -------------------------------------------------------------------

GUARD = """
from nextwsgi.server import NextResponse, Response

def proxy(request):
    if request.nextUrl.pathname.startswith(("/secret", "/api/secret")):
        return Response("locked", status=401)
    if request.nextUrl.pathname == "/api/moved":
        return NextResponse.redirect("https://there.example/", 307)

config = {"matcher": ["/secret/:path*", "/api/secret/:path*", "/api/moved"]}
"""
OPEN = """
def handler(req, res):
    res.send("opened")
"""
OPEN_APP = """
from nextwsgi.server import Response

def GET(request):
    return Response("opened")
"""


@pytest.fixture
def guarded(project: MakeProject) -> Client:
    """Serve routes that a proxy guards by their path."""
    return project(
        {
            "proxy.py": GUARD,
            "pages/api/secret.py": OPEN,
            "app/secret/route.py": OPEN_APP,
            "app/secret/deep/route.py": OPEN_APP,
        }
    )


def is_locked(client: Client, target: str, **headers: str) -> bool:
    answer = client(target, headers={name.replace("_", "-"): value for name, value in headers.items()})
    return b"opened" not in answer.body and answer.status in (308, 400, 401, 404)


def test_the_guard_locks_and_the_routes_are_there(guarded: Client, project: MakeProject) -> None:
    for path in ("/api/secret", "/secret", "/secret/deep"):
        assert guarded(path).status == 401
    (guarded.app.project.root / "proxy.py").unlink()
    assert project({})("/secret/deep").body == b"opened"


@pytest.mark.parametrize(
    "target",
    ["/_next/data/x/secret.json", "/_next/data/development/en/api/secret.json", "/en/secret", "/secret.json"],
)
def test_cve_2026_44573_the_data_of_a_page_is_no_way_around(guarded: Client, target: str) -> None:
    assert is_locked(guarded, target)
    assert is_locked(guarded, target, X_Nextjs_Data="1")


@pytest.mark.parametrize(
    "target",
    ["/secret.rsc", "/secret.segments/_tree.segment.rsc", "/secret/deep.segments/_full.segment.rsc"],
)
def test_cve_2026_45109_segments_are_no_way_around(guarded: Client, target: str) -> None:
    assert is_locked(guarded, target)
    assert is_locked(
        guarded, "/secret", RSC="1", Next_Router_Prefetch="1", Next_Router_Segment_Prefetch="/_tree"
    )


@pytest.mark.parametrize("query", ["__nextLocale=en", "__nextDefaultLocale=x", "__nextDataReq=1", "nxtPid=1"])
def test_cve_2024_51479_a_root_path_is_guarded_whatever_the_query_says(guarded: Client, query: str) -> None:
    assert is_locked(guarded, f"/secret?{query}")
    assert is_locked(guarded, f"/api/secret?{query}")


REDIRECT = """
from nextwsgi.navigation import redirect
from nextwsgi.server import URL, NextResponse

def GET(request):
    redirect("/login")

def POST(request):
    return NextResponse.redirect(URL("/login", request.url))
"""


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "x@evil.example", ""])
def test_cve_2024_34351_a_redirect_goes_to_no_host_of_the_client(
    project: MakeProject, method: str, host: str
) -> None:
    """A server action followed its own redirect to the Host of the request."""
    client = project({"app/x/route.py": REDIRECT})
    headers = {"Host": host, "X-Forwarded-Host": "evil.example", "Origin": "http://evil.example"}
    answer = client("/x", method=method, headers=headers)
    assert (answer.status, answer.header("location")) == (307, "/login")


def test_cve_2026_64649_a_host_gives_no_url_its_origin(project: MakeProject) -> None:
    client = project({"app/x/route.py": "def GET(request):\n    return Response(request.url)\n" + IMPORT})
    urls = {
        client("/x", headers={"Host": host}).body for host in ("evil.example", "a.example:1", "localhost")
    }
    assert len(urls) == 1


IMPORT = "from nextwsgi.server import Response\n"


def test_cve_2026_44572_a_header_does_not_take_a_redirect_s_location(guarded: Client) -> None:
    plain = guarded("/api/moved")
    asked = guarded("/api/moved", headers={"X-Nextjs-Data": "1"})
    assert plain.header("location") == "https://there.example/"
    assert (asked.status, asked.lines, asked.body) == (plain.status, plain.lines, plain.body)


# --- Bodies -------------------------------------------------------------------------------------------------

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def echo(req: Any, res: Any) -> None:
    res.json(req.body)


def post(serve: Serve, body: bytes, **headers: str) -> Any:
    return serve(echo)(method="POST", headers={**FORM, **headers}, body=body)


def test_cve_2024_45590_brackets_nest_nothing(serve: Serve) -> None:
    name = "a" + "[b]" * 5000
    assert post(serve, name.encode() + b"=1").json() == {name: "1"}


def test_cve_2025_13466_a_form_of_many_pairs_is_read_in_no_time(serve: Serve) -> None:
    assert len(post(serve, b"&".join(b"k%d=v" % n for n in range(90_000))).json()) == 1000


def test_cve_2022_24999_a_form_has_no_prototype(serve: Serve) -> None:
    body = b"a[__proto__]=b&a[__proto__]&a[length]=100000000&__proto__[admin]=1&constructor[prototype][x]=1"
    assert post(serve, body).json() == {
        "a[__proto__]": ["b", ""],
        "a[length]": "100000000",
        "__proto__[admin]": "1",
        "constructor[prototype][x]": "1",
    }


def test_cve_2025_15284_items_of_a_list_count_as_pairs(serve: Serve) -> None:
    assert len(post(serve, b"a[]=1&" * 5000).json()["a[]"]) == 1000


def test_cve_2020_10735_digits_of_an_integer_cost_nothing(serve: Serve) -> None:
    json = {"Content-Type": "application/json"}
    answer = serve(echo)(method="POST", headers=json, body=b"[" + b"9" * 500_000 + b"]")
    assert (answer.status, answer.json()) == (200, [None])  # Infinity, which JSON cannot say


# --- Answers ------------------------------------------------------------------------------------------------

ENDS = ["\r\nSet-Cookie: a=b", "\n", "\r", "\0", "\r\n\r\n<script>"]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("part", ["name", "value", "list", "append", "head", "phrase"])
def test_cve_2012_2374_nothing_ends_a_header(serve: Serve, end: str, part: str) -> None:
    calls = {
        "name": lambda res: res.setHeader(f"X-A{end}", "1"),
        "value": lambda res: res.setHeader("X-A", f"1{end}"),
        "list": lambda res: res.setHeader("Set-Cookie", ["a=1", f"b=1{end}"]),
        "append": lambda res: res.appendHeader("X-A", f"1{end}"),
        "head": lambda res: res.writeHead(200, {"X-A": f"1{end}"}),
        "phrase": lambda res: res.writeHead(200, f"OK{end}"),
    }

    def handler(_: Any, res: Any) -> None:
        calls[part](res)
        res.end("out")

    answer = serve(handler)()
    assert answer.status == 500
    assert all((name + value).isprintable() for name, value in answer.lines)


@pytest.mark.parametrize("end", ENDS)
def test_cve_2026_0865_a_location_ends_no_line(serve: Serve, end: str) -> None:
    """wsgiref.headers let line breaks out; here they are encoded or refused."""
    answer = serve(lambda _, res: res.redirect(f"/x{end}"))()
    assert all((name + value).isprintable() for name, value in answer.lines)
    assert answer.header("set-cookie") is None


POISONS = [
    {"X-Now-Route-Matches": "1=/api/show"},
    {"X-Now-Route-Matches": "id=7", "X-Matched-Path": "/api/users/7"},
    {"X-Nextjs-Data": "1", "X-Middleware-Prefetch": "1"},
    {"Purpose": "prefetch", "X-Invoke-Status": "500", "X-Invoke-Path": "/_error"},
]


@pytest.mark.parametrize("headers", POISONS)
@pytest.mark.parametrize("query", ["", "?__nextDataReq=1"])
def test_cve_2024_46982_no_header_makes_an_answer_one_for_caches(
    project: MakeProject, headers: dict[str, str], query: str
) -> None:
    answer = project({})(f"/api/users/1{query}", headers=headers)
    assert answer.json()["query"]["id"] == "1"
    assert answer.header("cache-control") is None
    assert answer.header("age") is None


@pytest.mark.parametrize("headers", POISONS)
def test_cve_2025_32421_no_header_gives_another_kind_of_answer(
    project: MakeProject, headers: dict[str, str]
) -> None:
    client = project({"pages/api/plain.py": OPEN, "app/plain/route.py": OPEN_APP})
    for path in ("/api/plain", "/plain", "/nothing"):
        plain, poisoned = client(path), client(path, headers=headers)
        assert (poisoned.status, poisoned.lines, poisoned.body) == (plain.status, plain.lines, plain.body)


# --- The development server ---------------------------------------------------------------------------------

FAILING = "def handler(req, res):\n    raise ValueError('<script>alert(1)</script>')\n"
DEBUGGER = "?__debugger__=yes&cmd=print(1)&frm=0&s=x"


@pytest.mark.parametrize("path", ["/api/a", "/console", "/"])
def test_cve_2024_34069_nothing_is_run_from_a_browser(site: Site, path: str) -> None:
    """Werkzeug's debugger evaluates what a page sends; there is none here."""
    site.write("pages/api/a.py", FAILING)
    for query in (
        DEBUGGER,
        "?__debugger__=yes&cmd=resource&f=debugger.js",
        "?__debugger__=yes&cmd=pinauth&pin=1",
    ):
        answer = site.ask(path + query, Accept="text/html")
        told = answer.get_data(as_text=True)
        assert answer.status_code in (404, 500)
        assert "<script" not in told
        assert "default-src 'none'" in told


def test_cve_2019_14806_no_pin_can_be_guessed_since_there_is_none(site: Site) -> None:
    site.write("pages/api/a.py", FAILING)
    answer = site.ask("/api/a?__debugger__=yes&cmd=printpin&s=x", Accept="text/html")
    assert "set-cookie" not in answer.headers
    assert "EVALEX" not in answer.get_data(as_text=True)
    assert "SECRET" not in answer.get_data(as_text=True)


def test_cve_2016_10516_an_error_page_escapes_its_message(site: Site) -> None:
    site.write("pages/api/a.py", FAILING)
    told = site.text("/api/a", Accept="text/html")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in told
    assert "<script" not in told


@pytest.mark.parametrize("origin", ["null", "http://evil.example", "http://localhost.evil.example"])
def test_cve_2026_27977_a_page_of_another_site_sees_no_source(site: Site, origin: str) -> None:
    """Next.js let a sandboxed page, whose Origin is null, connect to its development server."""
    site.write("pages/api/a.py", FAILING)
    answer = site.ask("/api/a", Origin=origin, Sec_Fetch_Site="cross-site")
    assert answer.get_data() == b"Internal Server Error"
    assert "access-control-allow-origin" not in answer.headers

"""No header that a client sends changes which code runs, and for whom (CVE-2025-29927, CVE-2026-44574)."""

from __future__ import annotations

import http.client
import os
import random
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import jwt

from nextwsgi import NextWSGI
from tests.programme.row import Progress, Result, Row
from tests.programme.served import served
from tests.programme.sites import environ, site, tell

# What frameworks and proxies have believed, with dashes; where a name has them, underscores are tried, too.
KNOWN = (Path(__file__).parent / "header_names.txt").read_text().split()

# What carries an identity by its definition, and what negotiates: they are to change the answer.
MEANT = frozenset(
    (
        *("authorization", "cookie", "range", "accept-encoding", "content-type", "content-length", "expect"),
        *("transfer-encoding", "connection", "upgrade", "te", "trailer", "origin", "host", "keep-alive"),
        *("if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range"),
    )
)
# docs/porting.md: a server that trusts its peer takes the scheme from it, and NextRequest.url has it.
DOCUMENTED = frozenset(("x-forwarded-proto",))

VALUES = (
    *(
        "1",
        "0",
        "true",
        "",
        "*",
        "/",
        "//evil.example",
        "/api/secret",
        "/api/open",
        "/api/users/2",
        "/nothing",
        "..",
    ),
    *(
        "http://evil.example/api/secret",
        "evil.example",
        "evil.example:80",
        "localhost",
        "127.0.0.1",
        "::1",
        "10.0.0.1",
    ),
    *(
        "middleware",
        "proxy",
        "src/middleware",
        "proxy:proxy:proxy:proxy:proxy",
        "pages/_middleware",
        "nextjs",
        "id=2",
    ),
    *(
        "middleware:middleware:middleware:middleware:middleware",
        "src/proxy:src/proxy:src/proxy:src/proxy:src/proxy",
    ),
    *(
        "GET",
        "POST",
        "HEAD",
        "OPTIONS",
        "DELETE",
        "admin",
        "root",
        "eve",
        "https",
        "http",
        "on",
        "443",
        "8080",
        "x-user",
    ),
    *(
        '{"id":"2"}',
        "1=2&id=2",
        "nxtPid=2",
        "%7B%22id%22%3A%222%22%7D",
        "for=1.2.3.4;host=evil.example;proto=https",
    ),
    *(
        "authorization,x-user",
        "no-cache",
        "max-age=0",
        "\xe9\xff",
        "x" * 2000,
        "0x1",
        "-1",
        "null",
        "undefined",
        "[]",
    ),
)

JWT_SECRET = secrets.token_urlsafe(32)

TELL = """
from nextwsgi.middleware import with_auth

def handler(req, res):
    res.json({
        "route": __name__, "query": req.query, "method": req.method, "url": req.url, "body": req.body,
        "cookies": req.cookies, "user": vars(req).get("user"), "from": req.socket.remoteAddress,
        "preview": req.preview,
    })
"""
APP = """
from nextwsgi.headers import cookies, draft_mode
from nextwsgi.server import NextResponse

def GET(request, params):
    return NextResponse.json({
        "route": __name__, "params": params, "method": request.method, "url": request.url,
        "path": request.nextUrl.pathname, "cookies": len(cookies()), "draft": draft_mode().isEnabled,
    })

POST = GET
"""
PROXY = """
from nextwsgi.server import NextResponse, Response

def proxy(request):
    if request.nextUrl.pathname.startswith("/api/secret"):
        return Response("no", status=401)
    return NextResponse.next(headers={"X-Proxy-Ran": request.nextUrl.pathname})
"""
CONFIG = """
config = {
    "rewrites": {"beforeFiles": [{"source": "/old/:id", "destination": "/api/users/:id"}]},
    "redirects": [{"source": "/gone", "destination": "/api/open", "permanent": True}],
    "headers": [{"source": "/api/:path*", "headers": [{"key": "X-Config", "value": ":path*"}]}],
}
"""


FILES = {
    "pages/api/open.py": TELL,
    "pages/api/secret.py": TELL,
    "pages/api/users/[id].py": TELL,
    "pages/api/all/[[...rest]].py": TELL,
    "pages/api/mine.py": f"{TELL}\nhandler = with_auth(handler)\n",
    "app/told/[id]/route.py": APP,
    "public/file.txt": "the file",
    "next.config.py": CONFIG,
    "proxy.py": PROXY,
}


class Asked(NamedTuple):
    """A request to which a header is added."""

    target: str
    method: str = "GET"
    bearer: str = ""


def asked() -> list[Asked]:
    """Give requests to every kind of route, with a token and without."""
    token = jwt.encode({"sub": "ada", "exp": 32_503_680_000}, JWT_SECRET, "HS256")
    return [
        *(Asked("/api/open?a=1"), Asked("/api/secret"), Asked("/api/users/1?x=2"), Asked("/api/all/a/b")),
        *(Asked("/api/all"), Asked("/told/7"), Asked("/told/7", "POST"), Asked("/api/mine"), Asked("/gone")),
        *(Asked("/api/mine", "GET", token), Asked("/old/5?q=1"), Asked("/file.txt"), Asked("/nothing")),
        *(Asked("/api/open", "DELETE"), Asked("//api//secret"), Asked("/api/open", "PATCH", token)),
    ]


def names(count: int, seed: int = 1) -> list[str]:
    """Give header names, the known ones first, then some made of their parts."""
    chance = random.Random(seed)
    found = dict.fromkeys(name for name in KNOWN if name not in MEANT | DOCUMENTED)
    parts = sorted({part for name in found for part in name.split("-")})
    while len(found) < count:
        name = "-".join(["x", *chance.choices(parts, k=chance.randrange(1, 4))])
        if name not in DOCUMENTED:
            found[name] = None
    return [*found]


def values(count: int, seed: int) -> Iterator[str]:
    """Give values, known to have been believed somewhere, or by chance."""
    chance = random.Random(seed)
    letters = "".join(map(chr, range(0x21, 0x7F))) + " \xe4\xff"
    for _ in range(count):
        if chance.random() < 0.8:
            yield chance.choice(VALUES)
        else:
            yield "".join(chance.choices(letters, k=chance.randrange(1, 60))).strip()


@contextmanager
def secret() -> Iterator[None]:
    """Have JWT_SECRET in the environment."""
    before = os.environ.get("JWT_SECRET")
    os.environ["JWT_SECRET"] = JWT_SECRET
    try:
        yield
    finally:
        del os.environ["JWT_SECRET"]
        os.environ |= {} if before is None else {"JWT_SECRET": before}


def compare(count: int, each: int, progress: Progress | None = None) -> int:
    """Send ``count`` names with ``each`` values, and compare whole answers; how many there were."""
    with secret(), site(FILES) as app:
        requests = asked()
        usual = [_ask(app, request, {}) for request in requests]
        assert len({str(answer) for answer in usual}) > len(requests) / 2
        total = 0
        for place, name in enumerate(names(count)):
            for value in values(each, place):
                for request, before in zip(requests, usual, strict=True):
                    now = _ask(app, request, {name: value})
                    assert now == before, f"{name}: {value!r} changes {request}\n{before}\n{now}"
                    total += 1
            if progress is not None:
                progress(place, count, "names in process")
    return total


def _ask(
    app: NextWSGI, request: Asked, headers: Mapping[str, str]
) -> tuple[str, list[tuple[str, str]], bytes]:
    own = {"Authorization": f"Bearer {request.bearer}"} if request.bearer else {}
    told = tell(app, environ(request.target, request.method, {**headers, **own}))
    return told.status, told.lines, told.body


# --- over sockets -----------------------------------------------------------------------------------------


def compare_served(kind: str, count: int, each: int, progress: Progress | None = None) -> int:
    """Send names with ``each`` values under a server, with underscores, too: what it believes counts."""
    with secret(), served(kind, FILES) as server:
        requests = asked()
        usual = [_send(server.port, request, "X-Unknown: 1") for request in requests]
        total = 0
        for place, name in enumerate(names(count)):
            for turn, value in enumerate(values(each, place)):
                request, before = (
                    requests[(place + turn) % len(requests)],
                    usual[(place + turn) % len(requests)],
                )
                for spelt in {name, name.upper().replace("-", "_")}:
                    now = _send(server.port, request, f"{spelt}: {value}")
                    # Servers refuse some names and values themselves.
                    same = now == before or now.startswith("400")
                    assert same, f"{kind}: {spelt}: {value!r} changes {request}\n{before}\n{now}"
                    total += 1
            if progress is not None:
                progress(place, count, f"names under {kind}")
    return total


def _send(port: int, request: Asked, line: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    name, _, value = line.partition(": ")
    connection.putrequest(request.method, request.target, skip_accept_encoding=True)
    connection.putheader(name, value.encode("latin-1"))
    if request.bearer:
        connection.putheader("Authorization", f"Bearer {request.bearer}")
    connection.endheaders()
    answer = connection.getresponse()
    lines = [
        pair for pair in answer.getheaders() if pair[0].lower() not in ("date", "connection", "keep-alive")
    ]
    text = f"{answer.status} {lines} {answer.read()!r}"
    connection.close()
    return text


SERVERS = ("gunicorn gthread", "waitress", "granian", "development")


def run(progress: Progress) -> Result:
    """Try all names, in process and under servers."""
    count = max(300, len(names(0)))
    asked_here = compare(count, 60, progress)
    asked_there = sum(compare_served(kind, count, 5, progress) for kind in SERVERS)
    return Result(
        f"0 differences: {count} names, {asked_here:,} requests, {asked_there:,} over sockets", met=True
    )


ROWS = [
    Row("headers", "no header changes routing or identity", "0 differences: 300 names x random values", run)
]

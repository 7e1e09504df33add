"""The body limit is exact, however a body is sent, and a client that is still sending can read its 413."""

from __future__ import annotations

import itertools
import random
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from json import loads
from typing import NamedTuple

from tests.programme.row import Progress, Result, Row
from tests.programme.served import COMMANDS, served
from tests.programme.strict import Connection, Cut, Wrong

KIB, MIB = 1024, 1024 * 1024
LIMITS = {"1": 1, "100": 100, "1kb": KIB, "1mb": MIB, "4mb": 4 * MIB}

TOLD = "[len(body), zlib.crc32(body)]"
PARSED = f"""
import zlib
config = {{{{"api": {{{{"bodyParser": {{{{"sizeLimit": "{{limit}}"}}}}}}}}}}}}

def handler(req, res):
    body = req.rawBody
    res.json({TOLD})
"""
MOUNTED = f"""
import json, zlib
from nextwsgi.wsgi import wsgi
config = {{{{"api": {{{{"bodyParser": {{{{"sizeLimit": "{{limit}}"}}}}}}}}}}}}

def application(environ, start_response):
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({TOLD}).encode()]

handler = wsgi(application)
"""
FILE = """
import zlib
from pathlib import Path
from nextwsgi.formidable import FormidableError, formidable
config = {{"api": {{"bodyParser": False}}}}

{kind}def handler(req, res):
    fields, files = {wait}formidable(uploadDir="./uploads", {options}).parse(req)
    body = b""
    for file in files.get("file", []):
        body += Path(file.filepath).read_bytes()
        Path(file.filepath).unlink()
    text = "".join(fields.get("text", [])).encode()
    body = body or text
    res.json([len(body), zlib.crc32(body)])
"""
STREAMED = f"""
import zlib
config = {{"api": {{"bodyParser": False}}}}

def handler(req, res):
    body = b"".join(req)
    res.json({TOLD})
"""
ASYNC = f"""
import zlib
config = {{"api": {{"bodyParser": False}}}}

async def handler(req, res):
    body = b"".join([piece async for piece in req])
    res.json({TOLD})
"""
RAW = f"""
import zlib
config = {{"api": {{"bodyParser": False}}}}

def handler(req, res):
    body = req.rawBody
    res.json({TOLD})
"""
ROUTE = f"""
import zlib
from nextwsgi.server import NextResponse

def POST(request):
    body = request.bytes()
    return NextResponse.json({TOLD})
"""
FORM = f"""
import zlib
from nextwsgi.server import NextResponse

async def POST(request):
    body = await (await request.formData()).get("file").bytes()
    return NextResponse.json({TOLD})
"""
PROXY = """
def proxy(request):
    if request.nextUrl.searchParams.get("tape"):
        request.bytes()
"""


def files(upstream: int | None) -> dict[str, str]:
    """Give the project; what is below /up/ is another server's, on that port."""
    rewrite = f'{{"source": "/up/:path*", "destination": "http://127.0.0.1:{upstream}/api/:path*"}}'
    found = {
        "pages/api/streamed.py": STREAMED,
        "pages/api/async.py": ASYNC,
        "pages/api/raw.py": RAW,
        "app/api/route/route.py": ROUTE,
        "app/api/form/route.py": FORM,
        "proxy.py": PROXY,
        "next.config.py": f'config = {{"rewrites": [{rewrite if upstream else ""}]}}',
    }
    for text, size in LIMITS.items():
        found[f"pages/api/parsed-{text}.py"] = PARSED.format(limit=text)
        found[f"pages/api/mounted-{text}.py"] = MOUNTED.format(limit=text)
        options = {"file": f"maxFileSize={size}", "field": f"maxFieldsSize={size}"}
        options["total"] = f"maxTotalFileSize={size}"
        for name, option in options.items():
            for kind, wait in (("", ""), ("async ", "await ")):
                source = FILE.format(kind=kind, wait=wait, options=option)
                found[f"pages/api/{kind.strip()}{name}-{text}.py"] = source
    return found


# --- cases ------------------------------------------------------------------------------------------------


class Case(NamedTuple):
    """A body of ``size`` bytes for a route with a limit, and how it is sent."""

    route: str
    limit: int | None
    size: int
    way: str
    multipart: str = ""

    @property
    def fits(self) -> bool:
        return self.limit is None or self.size <= self.limit


WAYS = ("length", "chunked", "pieces", "slow", "expect", "expect-chunked")


def cases() -> Iterator[Case]:
    """Give every combination."""
    for (text, limit), change, way in itertools.product(LIMITS.items(), (-1, 0, 1), WAYS):
        size = limit + change
        if not size and way.startswith("expect"):  # no client may expect that (RFC 9110, 10.1.1)
            continue
        for route in ("parsed-{}", "mounted-{}", "parsed-{}?tape=1"):
            yield Case(f"/api/{route.format(text)}", limit, size, way)
        yield Case(f"/up/parsed-{text}", limit, size, way)
        for name, multipart in (("file", "file"), ("total", "files"), ("field", "text")):
            if size:  # an empty file is one that formidable refuses for itself
                yield Case(f"/api/{name}-{text}", limit, size, way, multipart)
                yield Case(f"/api/async{name}-{text}", limit, size, way, multipart)
        for route in ("streamed", "async", "route", "streamed?tape=1"):
            yield Case(f"/api/{route}", None, size, way)
        yield Case("/up/streamed", None, size, way)
        if size:
            yield Case("/api/form", None, size, way, "file")
    for change, way in itertools.product((-1, 0, 1), WAYS):
        yield Case("/api/raw", MIB, MIB + change, way)


def late_cases() -> Iterator[Case]:
    """Give bodies far over their limit, whose client reads nothing before it has sent all."""
    for (text, limit), way in itertools.product(LIMITS.items(), ("length", "chunked")):
        yield Case(f"/api/parsed-{text}", limit, limit + 8 * MIB, way)
        yield Case(f"/api/file-{text}", limit, limit + 8 * MIB, way, "file")
        yield Case(f"/up/parsed-{text}", limit, limit + 8 * MIB, way)
    yield Case("/api/raw", MIB, 9 * MIB, "length")


# --- sending ----------------------------------------------------------------------------------------------


def content_of(size: int, seed: int) -> bytes:
    """Give bytes that are text too: what is lost or doubled shows."""
    block = bytes(random.Random(seed).choices(b"abcdefghijklmnopqrstuvwxyz0123456789", k=min(size, 10_007)))
    return (block * (size // 10_007 + 1))[:size]


def body_of(case: Case, content: bytes) -> tuple[str, bytes]:
    """Give the content type and the body."""
    if not case.multipart:
        return "application/octet-stream", content
    parts = (
        [content[: len(content) // 2], content[len(content) // 2 :]]
        if case.multipart == "files"
        else [content]
    )
    name = (
        '"text"\r\n\r\n' if case.multipart == "text" else '"file"; filename="a"\r\nContent-Type: a/b\r\n\r\n'
    )
    head = f"--A-B-C\r\nContent-Disposition: form-data; name={name}".encode()
    body = b"".join(b"%b%b\r\n" % (head, part) for part in parts if part) + b"--A-B-C--\r\n"
    return "multipart/form-data; boundary=A-B-C", body


def send(connection: Connection, case: Case, content: bytes, seed: int) -> None:
    """Send a request as its case says."""
    kind, body = body_of(case, content)
    chunked = case.way in ("chunked", "pieces", "expect-chunked")
    lines = [
        f"POST {case.route} HTTP/1.1",
        *("Host: localhost", f"Content-Type: {kind}", "Connection: close"),
        "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}",
        *(["Expect: 100-continue"] if case.way.startswith("expect") else []),
    ]
    head = "\r\n".join([*lines, "", ""]).encode()
    if case.way in ("slow", "pieces"):
        connection.send(head)
        for piece in _cut(_chunked([*_cut(body, seed)]) if chunked else body, seed + 1):
            connection.send(piece)
            time.sleep(0.0005)
    else:
        connection.send(head)
        if case.way.startswith("expect"):
            _await_100(connection)
        connection.send(_chunked([*_cut(body, seed)]) if chunked else body)


def _await_100(connection: Connection) -> None:
    """Wait for the server to say go on, or for its answer, but not forever: some never say it."""
    connection.socket.settimeout(1)
    with suppress(TimeoutError):
        connection.socket.recv(1, socket.MSG_PEEK)
    connection.socket.settimeout(60)


def _cut(data: bytes, seed: int) -> Iterator[bytes]:
    """Cut into at most a few hundred pieces of any size; what is short, into bytes."""
    chance = random.Random(seed)
    most = max(1, len(data) // 50)
    while data:
        size = chance.randint(1, most)
        yield data[:size]
        data = data[size:]


def _chunked(pieces: list[bytes]) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def try_case(port: int, case: Case, seed: int) -> None:
    """Send it, and hold the answer to what it must be."""
    content = content_of(case.size, seed)
    connection = Connection(port)
    try:
        with suppress(
            BrokenPipeError, ConnectionResetError
        ):  # it may be answered, and closed, before its end
            send(connection, case, content, seed)
        answer = connection.answer("POST")
        if case.fits:
            assert answer.status == 200, answer
            assert loads(answer.body) == [len(content), zlib.crc32(content)], answer
        else:
            assert answer.status == 413, answer
    except (AssertionError, Cut, OSError) as error:
        raise Wrong(f"{case}, seed {seed}: {error!r:.400}") from error
    finally:
        connection.close()


# --- lengths that lie -------------------------------------------------------------------------------------

FIVE = b"12345"
LIES: dict[str, tuple[list[str], bytes]] = {
    "too short": (["Content-Length: 3"], FIVE),
    "too long": (["Content-Length: 50"], FIVE),
    "too long for the limit": (["Content-Length: 5000"], FIVE),
    "negative": (["Content-Length: -5"], FIVE),
    "a sign": (["Content-Length: +5"], FIVE),
    "two that differ": (["Content-Length: 5", "Content-Length: 3"], FIVE),
    "two alike": (["Content-Length: 5", "Content-Length: 5"], FIVE),
    "a list": (["Content-Length: 5, 5"], FIVE),
    "a list that differs": (["Content-Length: 3, 5"], FIVE),
    "hexadecimal": (["Content-Length: 0x5"], FIVE),
    "a fraction": (["Content-Length: 5.0"], FIVE),
    "an exponent": (["Content-Length: 5e0"], FIVE),
    "an underscore": (["Content-Length: 1_0"], FIVE * 2),
    "no number": (["Content-Length: five"], FIVE),
    "nothing": (["Content-Length:"], b""),
    "other digits": (["Content-Length: \xb2"], FIVE),
    "huge": (["Content-Length: 99999999999999999999"], FIVE),
    "thousands of digits": (["Content-Length: " + "9" * 5000], FIVE),
    "leading zeros": (["Content-Length: 0000000005"], FIVE),
    "both": (["Content-Length: 3", "Transfer-Encoding: chunked"], b"5\r\n12345\r\n0\r\n\r\n"),
    "a coding that is none": (["Transfer-Encoding: xchunked"], b"5\r\n12345\r\n0\r\n\r\n"),
    "a coding twice": (["Transfer-Encoding: chunked, chunked"], b"5\r\n12345\r\n0\r\n\r\n"),
    "a chunk that is none": (["Transfer-Encoding: chunked"], b"x\r\n12345\r\n0\r\n\r\n"),
    "a negative chunk": (["Transfer-Encoding: chunked"], b"-5\r\n12345\r\n0\r\n\r\n"),
    "a chunk that is cut": (["Transfer-Encoding: chunked"], b"9\r\n12345"),
    "chunks without an end": (["Transfer-Encoding: chunked"], b"5\r\n12345\r\n"),
    "a huge chunk": (["Transfer-Encoding: chunked"], b"fffffffff\r\n12345"),
}
READINGS = {
    "too short": (b"123",),
    "two alike": (FIVE,),
    "a list": (FIVE,),
    "leading zeros": (FIVE,),
    "a coding twice": (FIVE,),  # waitress takes it for one
    "nothing": (b"",),
    # RFC 9112, 6.3: the chunks count, the length does not.
    "both": (FIVE,),
}
"""What a handler may be given where it is called at all; a server may refuse any of these instead."""


def try_lie(port: int, name: str, route: str) -> str:
    """Send it and no more; "refused", "cut" or "read" as announced. Wrong for a body that is not whole."""
    lines, body = LIES[name]
    connection = Connection(port)
    head = "\r\n".join([f"POST {route} HTTP/1.1", "Host: localhost", "Connection: close", *lines, "", ""])
    try:
        connection.send(head.encode("latin-1") + body)
        connection.socket.shutdown(socket.SHUT_WR)
        answer = connection.answer("POST")
        if answer.status != 200:
            assert 400 <= answer.status < 500 or answer.status in (501, 505), answer
            return "refused"
        known = [[len(each), zlib.crc32(each)] for each in READINGS.get(name, ())]
        assert loads(answer.body) in known, answer
    except (Cut, OSError):
        return "cut"
    except AssertionError as error:
        raise Wrong(f"{name}: {lines} {body!r} to {route}: {error!r:.400}") from error
    finally:
        connection.close()
    return "read"


LIED_TO = (
    "/api/parsed-100",
    "/api/streamed",
    "/api/async",
    "/api/raw",
    "/api/route",
    "/api/parsed-100?tape=1",
)


# --- both forms -------------------------------------------------------------------------------------------


def try_server(
    server: str, upstream: int, choose: Callable[[Case, int], bool], progress: Progress | None = None
) -> int:
    """Try the cases that are chosen, by their place, and all lies; how many were right.

    ``upstream`` is the port of another origin, which serves ``files(None)``.
    """
    chosen = [(place, case) for place, case in enumerate([*cases(), *late_cases()]) if choose(case, place)]
    with served(server, files(upstream)) as site:
        for done, (place, case) in enumerate(chosen):
            try_case(site.port, case, place)
            if progress is not None:
                progress(done, len(chosen), f"bodies to {server}")
        for name, route in itertools.product(LIES, LIED_TO):
            try_lie(site.port, name, route)
    return len(chosen) + len(LIES) * len(LIED_TO)


def run(progress: Progress) -> Result:
    """Try all on every server."""
    with served("gunicorn gthread", files(None)) as upstream:
        port = upstream.port
        right = sum(try_server(server, port, lambda _, __: True, progress) for server in COMMANDS)
    return Result(f"100 of 100: {right:,} bodies on {len(COMMANDS)} servers", met=True)


ROWS = [Row("limits", "the body limit is exact", "100 of 100 right", run)]

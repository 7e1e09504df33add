"""Answers are whole: framed to the byte, the next one on the connection readable, a late failure visible."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from urllib.parse import quote

from nextwsgi.node import REASONS
from tests.programme.row import Progress, Result, Row
from tests.programme.served import COMMANDS, served
from tests.programme.strict import BODILESS, Answer, Connection, Cut, Wrong

PAGE = """
def handler(req, res):
    text = req.query["text"]
    res.status(int(req.query["status"]))
    {use}
"""
PIECES = "[text[:1], b'', text[1:].encode(), '']"
USES = {
    "nothing": "res.end()",
    "end": "res.end(text)",
    "text": "res.send(text)",
    "bytes": "res.send(memoryview(text.encode()))",
    "json": "res.json([text])",
    "generator": f"res.send(iter({PIECES}))",
    "generator-length": f"res.setHeader('Content-Length', len(text.encode())); res.send(iter({PIECES}))",
    "write": f"[res.write(piece) for piece in {PIECES}]; res.end()",
    "write-end": "res.write(text[:1]); res.end(text[1:])",
    "write-length": "res.setHeader('Content-Length', len(text.encode())); res.write(text); res.end()",
    "head-first": "res.writeHead(res.statusCode, {'X-A': '1'}); res.flushHeaders(); res.end(text)",
}
ROUTE = """
from nextwsgi.server import Response

def answer(request):
    query = request.nextUrl.searchParams
    text, status = query.get("text"), int(query.get("status"))
    return Response({use}, status=status)

GET = POST = DELETE = answer
"""
APP_USES = {
    "app-nothing": "None",
    "app-text": "text",
    "app-stream": f"iter({PIECES})",
}
ASYNC = """
async def handler(req, res):
    text = req.query["text"]
    res.status(int(req.query["status"])).write(text[:1])
    await res.drain()
    res.end(text[1:])
"""
LATE = {
    "late-write": "res.write(text); raise ValueError('late')",
    "late-length": "res.setHeader('Content-Length', 100).write(text); raise ValueError('late')",
    "late-generator": "res.send((text if place == 0 else 1 / 0) for place in range(2))",
    "late-short": "res.setHeader('Content-Length', 100); res.write(text); res.end()",
}
APP_LATE = {"late-stream": "((text if place == 0 else 1 / 0) for place in range(2))"}

FILES = {
    **{f"pages/api/{name}.py": PAGE.format(use=use) for name, use in {**USES, **LATE}.items()},
    **{f"app/api/{name}/route.py": ROUTE.format(use=use) for name, use in {**APP_USES, **APP_LATE}.items()},
    "pages/api/async.py": ASYNC,
}
KINDS = (*USES, *APP_USES, "async")
METHODS = ("GET", "HEAD", "POST", "DELETE")
STATUSES = sorted({*(code for code in REASONS if code >= 200), 299, 399, 499, 599, 600, 999})
WAITRESS = b"0\r\n\r\n"
"""waitress ends the chunks of an answer to HEAD, which has none, and then its connection: nobody reads it."""
TEXT = "text-{}-\u00e9\u20ac"


def cases(every: int = 1) -> Iterator[tuple[str, str, int]]:
    """Give every ``every``-th of all kinds, methods and statuses."""
    for place, case in enumerate(itertools.product(STATUSES, KINDS, METHODS)):
        if place % every == 0:
            yield case[1], case[2], case[0]


def try_server(server: str, every: int, progress: Progress | None = None) -> tuple[int, int]:
    """Ask for every ``every``-th case, and what fails late; how many answers were right, how many cut."""
    with served(server, FILES) as site:
        right = _ask_all(site.port, [*cases(every)], server, progress)
        return right + _ask_old(site.port, server), _ask_late(site.port, server)


def _ask_all(port: int, asked: list[tuple[str, str, int]], name: str, progress: Progress | None) -> int:
    connection: Connection | None = None
    for place, (kind, method, status) in enumerate(asked):
        where = f"{name} {method} /api/{kind} with {status}"
        connection = connection or Connection(port)
        text = TEXT.format(place)
        try:
            connection.send(request(method, kind, status, text))
            answer = connection.answer(method)
            check(answer, kind, method, status, text)
            if answer.closes:
                known = WAITRESS if (name, method) == ("waitress", "HEAD") else b""
                assert connection.rest() in (b"", known)
                connection.close()
                connection = None
        except (AssertionError, Cut, OSError) as error:
            raise Wrong(f"{where}: {error!r}") from error
        if progress is not None and place % 100 == 0:
            progress(place, len(asked), f"answers of {name}")
    if connection is not None:
        connection.close()
    return len(asked)


def request(method: str, kind: str, status: int, text: str, version: str = "1.1") -> bytes:
    """Write a request; a POST has a body."""
    body = b"a=1" if method == "POST" else b""
    lines = [
        f"{method} /api/{kind}?status={status}&text={quote(text)} HTTP/{version}",
        *("Host: localhost", "Content-Type: application/x-www-form-urlencoded"),
        *([f"Content-Length: {len(body)}"] if body else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def check(answer: Answer, kind: str, method: str, status: int, text: str) -> None:
    """Hold an answer to what its route has sent."""
    if kind.startswith("app-") and not 200 <= status <= 599:
        assert answer.status == 500, answer
        return
    if kind in ("app-text", "app-stream") and status in (204, 205, 304):  # Response itself refuses these
        assert answer.status == 500, answer
        return
    assert answer.status == status, answer
    whole = {"nothing": "", "app-nothing": "", "json": f'["{text}"]'}.get(kind, text).encode()
    if method == "HEAD" or status in BODILESS:
        assert answer.body == b"", answer
        assert answer.all("content-length") in ([], [str(len(whole))], ["0"]), (answer, len(whole))
    else:
        assert answer.body == whole, answer


def _ask_late(port: int, server: str) -> int:
    """Ask routes that fail after their first byte: the client sees that the answer is not whole."""
    for kind in (*LATE, *APP_LATE):
        connection = Connection(port)
        connection.send(request("GET", kind, 200, "text"))
        try:
            answer = connection.answer()
        except Cut:
            connection.close()
        else:
            raise Wrong(f"{server}: {kind}: it looks whole: {answer}")
    return len(LATE) + len(APP_LATE)


def _ask_old(port: int, server: str) -> int:
    """Ask in HTTP/1.0, which has no chunks: what streams ends with its connection."""
    for kind in KINDS:
        connection = Connection(port)
        connection.send(request("GET", kind, 200, "text", "1.0"))
        answer = connection.answer()
        assert answer.framing in ("length", "close"), (server, kind, answer)
        check(answer, kind, "GET", 200, "text")
        assert connection.rest() == b"", (server, kind)
        connection.close()
    return len(KINDS)


def run(progress: Progress) -> Result:
    """Ask every server for everything."""
    right = late = 0
    for server in COMMANDS:
        counts = try_server(server, 1, progress)
        right, late = right + counts[0], late + counts[1]
    text = f"{right:,} answers right to the byte, {late} late failures seen by the client"
    return Result(f"{text}; {len(STATUSES)} statuses, {len(KINDS)} kinds, {len(COMMANDS)} servers", met=True)


ROWS = [Row("framing", "answers are whole", "byte-exact; a late exception cuts the connection", run)]

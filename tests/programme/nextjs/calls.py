"""What a handler may do with ``res``, in any order, as a list of calls that its request brings along."""

import json
from typing import Any
from urllib.parse import quote

from tests.programme.nextjs.area import Pick
from tests.programme.nextjs.served import Asked, Site

TARGET = "/api/generated/calls"
METHODS = ["GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]
NAMES = ["X-A", "x-a", "X-b", "Content-Type", "content-type", "ETag", "Cache-Control", "Vary", "Set-Cookie"]
NAMES += ["Location", "Content-Encoding", "Content-Language", "Link", "X-A"]
ODD_NAMES = ["X A", "", "", "é", "X:"]
VALUES: list[Any] = [
    "1",
    "text/plain",
    "a, b",
    "",
    " padded ",
    42,
    1.5,
    -1,
    ["a", "b"],
    [],
    ["a"],
    [1, 2],
    "é",
]
VALUES += ["é", 'W/"x"', "a=1; Path=/", ["a=1", "b=2", "a=1"], "text/html; charset=utf-8", "no-store"]
ODD_VALUES: list[Any] = ["中", "a\nb", "a\r\nX-Evil: 1", "\x00", "\x7f", ["a", "\n"], True]
STATUSES: list[Any] = [200, 200, 201, 202, 204, 205, 206, 301, 304, 400, 404, 418, 500, 599, 600, 999]
ODD_STATUSES: list[Any] = [0, 99, 1000, -1, "201", "abc", 200.5, 65536, True]
TEXTS = ["", "text", "é", "中😀", "\ud83d", "a\nb", '{"a":1}', "x" * 100, "<p>", "\ufeffx"]
PHRASES = ["Fine", "", "Très bien", "a\nb", "\x7f"]
ENDS: list[list[Any]] = [["end"], ["end", "text"], ["send", "text"], ["json", {"a": 1}]]
LOCATIONS = ["/", "/a b", "/é", "https://example.com/?a=1&b", "//x", "/\n", "", "/中", "a\\b"]


def value(pick: Pick, depth: int = 0) -> Any:
    """Give a value that JSON holds."""
    kind = pick.randrange(8 if depth < 3 else 5)
    if kind < 2:
        return pick.choice(TEXTS)
    if kind == 2:
        return pick.choice([0, 1, -1, 1.5, 1e21, 1e-7, 123456789, 2**53 - 1, 0.1])
    if kind < 5:
        return pick.choice([True, False, None])
    if kind == 5:
        return [value(pick, depth + 1) for _ in range(pick.randint(0, 3))]
    return {pick.choice(["a", "b", "1", "é", ""]): value(pick, depth + 1) for _ in range(pick.randint(0, 3))}


def header(pick: Pick) -> list[Any]:
    """Give a name and a value."""
    return [
        pick.choice(NAMES if pick.random() < 0.95 else ODD_NAMES),
        pick.choice(VALUES if pick.random() < 0.93 else ODD_VALUES),
    ]


def status(pick: Pick) -> Any:
    """Give a status."""
    return pick.choice(STATUSES if pick.random() < 0.94 else ODD_STATUSES)


def chunk(pick: Pick) -> Any:
    """Give a piece of a body."""
    return pick.choice(TEXTS) if pick.random() < 0.7 else ["bytes", pick.choice(["", "\xff\x00", "abc"])]


def before(pick: Pick) -> list[Any]:
    """Give a call that leaves the answer to come."""
    kind = pick.randrange(12)
    if kind < 5:
        return ["setHeader", *header(pick)]
    if kind == 5:
        return ["appendHeader", *header(pick)]
    if kind == 6:
        return [pick.choice(["removeHeader"]), pick.choice(NAMES)]
    if kind < 9:
        return [pick.choice(["status", "statusCode"]), status(pick)]
    if kind == 9:
        return ["statusMessage", pick.choice(PHRASES)]
    if kind == 10:
        return ["note", pick.choice(["getHeader", "hasHeader"]), pick.choice(NAMES)]
    return pick.choice([["note", "getHeaderNames"], ["note", "getHeaders"], ["sent"]])


def last(pick: Pick) -> list[list[Any]]:
    """Give the calls that answer."""
    kind = pick.randrange(20)
    if kind < 6:
        return [["send", body(pick)]]
    if kind < 12:
        return [["json", value(pick)]]
    if kind == 12:
        return [["end", *([chunk(pick)] if pick.random() < 0.7 else [])]]
    if kind == 13:
        return [*(["write", chunk(pick)] for _ in range(pick.randint(1, 3))), ["end"]]
    if kind < 16:
        return [["redirect", *([status(pick)] if pick.random() < 0.5 else []), pick.choice(LOCATIONS)]]
    if kind == 16:
        return [write_head(pick), pick.choice(ENDS)]
    if kind == 17:
        return [["flushHeaders"], ["end", "text"]]
    return [["report"]]


def body(pick: Pick) -> Any:
    """Give what ``res.send`` takes."""
    kind = pick.randrange(10)
    if kind < 4:
        return value(pick)
    if kind < 7:
        return pick.choice(TEXTS)
    if kind < 9:
        return ["bytes", pick.choice(["", "\xff\x00", "abc"])]
    return ["stream", [pick.choice(["a", "é", "x" * 50]) for _ in range(pick.randint(0, 3))]]


def write_head(pick: Pick) -> list[Any]:
    """Give a call of ``writeHead``."""
    phrase = [pick.choice(PHRASES)] if pick.random() < 0.3 else []
    headers = [dict(header(pick) for _ in range(pick.randint(0, 2)))] if pick.random() < 0.7 else []
    return ["writeHead", status(pick), *phrase, *headers]


def calls(pick: Pick) -> list[list[Any]]:
    """Give a whole handler."""
    found = some(pick, 4)
    if pick.random() < 0.05:
        found += tried(pick, last(pick), 1.0)
    found += last(pick)
    if pick.random() < 0.12:
        found += some(pick, 1) + tried(pick, last(pick), 0.5)
    return found


def some(pick: Pick, most: int) -> list[list[Any]]:
    """Give calls that leave the answer to come, some of them so that nobody minds what they throw."""
    return tried(pick, [before(pick) for _ in range(pick.randint(0, most))], 0.2)


def tried(pick: Pick, found: list[list[Any]], share: float) -> list[list[Any]]:
    """Have what some of the calls throw caught."""
    return [["try", *each] if pick.random() < share else each for each in found]


CONDITIONS = [
    ("If-None-Match", '"<etag>"'),
    ("If-None-Match", "<etag>"),
    ("if-none-match", "W/<etag>"),
    ("If-None-Match", '"x", <etag>'),
    ("If-None-Match", "*"),
    ("If-None-Match", '"x"'),
    ("Cache-Control", "no-cache"),
    ("If-Modified-Since", "Tue, 02 Jan 2024 03:04:05 GMT"),
]


def request(pick: Pick) -> Asked:
    """Give a request that brings a handler along."""
    text = quote(json.dumps(calls(pick)), safe="")
    conditions = [pick.choice(CONDITIONS) for _ in range(pick.choice([0, 0, 1, 2]))]
    headers = [("x-calls", text), *{name.lower(): (name, each) for name, each in conditions}.values()]
    return {"method": pick.choice(METHODS), "target": TARGET, "headers": [[*pair] for pair in headers]}


CALLS = Site("calls", request)

"""Requests made by a grammar that knows the traps of this field, each from a seed and a number."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from tests.programme import traps

LONGEST = 65_000
"""How many characters of a target come through: granian takes 65,534, gunicorn 8,190."""


class Input(NamedTuple):
    """A request as it is on the wire, and what may be wrong with it; all text is latin-1."""

    site: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    length: str | None = None
    """The Content-Length, which may lie; None for chunks where there is a body."""
    piece: int = 65536
    """How many bytes the server gives at once, at most."""
    raw: bool = True
    """Whether the server keeps the target as it came beside PATH_INFO."""
    mount: str = ""


class Site(NamedTuple):
    """What can be asked of an application: paths, and of each how often it is."""

    name: str
    paths: Sequence[str]
    keys: Sequence[tuple[str, str]] = ()
    """Headers of those who may pass."""


class Grammar:
    """Makes the inputs of one site."""

    def __init__(self, site: Site, seed: str) -> None:
        self._site = site
        self._seed = seed

    def input(self, number: int) -> Input:
        """Give the input of that number, the same one each time."""
        rng = random.Random(f"{self._seed}/{self._site.name}/{number}")
        target = self._target(rng)
        file = not target.startswith("/api")
        headers = _headers(rng, file)
        if self._site.keys and rng.random() < 0.2:
            headers.update([rng.choice(self._site.keys)])
        kind, body = ("", b"") if rng.random() < (0.9 if file else 0.35) else _body(rng)
        if kind and rng.random() < 0.95:
            headers["content-type"] = kind
        if body and rng.random() < 0.15:
            body = _spoilt(rng, body)
        return Input(
            self._site.name,
            rng.choice(traps.METHODS) if rng.random() < 0.3 else "POST" if body else "GET",
            target,
            tuple(headers.items()),
            body,
            _length(rng, body),
            rng.choice((65536, 65536, 65536, 1000, 7, 1) if len(body) < 300 else (65536, 1000)),
            rng.random() < 0.8,
            "/mounted" if rng.random() < 0.02 else "",
        )

    def _target(self, rng: random.Random) -> str:
        path = rng.choice(self._site.paths)
        while "*" in path:
            path = path.replace("*", _segment(rng), 1)
        if rng.random() < 0.1:
            path = _odd_path(rng, path)
        query = f"?{_pairs(rng)}" if rng.random() < 0.5 else ""
        return (path + query)[:LONGEST] + ("#x" if rng.random() < 0.01 else "")


# --- Words ------------------------------------------------------------------------------------------------


def _word(rng: random.Random) -> str:
    """Give a text of any kind, seldom a long one."""
    chance = rng.random()
    if chance < 0.5:
        return rng.choice(traps.WORDS)
    if chance < 0.7:
        return rng.choice(traps.NUMBERS)
    if chance < 0.9:
        return "".join(rng.choices(traps.CHARACTERS, k=rng.randint(1, 8)))
    if chance < 0.998:
        return rng.choice(traps.WORDS) + rng.choice(traps.WORDS)
    return rng.choice(traps.CHARACTERS) * rng.choice((500, 1000, 2000, 8000, 30000))


def _latin(rng: random.Random) -> str:
    """Give a text that a header can have: servers let other control characters than these three pass."""
    text = _word(rng).encode(errors="replace").decode("latin-1")
    return text.translate({0: None, 10: None, 13: None})


def _escaped(rng: random.Random) -> str:
    """Give a text as it may stand in a URL or a form, well or badly encoded."""
    chance = rng.random()
    if chance < 0.35:
        return rng.choice(traps.ESCAPES)
    word = _word(rng)
    if chance < 0.45:
        return "".join(c for c in _latin(rng) if " " < c not in "?#&=\x7f")
    return quote(word.encode(errors="surrogatepass"), safe=rng.choice(("", "/", "[]$:@!'()*,;")))


def _pairs(rng: random.Random) -> str:
    """Give a query or a form."""
    if rng.random() < 0.002:
        return "&".join([f"{_escaped(rng)}={_escaped(rng)}"] * rng.choice((999, 1001, 3000)))
    pairs = []
    for _ in range(rng.randint(0, 5)):
        name = rng.choice(traps.NAMES) if rng.random() < 0.7 else _escaped(rng)
        pairs.append(
            rng.choice(("{}={}", "{}={}", "{}={}", "{}", "{}[]={}", "={}")).format(name, _escaped(rng))
        )
    return rng.choice(("&", "&", "&", "&&", ";")).join(pairs)


def _segment(rng: random.Random) -> str:
    return rng.choice(traps.IDS) if rng.random() < 0.5 else _escaped(rng)


def _odd_path(rng: random.Random, path: str) -> str:
    """Give another spelling of a path, or of what may look like one."""
    at = rng.randrange(len(path) + 1)
    return rng.choice(
        (
            lambda: path + "/",
            lambda: path.replace("/", "//", 1),
            lambda: path[:at] + rng.choice(traps.ESCAPES) + path[at:],
            lambda: (
                path[:at]
                + rng.choice(("/../", "/./", "\\", "/%2e%2e/", "%2F", "%5c", ";", "\t", "|"))
                + path[at:]
            ),
            lambda: quote(path).replace("a", "%61"),
            lambda: path.upper(),
            lambda: "http://" + rng.choice(traps.HOSTS) + path,
            lambda: rng.choice(
                ("*", "", "//evil.example/..", "/\\evil.example", "/%00", "/" + "a/" * 500, "example.com:80")
            ),
            lambda: path[1:],
        )
    )()


_CONDITIONS = (
    *["range"] * 4,
    "if-range",
    "if-modified-since",
    "if-unmodified-since",
    "if-none-match",
    "if-match",
)


# --- Headers ----------------------------------------------------------------------------------------------


def _headers(rng: random.Random, file: bool) -> dict[str, str]:
    headers = {"host": rng.choice(traps.HOSTS) if rng.random() < 0.2 else "localhost"}
    if rng.random() < 0.05:
        del headers["host"]
    for _ in range(rng.choice((0, 0, 1, 1, 2, 4))):
        name = rng.choice(_CONDITIONS if file and rng.random() < 0.7 else traps.HEADER_NAMES)
        headers[name] = _header(rng, name)
    if rng.random() < 0.2:
        headers["cookie"] = _cookies(rng)
    return headers


def _header(rng: random.Random, name: str) -> str:
    known = traps.HEADERS.get(name)
    value = rng.choice(known) if known and rng.random() < 0.8 else _latin(rng)
    if name == "range" and rng.random() < 0.5:
        value = _range(rng)
    if rng.random() < 0.1:
        value = rng.choice((f"{value}, {_latin(rng)}", f" {value}\t", value[: rng.randint(0, 9)], value * 3))
    return value


def _range(rng: random.Random) -> str:
    ends = [rng.choice(traps.NUMBERS) if rng.random() < 0.3 else str(rng.randrange(60)) for _ in range(4)]
    count = 2000 if rng.random() < 0.01 else rng.randint(1, 3)
    return "bytes=" + ",".join(
        rng.choice(("{}-{}", "{}-", "-{}", "{}", " {} - {}", "--{}")).format(*rng.sample(ends, 2))
        for _ in range(count)
    )


def _cookies(rng: random.Random) -> str:
    if rng.random() < 0.003:
        return "; ".join(f"c{number}={number}" for number in range(4000))
    made = []
    for _ in range(rng.randint(1, 4)):
        name = rng.choice(traps.COOKIE_NAMES) if rng.random() < 0.7 else _latin(rng)
        value = (
            rng.choice(traps.TOKENS)
            if rng.random() < 0.4
            else _latin(rng)
            if rng.random() < 0.5
            else _escaped(rng)
        )
        made.append(
            rng.choice(("{}={}", "{}={}", "{}={}", '{}="{}"', "{}", "={1}", "{} = {}")).format(name, value)
        )
    return rng.choice(("; ", "; ", ";", ",", ";;", " ;\t")).join(made)


# --- Bodies -----------------------------------------------------------------------------------------------


def _body(rng: random.Random) -> tuple[str, bytes]:
    """Give a content type and a body, which mostly go together."""
    make = rng.choices(_BODIES, (5, 4, 5, 1, 1))[0]
    kind, body = make(rng)
    if rng.random() < 0.12:
        kind = rng.choice(traps.CONTENT_TYPES) if rng.random() < 0.7 else _latin(rng)
    elif rng.random() < 0.12:
        kind += rng.choice(traps.PARAMETERS)
    return kind, body


def _json(rng: random.Random) -> tuple[str, bytes]:
    if rng.random() < 0.4:
        return "application/json", rng.choice(traps.JSON)
    if rng.random() < 0.004:
        return "application/json", rng.choice(traps.LARGE_JSON)()
    text = json.dumps(_value(rng, 3), ensure_ascii=rng.random() < 0.5)
    return "application/json", text.encode(errors="surrogatepass")


def _value(rng: random.Random, depth: int) -> Any:
    chance = rng.random()
    if chance < 0.45 and depth:
        keys = (
            rng.choice(traps.KEYS) if rng.random() < 0.8 else _word(rng) for _ in range(rng.randint(0, 5))
        )
        return {key: _value(rng, depth - 1) for key in keys}
    if chance < 0.6 and depth:
        return [_value(rng, depth - 1) for _ in range(rng.randint(0, 3))]
    return _word(rng) if chance < 0.85 else rng.choice(traps.SCALARS)


def _form(rng: random.Random) -> tuple[str, bytes]:
    return "application/x-www-form-urlencoded", _pairs(rng).encode("latin-1", "replace")


def _multipart(rng: random.Random) -> tuple[str, bytes]:
    boundary = rng.choice(traps.BOUNDARIES)
    mark = boundary.encode("latin-1")
    count = rng.choice((999, 1001, 1500)) if rng.random() < 0.002 else rng.randint(0, 4)
    parts = b"".join(b"--" + mark + b"\r\n" + _part(rng) + b"\r\n" for _ in range(count))
    end = rng.choice((b"--", b"--", b"--", b"--\r\n", b"", b"\r\n"))
    quoted = f'"{boundary}"' if rng.random() < 0.3 else boundary
    return f"multipart/form-data; boundary={quoted}", parts + b"--" + mark + end


def _part(rng: random.Random) -> bytes:
    name = rng.choice(traps.NAMES) if rng.random() < 0.6 else _word(rng)
    filename = "" if rng.random() < 0.4 else rng.choice(traps.FILENAMES)
    line = f'Content-Disposition: form-data; name="{name}"{filename}'
    kind = "" if rng.random() < 0.5 else f"\r\nContent-Type: {rng.choice(traps.CONTENT_TYPES)}"
    other = "" if rng.random() < 0.9 else rng.choice(traps.PART_HEADERS)
    head = (line + kind + other).encode(errors="replace")
    return head + b"\r\n\r\n" + _word(rng).encode(errors="replace")


def _text(rng: random.Random) -> tuple[str, bytes]:
    charset = rng.choice(("utf-8", "utf-16le", "latin-1", "utf-16", "utf-8-sig"))
    return rng.choice(("text/plain", f"text/plain; charset={charset}")), _word(rng).encode(charset, "replace")


def _bytes(rng: random.Random) -> tuple[str, bytes]:
    return "application/octet-stream", rng.randbytes(rng.choice((0, 1, 3, 64, 1000)))


_BODIES: tuple[Callable[[random.Random], tuple[str, bytes]], ...] = (_json, _form, _multipart, _text, _bytes)


def _spoilt(rng: random.Random, body: bytes) -> bytes:
    """Cut, double, change or fill a body somewhere."""
    at = rng.randrange(len(body))
    to = min(len(body), at + rng.randint(1, 8))
    return rng.choice(
        (
            lambda: body[:at],
            lambda: body[:at] + body[to:],
            lambda: body[:to] + body[at:],
            lambda: body[:at] + rng.randbytes(rng.randint(1, 4)) + body[to:],
            lambda: body[:at] + rng.choice(traps.BYTES) + body[at:],
            lambda: body[:at] + bytes([body[at] ^ (1 << rng.randrange(8))]) + body[at + 1 :],
        )
    )()


def _length(rng: random.Random, body: bytes) -> str | None:
    chance = rng.random()
    if chance < 0.8:
        return str(len(body)) if body or rng.random() < 0.2 else None
    if chance < 0.9:
        return None
    return rng.choice((*traps.LENGTHS, str(len(body) + 1), str(max(0, len(body) - 1)), str(len(body) * 2)))

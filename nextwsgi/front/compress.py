"""``compress``: answers leave compressed, where npm's ``compression`` compresses them in Next.js."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from werkzeug.wsgi import ClosingIterator

from nextwsgi.outgoing import with_vary
from nextwsgi.wire import Headers, StartResponse

Pieces = Iterable[bytes]

THRESHOLD = 1024
"""Bytes: what is known to be shorter gains nothing."""

# What mime-db calls compressible, besides text/ and names that end in +json, +text or +xml.
_TEXTUAL = re.compile(r"text/.*|.*\+(?:json|text|xml)", re.DOTALL)
_TYPES = frozenset(
    (
        *("application/dart", "application/ecmascript", "application/javascript", "application/json"),
        *("application/postscript", "application/raml+yaml", "application/rtf", "application/tar"),
        *("application/toml", "application/vnd.dart", "application/vnd.ms-fontobject"),
        *("application/vnd.ms-opentype", "application/wasm", "application/x-httpd-php"),
        *("application/x-javascript", "application/x-ns-proxy-autoconfig", "application/x-sh"),
        *("application/x-tar", "application/x-virtualbox-hdd", "application/x-virtualbox-ova"),
        *("application/x-virtualbox-ovf", "application/x-virtualbox-vbox", "application/x-virtualbox-vdi"),
        *("application/x-virtualbox-vhd", "application/x-virtualbox-vmdk", "application/xml"),
        *("application/x-www-form-urlencoded", "application/xml-dtd", "font/otf", "font/ttf", "image/bmp"),
        *("image/vnd.adobe.photoshop", "image/x-icon", "image/x-ms-bmp", "message/rfc822"),
        *("model/gltf-binary", "x-shader/x-fragment", "x-shader/x-vertex"),
    )
)
_NO_TRANSFORM = re.compile(r"(?:^|,)\s*no-transform\s*(?:,|$)", re.IGNORECASE)

# A piece of a file is a piece of it as it is, and its place is counted there.
_UNTOUCHED = frozenset(("204", "206", "304"))

# Of the body as it was: a client that came back for the rest of it would be given the rest of another.
_DROPPED = frozenset(("content-length", "content-encoding", "accept-ranges"))

_WINDOW = {"gzip": 31, "deflate": 15}  # zlib's numbers for the two formats


def compressed(
    environ: dict[str, Any],
    start_response: StartResponse,
    answer: Callable[[StartResponse], Pieces],
) -> Pieces:
    """Give what ``answer`` gives, compressed where the client takes that and the answer gains by it."""
    sender = Sender(environ, start_response)
    return sender.finish(answer(sender.start))


class Sender:
    """One answer on its way to the server; memory is bounded by one piece of it."""

    def __init__(self, environ: dict[str, Any], start_response: StartResponse) -> None:
        self._method = environ["REQUEST_METHOD"]
        self._accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
        self._start_response = start_response
        self._head: tuple[str, Headers] = "", []
        self._write: Callable[[bytes], object] | None = None
        self._encoder: zlib._Compress | None = None

    def start(self, status: str, lines: Headers) -> Callable[[bytes], object]:
        """Take the head, which leaves as soon as it is known whether more than a short body follows."""
        self._head = status, lines
        return self._send

    def finish(self, pieces: Pieces) -> Pieces:
        """Give the rest of the body; what is not compressed, as it came."""
        whole = isinstance(pieces, list)
        self._open(sum(map(len, pieces)) if whole else None)
        if self._encoder is None:
            return pieces
        if whole:
            return [self._encoder.compress(b"".join(pieces)) + self._encoder.flush()]
        return ClosingIterator(self._encoded(pieces), getattr(pieces, "close", None))

    def _send(self, piece: bytes) -> None:
        write = self._open(None)
        write(self._piece(piece))

    def _open(self, length: int | None) -> Callable[[bytes], object]:
        if self._write is None:
            status, lines = self._head
            encoding, lines = decide(self._method, self._accepted, status, lines, length)
            if encoding is not None:
                self._encoder = zlib.compressobj(wbits=_WINDOW[encoding])
            self._write = self._start_response(status, lines)
        return self._write

    def _encoded(self, pieces: Pieces) -> Iterator[bytes]:
        for piece in pieces:
            yield self._piece(piece)
        assert self._encoder is not None
        yield self._encoder.flush()

    def _piece(self, piece: bytes) -> bytes:
        """Compress a piece so that a client can read all of it at once: others may be long in coming."""
        if self._encoder is None or not piece:
            return piece
        return self._encoder.compress(piece) + self._encoder.flush(zlib.Z_SYNC_FLUSH)


# --- What is compressed -----------------------------------------------------------------------------------


def decide(
    method: str, accepted: str, status: str, lines: Headers, length: int | None
) -> tuple[str | None, Headers]:
    """Choose an encoding, None for none, and give the headers that go with it.

    ``length`` is that of the body, None where that is not known.
    """
    headers = _joined(lines)
    if not is_compressible(headers.get("content-type", "")):
        return None, lines
    if _NO_TRANSFORM.search(headers.get("cache-control", "")):
        return None, lines
    vary = with_vary(headers.get("vary"), ["Accept-Encoding"])
    lines = [*(line for line in lines if line[0].lower() != "vary"), ("Vary", vary)]
    if method == "HEAD" or status[:3] in _UNTOUCHED or not _gains(headers, length):
        return None, lines
    encoding = preferred(accepted)
    if encoding is not None:
        lines = [line for line in lines if line[0].lower() not in _DROPPED]
        lines.append(("Content-Encoding", encoding))
    return encoding, lines


def _joined(lines: Headers) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in lines:
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return headers


def _gains(headers: dict[str, str], length: int | None) -> bool:
    announced = headers.get("content-length", "")
    known = int(announced) if announced.isdecimal() else length
    short = known is not None and known < THRESHOLD
    return not short and headers.get("content-encoding", "identity") == "identity"


def is_compressible(content_type: str) -> bool:
    """Tell whether bodies of a type become shorter."""
    name = content_type.partition(";")[0].strip().lower()
    return name in _TYPES or _TEXTUAL.fullmatch(name) is not None


# --- What the client takes --------------------------------------------------------------------------------

_CODING = re.compile(r"\s*([^\s;]+)\s*(?:;(.*))?", re.DOTALL)
_NUMBER = re.compile(r"\s*(\d+\.?\d*|\.\d+)")


def preferred(accepted: str) -> str | None:
    """Choose gzip or deflate as npm's ``negotiator`` does; None where the client likes neither best."""
    codings = [*_codings(accepted)]
    ranks = {name: _rank(name, codings) for name in ("gzip", "deflate", "identity")}
    if not any(name in ("identity", "*") for name, _ in codings):
        # It is always taken, but liked least.
        ranks["identity"] = (min([1.0, *(q or 1.0 for _, q in codings)]), True, -len(codings))
    best = max(ranks, key=lambda name: ranks[name])
    if best == "deflate" and ranks["gzip"][0]:
        best = max(("gzip", "identity"), key=lambda name: ranks[name])
    return best if best in _WINDOW and ranks[best][0] else None


def _codings(accepted: str) -> Iterator[tuple[str, float]]:
    for text in accepted.split(","):
        if (found := _CODING.fullmatch(text)) is not None:
            yield found[1].lower(), _quality(found[2] or "")


def _quality(params: str) -> float:
    """Read ``q=0.5``: 1 where there is none, 0 where it is no number."""
    for param in params.split(";"):
        name, _, value = param.strip().partition("=")
        if name == "q":
            number = _NUMBER.match(value)
            return float(number[1]) if number else 0.0
    return 1.0


def _rank(name: str, codings: list[tuple[str, float]]) -> tuple[float, bool, int]:
    """Give quality, whether it is named, and how early; quality 0 for what is not taken."""
    found = [
        (coding == name, quality, place)
        for place, (coding, quality) in enumerate(codings)
        if coding in (name, "*")
    ]
    named, quality, place = max(found, default=(False, 0.0, 0))
    return quality, named, -place

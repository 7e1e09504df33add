"""Node's half of ``res``: status, headers, ``write`` and ``end``, as http.ServerResponse has them."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

from nextwsgi.jsontext import stringify
from nextwsgi.node import REASONS, reason
from nextwsgi.wire import Headers, StartResponse, Wire

if TYPE_CHECKING:
    from nextwsgi.loop import Errands

Chunk = str | bytes | bytearray | memoryview
HeaderValue = str | int | float | list[str] | list[str | int | float]

log = logging.getLogger("nextwsgi")

HIGH_WATER = 64 * 1024


class ServerResponse:
    """An answer in the making. It only collects; its wire tells the server."""

    _environ: dict[str, Any]
    _start_response: StartResponse
    _headers: dict[str, tuple[str, HeaderValue]]  # lower-case name -> name, value

    # PERF: what most answers leave as it is belongs to the class: 0.3 us less for each request.
    statusCode: int = 200
    """The status to send, 100 to 999."""
    statusMessage: str = ""
    """The reason phrase; Node's own for the status where it is empty."""
    _head: Headers | None = None  # once fixed, status and headers cannot change
    _status = ""  # the status line, fixed with the head, as are:
    _length: int | None = None  # the Content-Length
    _bodiless = False  # whether the answer is its head alone: to HEAD, and 204 and 304
    _body: bytes = b""  # what end() was given while nothing had been sent
    _ended = False
    _size = 0  # bytes of body so far
    _started = False  # whether the server was given the head
    _wire: Wire | None = None  # from the first byte on that is sent before the end
    _errands: Errands | None = None  # while an async def handler runs
    _vary: tuple[str, ...] = ()  # what Vary names besides what it is set to, be it set after this

    # --- headers ------------------------------------------------------------------------------------------

    @property
    def headersSent(self) -> bool:
        """Whether status and headers can no longer change."""
        return self._head is not None

    def setHeader(self, name: str, value: HeaderValue) -> Self:
        """Set a header, over one of that name; a list gives one line each. Ignored once the head was sent.

        ValueError for a name that is no token, or a value with control characters or beyond latin-1.
        """
        if self._head is None:
            self._headers[header_key(name)] = (name, _checked(name, value))
        return self

    def appendHeader(self, name: str, value: HeaderValue) -> Self:
        """Add lines to a header, keeping those it has; RuntimeError once the head was sent."""
        self._refuse_sent("appendHeader")
        before = self.getHeader(name)
        if before is None:
            return self.setHeader(name, value)
        key = header_key(name)
        self._headers[key] = (self._headers[key][0], [*each(before), *each(_checked(name, value))])
        return self

    def getHeader(self, name: str) -> HeaderValue | None:
        """Give a header's value as it was set; None when there is none."""
        found = self._headers.get(name.lower())
        return _own(found[1]) if found else None

    def getHeaderNames(self) -> list[str]:
        """List the names set so far, in lower case."""
        return list(self._headers)

    def getHeaders(self) -> dict[str, HeaderValue]:
        """Give a copy of the headers by lower-case name."""
        return {key: _own(value) for key, (_, value) in self._headers.items()}

    def hasHeader(self, name: str) -> bool:
        """Tell whether a header is set."""
        return name.lower() in self._headers

    def removeHeader(self, name: str) -> None:
        """Drop a header; RuntimeError once the head was sent."""
        self._refuse_sent("removeHeader")
        self._headers.pop(name.lower(), None)

    def writeHead(
        self,
        statusCode: int,
        statusMessage: str | Mapping[str, HeaderValue] = "",
        headers: Mapping[str, HeaderValue] | None = None,
    ) -> Self:
        """Fix status and headers: ``writeHead(status, [phrase], headers)``, over those set before.

        ValueError as for setHeader and for an illegal status; RuntimeError once the head was sent.
        """
        self._refuse_sent("writeHead")
        phrase, fields = (
            ("", statusMessage) if isinstance(statusMessage, Mapping) else (statusMessage, headers)
        )
        self.statusCode = statusCode  # first, as in Next.js: it stays where a header is refused
        for name, value in (fields or {}).items():
            if name:
                self.setHeader(name, value)
        self.statusMessage = phrase or self.statusMessage
        self._fix_head()
        return self

    def flushHeaders(self) -> None:
        """Send status and headers now. Ignored once the answer is whole."""
        if not self._ended:
            self._begin().write(b"")

    # --- the body -----------------------------------------------------------------------------------------

    @property
    def writableEnded(self) -> bool:
        """Whether the answer was finished, by ``end``, ``json`` or ``send``."""
        return self._ended

    @property
    def finished(self) -> bool:
        """Node's older name of ``writableEnded``."""
        return self._ended

    def write(self, chunk: Chunk) -> bool:
        """Send the head, if it was not, and ``chunk``, at once. Ignored after ``end``.

        In ``def`` it waits for the client and returns True. In ``async def`` it never waits: False says
        that more than 64 KiB are waiting for a slow client, and ``await res.drain()`` waits for them.
        """
        piece = as_bytes(chunk)
        if self._ended:
            return False
        wire = self._begin()
        self._size += len(piece)
        wire.write(piece)
        return wire.waiting < HIGH_WATER

    async def drain(self) -> None:
        """Wait until all that was written has been passed to the client."""
        if self._errands is not None:
            await self._errands.run(lambda: None)

    def end(self, chunk: Chunk | None = None) -> Self:
        """Finish the answer, after ``chunk``. Ignored when called again.

        BrokenAnswer when its body has not the Content-Length that was set.
        """
        # PERF: bytes first, as json and send give them.
        piece = chunk if type(chunk) is bytes else _last(chunk)
        if self._ended:
            return self
        if self._head is None:
            self._fix_head()
        self._ended = True
        self._size += len(piece)
        if self._wire is None and (self._length in (None, len(piece)) or self._bodiless):
            self._body = piece
        else:
            wire = self._begin()
            wire.write(piece)
            wire.finish()
        return self

    # --- sending ------------------------------------------------------------------------------------------

    def _refuse_sent(self, what: str) -> None:
        if self._head is not None:
            raise RuntimeError(f"res.{what}() after the head was sent")

    def _begin(self) -> Wire:
        """Send the head, if it was not: the body follows piece by piece."""
        if self._wire is None:
            headers = self._fix_head()
            self._started = True
            self._wire = Wire(self._start_response, self._length, self._bodiless, self._errands)
            self._wire.start(self._status, headers)
        return self._wire

    def _fix_head(self) -> Headers:
        """Check and fix status and headers."""
        if self._head is None:
            code = self.statusCode
            # PERF: the usual status lines are ready.
            status = _STATUS_LINES.get(code) if type(code) is int and not self.statusMessage else None
            if status is None:
                code = _code(code)
                status = f"{code} {_text(self.statusMessage or reason(code))}"
            if self._vary:
                self._headers["vary"] = ("Vary", with_vary(self.getHeader("Vary"), self._vary))
            lines = _lines(self._headers.values())
            unsent = _UNSENT_204 if code == 204 else _HOP_BY_HOP
            if not unsent.isdisjoint(self._headers):
                lines = [line for line in lines if line[0].lower() not in unsent]
            if self._length is None:
                self._length = self._announced()
            self._bodiless = code in _BODILESS or self._environ["REQUEST_METHOD"] == "HEAD"
            self._status, self._head = status, lines
        return self._head

    def _announced(self) -> int | None:
        """Read the Content-Length; ValueError for one on which servers and clients would not agree."""
        if "content-length" not in self._headers:
            return None
        lengths = {_line(item).strip(" \t") for item in each(self._headers["content-length"][1])}
        if not lengths:
            return None
        text = lengths.pop()
        if lengths or not (text.isascii() and text.isdigit()):
            raise ValueError("Content-Length must be one number of bytes")
        return int(text)

    def _fail(self, status: int, message: str, page: bytes = b"", content_type: str = "") -> None:
        """Answer with an error, as Next.js does: the message is reason phrase and body; headers stay.

        In development there is a page to be shown instead of the message.
        """
        if self._head is None or self.hasHeader("Content-Length"):
            # The length that was announced is not that of the message.
            self._head = self._length = None
            self.removeHeader("Content-Length")
            self.statusCode, self.statusMessage = status, "" if _ILLEGAL.search(message) else message
            if content_type:
                self.setHeader("Content-Type", content_type)
        self.end(page or message)

    def _take_back(self) -> None:
        """Forget the answer where nothing of it was sent, with its cookies and what its headers say of it."""
        if self._started:
            return
        self._head = self._length = None
        self._ended, self._size = False, 0
        for name in ("content-type", "etag", "set-cookie"):  # _fail sees to the length and the body
            self._headers.pop(name, None)

    def _start_early(self) -> None:
        """Send the head with a Content-Length that Node would not send.

        A client that is still sending may stop once it is told that no more will come.
        """
        self.end()
        head = self._fix_head()
        if not self._started:
            if self._length is None and not self._bodiless:
                head.append(("Content-Length", str(len(self._body))))
            self._begin()

    def _finish(self) -> Iterable[bytes]:
        """Give what a WSGI application returns, once the handler has returned."""
        if not self._ended:
            self.end()
        if self._wire is None:
            headers = self._fix_head()
            self._started = True
            self._start_response(self._status, headers)
        elif not self._body:
            self._wire.finish()
            return []
        # A thread keeps its last res until its next request (after.py): the body would stay with it.
        body, self._body = self._body, b""
        # For an empty list waitress would end even the body of a HEAD, which has none.
        return [b"" if self._bodiless else body]

    def _stands(self) -> bool:
        """Tell whether the client gets, or has got, a whole answer."""
        return self._ended and (not self._started or (self._wire is not None and self._wire.whole))

    def _lend(self, errands: Errands | None) -> None:
        """Have the request's thread do what an async def handler writes; None where it writes by itself."""
        self._errands = errands
        if self._wire is not None:
            self._wire.errands = errands


def close(source: object) -> None:
    """Close a file or a generator; what has no ``close``, or one to be awaited, is left to itself."""
    found = getattr(source, "close", None)
    if found is None:
        return
    from inspect import iscoroutinefunction  # slow to import, and rarely needed

    if iscoroutinefunction(found):
        return
    try:
        found()
    except Exception:  # the answer does not depend on it
        log.exception("what res.send was given could not be closed")


def as_bytes(chunk: object) -> bytes:
    """Give a piece of body as bytes; TypeError for what is neither text nor bytes."""
    if isinstance(chunk, str):
        return encode(chunk)
    if isinstance(chunk, bytes | bytearray | memoryview):
        return bytes(chunk)
    raise TypeError(f"the body must be str or bytes, not {type(chunk).__name__}: res.json takes other values")


def _last(chunk: object) -> bytes:
    # Node takes 0 and false for no chunk at all.
    if chunk is None or (isinstance(chunk, int | float) and not chunk):
        return b""
    return as_bytes(chunk)


def encode(text: str) -> bytes:
    """Encode as UTF-8; a lone surrogate becomes U+FFFD, as it leaves Node."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


# RFC 2616, 13.5.1. The server's business (PEP 3333); Node lets a handler set them.
_HOP_BY_HOP = frozenset(
    (
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization"),
        *("te", "trailers", "transfer-encoding", "upgrade"),
    )
)
_UNSENT_204 = _HOP_BY_HOP | {"content-length"}  # RFC 9110, 8.6; Node sends what it is told
_BODILESS = frozenset((*range(100, 200), 204, 304))
_STATUS_LINES = {code: f"{code} {phrase}" for code, phrase in REASONS.items()}
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_ILLEGAL = re.compile(r"[^\t\x20-\x7e\x80-\xff]")


@lru_cache(maxsize=256)
def header_key(name: str) -> str:
    """Give a header's name in lower case; ValueError for what is no header name."""
    if not isinstance(name, str) or not _TOKEN.fullmatch(name):
        raise ValueError(f"{name!r} is no header name")
    return name.lower()


def _checked(name: str, value: HeaderValue) -> HeaderValue:
    """Check a header's lines. A list is copied: in another's hands it could take up lines nobody checked."""
    if type(value) is str:
        return _text(value, name)
    for item in each(value):
        _text(_line(item), name)
    return _own(value)


def checked_line(name: str, value: str) -> tuple[str, str]:
    """Give a header line; ValueError for a name that is no token, and what no value may hold."""
    header_key(name)
    return name, _text(value, name)


def _text(text: str, name: str = "statusMessage") -> str:
    # PERF: isprintable costs a fourth of the search, and of what is ASCII it refuses the tab alone.
    if not (text.isascii() and text.isprintable()) and (found := _ILLEGAL.search(text)):
        raise ValueError(f"{name} must not contain {found[0]!r}")
    return text


def _code(value: object) -> int:
    """Read a status as JavaScript does: text of digits and fractions are numbers too."""
    try:
        status = int(float(value)) if isinstance(value, str | float) else value
    except (ValueError, OverflowError):
        status = None
    if isinstance(status, bool) or not isinstance(status, int) or not 100 <= status <= 999:
        raise ValueError(f"{value!r} is no status code: it must be a number from 100 to 999")
    return status


def _own(value: HeaderValue) -> HeaderValue:
    return list(value) if isinstance(value, list) else value


def each(value: object) -> list[Any]:
    """List the lines a header's value stands for."""
    return [*value] if isinstance(value, list | tuple) else [value]


def with_vary(value: HeaderValue | None, names: Iterable[str]) -> str:
    """Give a Vary header that has ``names`` too, after those in it; ``*`` stands for all."""
    first: dict[str, str] = {}
    for line in [*each(value or []), *names]:
        for name in _line(line).split(","):
            first.setdefault(name.strip(" \t").lower(), name.strip(" \t"))
    return "*" if "*" in first else ", ".join(filter(None, first.values()))


def _lines(headers: Iterable[tuple[str, HeaderValue]]) -> Headers:
    lines: Headers = []
    for name, value in headers:
        # PERF: most headers are one line of text.
        if type(value) is str:
            lines.append((name, value))
        elif type(value) is int:
            lines.append((name, str(value)))
        else:
            lines += [(name, _line(item)) for item in each(value)]
    return lines


def _line(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return stringify(value).decode()
    raise TypeError(f"a header takes str, a number or a list of them, not {type(value).__name__}")

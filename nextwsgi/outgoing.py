"""Node's half of ``res``: status, headers, ``write`` and ``end``, as http.ServerResponse has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Self

from nextwsgi.node import reason, stringify
from nextwsgi.wire import Head, StartResponse, Wire

Chunk = str | bytes | bytearray | memoryview
HeaderValue = str | int | float | list[str]

HIGH_WATER = 64 * 1024


class ServerResponse:
    """An answer in the making. It only collects; its wire tells the server."""

    statusCode: int
    """The status to send, 100 to 999."""
    statusMessage: str
    """The reason phrase; Node's own for the status where it is empty."""

    def __init__(self, environ: dict[str, Any], start_response: StartResponse) -> None:
        self.statusCode = 200
        self.statusMessage = ""
        self._wire = Wire(start_response)
        self._headers: dict[str, tuple[str, HeaderValue]] = {}  # lower-case name -> name, value
        self._head: Head | None = None  # once fixed, status and headers cannot change
        self._body = b""  # what end() was given while nothing had been sent
        self._ended = False
        self._size = 0  # bytes of body so far
        self._is_head = environ["REQUEST_METHOD"] == "HEAD"

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
            _check_name(name)
            for line in _lines(value):
                _check_value(name, line)
            self._headers[name.lower()] = (name, value)
        return self

    def appendHeader(self, name: str, value: HeaderValue) -> Self:
        """Add lines to a header, keeping those it has."""
        before = self.getHeader(name)
        if before is None:
            return self.setHeader(name, value)
        return self.setHeader(self._headers[name.lower()][0], [*_lines(before), *_lines(value)])

    def getHeader(self, name: str) -> HeaderValue | None:
        """Give a header's value as it was set; None when there is none."""
        found = self._headers.get(name.lower())
        return found[1] if found else None

    def getHeaderNames(self) -> list[str]:
        """List the names set so far, in lower case."""
        return list(self._headers)

    def getHeaders(self) -> dict[str, HeaderValue]:
        """Give a copy of the headers by lower-case name."""
        return {key: value for key, (_, value) in self._headers.items()}

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
        if not isinstance(statusMessage, str):
            statusMessage, headers = "", statusMessage
        for name, value in (headers or {}).items():
            self.setHeader(name, value)
        self.statusCode = statusCode
        self.statusMessage = statusMessage or self.statusMessage
        self._fix_head()
        return self

    def flushHeaders(self) -> None:
        """Send status and headers now."""
        self._begin()
        self._wire.write(b"")

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
        self._begin()
        self._size += len(piece)
        self._wire.write(piece)
        return self._wire.waiting < HIGH_WATER

    async def drain(self) -> None:
        """Wait until all that was written has been passed to the client."""
        if self._wire.errands is not None:
            await self._wire.errands.run(lambda: None)

    def end(self, chunk: Chunk | None = None) -> Self:
        """Finish the answer, after ``chunk``. Ignored when called again."""
        piece = b"" if chunk is None else as_bytes(chunk)
        if self._ended:
            return self
        self._fix_head(len(piece))
        self._ended = True
        self._size += len(piece)
        if self._wire.started:
            self._wire.write(piece)
        else:
            self._body = piece
        return self

    # --- sending ------------------------------------------------------------------------------------------

    def _refuse_sent(self, what: str) -> None:
        if self._head is not None:
            raise RuntimeError(f"res.{what}() after the head was sent")

    def _begin(self) -> None:
        if not self._wire.started:
            self._wire.start(self._fix_head())

    def _fix_head(self, length: int | None = None) -> Head:
        """Check and fix status and headers; ``length`` is the whole body's, where it is known."""
        if self._head is None:
            code = _checked_status(self.statusCode)
            phrase = self.statusMessage or reason(code)
            _check_value("statusMessage", phrase)
            self._wire.bodiless = self._is_head or code in (204, 304) or code < 200
            if length is not None and not self._wire.bodiless and "content-length" not in self._headers:
                self._headers["content-length"] = ("Content-Length", length)
            self._head = (
                f"{code} {phrase}",
                [(name, line) for name, value in self._headers.values() for line in _lines(value)],
            )
        return self._head

    def _fail(self, status: int, message: str) -> None:
        """Answer with an error, as Next.js does: the message is reason phrase and body; headers stay."""
        self._head = None
        self.removeHeader("Content-Length")
        self.statusCode = status
        self.statusMessage = message
        self.end(message)

    def _finish(self) -> Iterable[bytes]:
        """Give what a WSGI application returns, once the handler has returned."""
        self.end()
        if self._wire.started:
            self._wire.finish()
            return []
        self._wire.start(self._fix_head())
        return [] if self._wire.bodiless or not self._body else [self._body]


def as_bytes(chunk: object) -> bytes:
    """Give a piece of body as bytes; TypeError for what is neither text nor bytes."""
    if isinstance(chunk, str):
        return encode(chunk)
    if isinstance(chunk, bytes | bytearray | memoryview):
        return bytes(chunk)
    raise TypeError(f"the body must be str or bytes, not {type(chunk).__name__}: res.json takes other values")


def encode(text: str) -> bytes:
    """Encode as UTF-8; a lone surrogate becomes U+FFFD, as it leaves Node."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_ILLEGAL = re.compile(r"[^\t\x20-\x7e\x80-\xff]")


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not _TOKEN.fullmatch(name):
        raise ValueError(f"{name!r} is no header name")


def _check_value(name: str, value: str) -> None:
    if found := _ILLEGAL.search(value):
        raise ValueError(f"{name} must not contain {found[0]!r}")


def _checked_status(status: object) -> int:
    if isinstance(status, bool) or not isinstance(status, int) or not 100 <= status <= 999:
        raise ValueError(f"{status!r} is no status code: it must be a number from 100 to 999")
    return status


def _lines(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple):
        return [line for each in value for line in _lines(each)]
    if isinstance(value, int | float):
        return [stringify(value).decode()]
    raise TypeError(f"a header takes str, a number or a list of them, not {type(value).__name__}")

"""Node's half of ``res``: status, headers, ``write`` and ``end``, as http.ServerResponse has them."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from inspect import iscoroutinefunction
from typing import Any, Self

from nextwsgi.jsontext import stringify
from nextwsgi.node import reason
from nextwsgi.wire import Head, StartResponse, Wire

Chunk = str | bytes | bytearray | memoryview
HeaderValue = str | int | float | list[str] | list[str | int | float]

log = logging.getLogger("nextwsgi")

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
            _check_header(name, value)
            self._headers[name.lower()] = (name, _own(value))
        return self

    def appendHeader(self, name: str, value: HeaderValue) -> Self:
        """Add lines to a header, keeping those it has; RuntimeError once the head was sent."""
        self._refuse_sent("appendHeader")
        before = self.getHeader(name)
        if before is None:
            return self.setHeader(name, value)
        _check_header(name, value)
        self._headers[name.lower()] = (self._headers[name.lower()][0], [*each(before), *each(value)])
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
        for name, value in (fields or {}).items():
            self.setHeader(name, value)
        self.statusCode = statusCode
        self.statusMessage = phrase or self.statusMessage
        self._fix_head()
        return self

    def flushHeaders(self) -> None:
        """Send status and headers now. Ignored once the answer is whole."""
        if not self._ended:
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
        """Finish the answer, after ``chunk``. Ignored when called again.

        BrokenAnswer when its body has not the Content-Length that was set.
        """
        piece = b"" if chunk is None or _is_zero(chunk) else as_bytes(chunk)
        if self._ended:
            return self
        self._fix_head()
        self._ended = True
        self._size += len(piece)
        if self._wire.started or not self._wire.fits(piece):
            self._begin()
            self._wire.write(piece)
            self._wire.finish()
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

    def _fix_head(self) -> Head:
        """Check and fix status and headers."""
        if self._head is None:
            code = _status(self.statusCode)
            phrase = self.statusMessage or reason(code)
            _check_text("statusMessage", phrase)
            lines = [(name, _line(item)) for name, value in self._headers.values() for item in each(value)]
            self._wire.left = self._length()
            self._wire.bodiless = self._is_head or code in (204, 304) or code < 200
            self._head = f"{code} {phrase}", lines
        return self._head

    def _length(self) -> int | None:
        """Read the Content-Length; ValueError for one on which servers and clients would not agree."""
        _, value = self._headers.get("content-length", ("", []))
        if type(value) is int and value >= 0:  # PERF: as json and send set it
            return value
        lengths = {_line(item).strip(" \t") for item in each(value)}
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
            self._head = None
            self.removeHeader("Content-Length")
            self.statusCode, self.statusMessage = status, "" if _ILLEGAL.search(message) else message
            if content_type:
                self.setHeader("Content-Type", content_type)
        self.end(page or message)

    def _announce_length(self) -> None:
        """Add a Content-Length that Node would not send: a client that is told no more may stop sending."""
        self.end()
        if not self._wire.started and not self.hasHeader("Content-Length") and not self._wire.bodiless:
            self._fix_head()[1].append(("Content-Length", str(len(self._body))))

    def _finish(self) -> Iterable[bytes]:
        """Give what a WSGI application returns, once the handler has returned."""
        self.end()
        if self._wire.started:
            self._wire.finish()
            return []
        self._wire.start(self._fix_head())
        # For an empty list waitress would end even the body of a HEAD, which has none.
        return [b"" if self._wire.bodiless else self._body]


def close(source: object) -> None:
    """Close a file or a generator; what has no ``close``, or one to be awaited, is left to itself."""
    found = getattr(source, "close", None)
    if found is None or iscoroutinefunction(found):
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


def _is_zero(chunk: object) -> bool:
    # Node takes 0 and false for no chunk at all.
    return isinstance(chunk, int | float) and not chunk


def encode(text: str) -> bytes:
    """Encode as UTF-8; a lone surrogate becomes U+FFFD, as it leaves Node."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_ILLEGAL = re.compile(r"[^\t\x20-\x7e\x80-\xff]")


def _check_header(name: object, value: object) -> None:
    if not isinstance(name, str) or not _TOKEN.fullmatch(name):
        raise ValueError(f"{name!r} is no header name")
    for item in each(value):
        _check_text(name, _line(item))


def _check_text(name: str, text: str) -> None:
    if found := _ILLEGAL.search(text):
        raise ValueError(f"{name} must not contain {found[0]!r}")


def _status(value: object) -> int:
    """Read a status as JavaScript does: text of digits and fractions are numbers too."""
    try:
        status = int(float(value)) if isinstance(value, str | float) else value
    except (ValueError, OverflowError):
        status = None
    if isinstance(status, bool) or not isinstance(status, int) or not 100 <= status <= 999:
        raise ValueError(f"{value!r} is no status code: it must be a number from 100 to 999")
    return status


def _own(value: HeaderValue) -> HeaderValue:
    # A list in another's hands could take up lines that nobody has checked.
    return list(value) if isinstance(value, list) else value


def each(value: object) -> list[Any]:
    """List the lines a header's value stands for."""
    return list(value) if isinstance(value, list | tuple) else [value]


def _line(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return stringify(value).decode()
    raise TypeError(f"a header takes str, a number or a list of them, not {type(value).__name__}")

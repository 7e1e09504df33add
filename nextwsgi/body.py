"""The request's body: the one place that reads it, and what ``req.body`` makes of its bytes."""

import codecs
from collections.abc import Callable
from time import monotonic
from typing import Any

from nextwsgi.config import RouteConfig
from nextwsgi.errors import ApiError, ClientDisconnected
from nextwsgi.node import parse_content_type, parse_form, parse_json

PIECE = 64 * 1024
DRAIN_BYTES = 64 * 1024 * 1024
DRAIN_SECONDS = 30.0

Read = Callable[[int], bytes]


class BodyStream:
    """The bytes a client sends after the head, read once, never past their end."""

    def __init__(self, environ: dict[str, Any]) -> None:
        self._read: Read = environ["wsgi.input"].read
        # Without a length and without the server's word that the stream ends, there is no body (PEP 3333).
        self._endless = bool(environ.get("wsgi.input_terminated"))
        length = environ.get("CONTENT_LENGTH")
        self._left = 0
        if length:
            self._left, self._endless = _length(length), False
        self.length = None if self._endless else self._left  # bytes announced; None when chunked
        self.started = False
        self._ended = False

    @property
    def unread(self) -> bool:
        """Whether bytes of the body may still be on their way."""
        return self._left > 0 or (self._endless and not self._ended)

    def read(self, size: int = PIECE) -> bytes:
        """Give up to ``size`` bytes, ``b""`` at the end; ClientDisconnected when the client left before it."""
        self.started = True
        wanted = size if self._endless else min(size, self._left)
        if wanted <= 0:
            return b""
        try:
            piece = self._read(wanted)
        except OSError as error:
            raise ClientDisconnected("the client left before its body was complete") from error
        if not piece and not self._endless:
            raise ClientDisconnected(f"the client left with {self._left} bytes of its body unsent")
        self._left -= len(piece)
        self._ended = not piece
        return piece

    def drain(self) -> None:
        """Read and forget what the client still sends, up to 64 MiB or for 30 seconds."""
        end = monotonic() + DRAIN_SECONDS
        left = DRAIN_BYTES
        while left > 0 and monotonic() < end and (piece := self.read(PIECE)):
            left -= len(piece)

    def read_all(self, limit: int, limit_text: str) -> bytes:
        """Give the whole body; ApiError 413 as soon as it is known to be over ``limit`` bytes."""
        if self.length is not None and self.length > limit:
            raise too_large(limit_text)
        pieces, size = [], 0
        while piece := self.read(min(PIECE, limit + 1 - size)):
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                raise too_large(limit_text)
        return b"".join(pieces)


def _length(text: str) -> int:
    # Servers refuse other lengths; where one does not, no byte of such a body is read.
    return int(text) if text.isascii() and text.isdigit() else 0


def too_large(limit_text: str) -> ApiError:
    """The answer to a body over its limit, which is quoted as the route wrote it."""
    return ApiError(413, f"Body exceeded {limit_text} limit")


def parse(raw: bytes, content_type: str) -> Any:
    """Turn a body into what ``req.body`` holds; ApiError 400 for broken JSON or an unknown charset.

    ``content_type`` is the header's value, ``""`` when there was none.
    """
    if not raw and not content_type:
        return ""
    kind, charset = _kind(content_type)
    text = _decode(raw, charset)
    if kind in ("application/json", "application/ld+json"):
        return _json(text)
    if kind == "application/x-www-form-urlencoded":
        return parse_form(text)
    return text


def _kind(content_type: str) -> tuple[str, str]:
    try:
        kind, parameters = parse_content_type(content_type or "text/plain")
    except ValueError:
        return "text/plain", "utf-8"
    return kind, parameters.get("charset") or "utf-8"


def _json(text: str) -> Any:
    if not text:
        return {}
    try:
        return parse_json(text)
    except ValueError:
        raise ApiError(400, "Invalid JSON") from None


# Python has codecs that take quadratic time, or turn text into text: only these are worth the risk.
_CHARSETS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "latin-1",
    "ascii": "latin-1",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
    "utf-16": "utf-16",
    "utf16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "utf16be": "utf-16-be",
}


def _decode(raw: bytes, charset: str) -> str:
    name = _CHARSETS.get(charset.lower())
    if name is None:
        raise ApiError(400, "Invalid body")
    if name == "utf-16":
        name = "utf-16-be" if raw.startswith(codecs.BOM_UTF16_BE) else "utf-16-le"
    return raw.decode(name, "replace").removeprefix("\ufeff")

"""The request's body: the one place that reads it, and what ``req.body`` makes of its bytes."""

import codecs
import re
import sys
from collections.abc import Callable
from functools import lru_cache
from time import monotonic
from typing import Any

from nextwsgi.errors import ApiError, ClientDisconnected
from nextwsgi.jsontext import parse_json
from nextwsgi.node import parse_content_type, parse_form

PIECE = 64 * 1024
DRAIN_BYTES = 64 * 1024 * 1024
DRAIN_SECONDS = 30.0

Read = Callable[[int], bytes]


_HTTP_1 = ("HTTP/1.1", "HTTP/1.0")


def may_follow(environ: dict[str, Any]) -> bool:
    """Tell whether a request may have a body at all: in HTTP/1 its head says so (RFC 9112, 6.3)."""
    return (
        "CONTENT_LENGTH" in environ
        or "HTTP_TRANSFER_ENCODING" in environ
        or environ.get("SERVER_PROTOCOL", "HTTP/1.1") not in _HTTP_1
    )


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
        # gunicorn ends every stream, also where there is no body: only chunks may still be on their way.
        self._ended = "HTTP_TRANSFER_ENCODING" not in environ
        self._lost = False

    @property
    def unread(self) -> bool:
        """Whether bytes of the body may still be on their way."""
        return not self._lost and (self._left > 0 or (self._endless and not self._ended))

    def read(self, size: int = PIECE) -> bytes:
        """Give up to ``size`` bytes, ``b""`` at the end; ClientDisconnected if it does not come to it."""
        self.started = True
        wanted = size if self._endless else min(size, self._left)
        if wanted <= 0:
            return b""
        try:
            piece = self._read(wanted)
        except OSError as error:
            self._lost = True
            raise ClientDisconnected("the client left before its body was complete") from error
        except Exception as error:  # noqa: BLE001 - each server has its own for chunks that are none
            self._lost = True
            raise ClientDisconnected(f"the body cannot be read: {type(error).__name__}") from None
        if not piece and not self._endless:
            self._lost = True
            raise ClientDisconnected(f"the client left with {self._left} bytes of its body unsent")
        self._left -= len(piece)
        self._ended = self._ended or not piece
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
        piece = self.read(min(PIECE, limit + 1))
        if len(piece) == self.length:  # PERF: most bodies are there at once
            return piece
        pieces, size = [], 0
        while piece:
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                raise too_large(limit_text)
            piece = self.read(min(PIECE, limit + 1 - size))
        return b"".join(pieces)


def _length(text: str) -> int:
    # Servers refuse other lengths; where one does not, no byte of such a body is read.
    if not (text.isascii() and text.isdigit()):
        return 0
    return int(text) if len(text) < 19 else sys.maxsize  # Python refuses to read thousands of digits


def too_large(limit_text: str) -> ApiError:
    """The answer to a body over its limit, which is quoted as the route wrote it."""
    return ApiError(413, f"Body exceeded {limit_text} limit")


def parse(raw: bytes, content_type: str) -> Any:
    """Turn a body into what ``req.body`` holds; ApiError 400 for broken JSON or an unknown charset.

    ``content_type`` is the header's value, ``""`` when there was none.
    """
    if not raw and not content_type:
        return ""
    kind, charset = _kind(content_type)[0], charset_of(content_type)
    if kind in ("application/json", "application/ld+json"):
        return _json(raw if charset == "utf-8" else _decode(raw, charset))
    text = _decode(raw, charset)
    if kind == "application/x-www-form-urlencoded":
        return parse_form(text)
    return text


# PERF: clients send a few content types again and again: 3 us less for each body.
@lru_cache(maxsize=64)
def _kind(content_type: str) -> tuple[str, str | None]:
    """Give the media type, and Python's name of the charset; None for an unknown one."""
    try:
        kind, parameters = parse_content_type(content_type or "text/plain")
    except ValueError:
        return "text/plain", "utf-8"
    charset = parameters.get("charset") or "utf-8"
    return kind, _CHARSETS.get(re.sub(r"[^0-9a-z]", "", charset.lower()))


def _json(text: str | bytes) -> Any:
    if not text or text == codecs.BOM_UTF8:
        return {}
    try:
        return parse_json(text)
    except ValueError:
        raise ApiError(400, "Invalid JSON") from None


# Python has codecs that take quadratic time, or turn text into text: only these are worth the risk.
# Next.js reads names as iconv-lite does, by their letters and digits alone.
_CHARSETS = {
    "utf8": "utf-8",
    "usascii": "ascii",
    "ascii": "ascii",
    "iso88591": "latin-1",
    "latin1": "latin-1",
    "binary": "latin-1",
    "utf16": "utf-16",
    "utf16le": "utf-16-le",
    "ucs2": "utf-16-le",
    "utf16be": "utf-16-be",
}


def charset_of(content_type: str) -> str:
    """Give Python's name of a content type's charset, utf-8 without one; ApiError 400 for an unknown one."""
    charset = _kind(content_type)[1]
    if charset is None:
        raise ApiError(400, "Invalid body")
    return charset


def _decode(raw: bytes, charset: str) -> str:
    if charset == "utf-16":
        charset = _utf16(raw)
    if charset.startswith("utf-16"):
        # An odd last byte is dropped and a lone surrogate kept, as iconv-lite does.
        return raw[: len(raw) // 2 * 2].decode(charset, "surrogatepass").removeprefix("\ufeff")
    return raw.decode(charset, "replace").removeprefix("\ufeff")


def _utf16(raw: bytes) -> str:
    """Tell the byte order by its mark, or by where the zeros of ASCII characters are."""
    if raw[:2] in (codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE):
        return "utf-16-be" if raw[:2] == codecs.BOM_UTF16_BE else "utf-16-le"
    pairs = list(zip(raw[0:200:2], raw[1:200:2], strict=False))
    big = sum(1 for first, second in pairs if not first and second)
    little = sum(1 for first, second in pairs if first and not second)
    return "utf-16-be" if big > little else "utf-16-le"

"""The body of a ``Request`` or ``Response`` (Fetch standard, "Body")."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from typing import Any, Self, TypeVar

from nextwsgi.body import too_large
from nextwsgi.jsontext import parse_json
from nextwsgi.outgoing import close
from nextwsgi.pending import Promise
from nextwsgi.web.blob import PIECE, Blob, decode
from nextwsgi.web.formdata import FormData, encode_form
from nextwsgi.web.headers import Headers
from nextwsgi.web.mime import parse_mime
from nextwsgi.web.tee import tee
from nextwsgi.web.text import to_usv
from nextwsgi.web.url import URLSearchParams
from nextwsgi.web.waiting import is_async

Value = TypeVar("Value")
Source = bytes | Iterable[Any] | AsyncIterable[Any]


def extract(body: Any) -> tuple[Source | None, str]:
    """Give what is to be sent for ``body``, and its content type; "" where it has none."""
    if body is None:
        return None, ""
    if isinstance(body, bytes | bytearray | memoryview):
        return bytes(body), ""
    if isinstance(body, Blob):
        return body._bytes, body.type
    if isinstance(body, FormData):
        return encode_form(body)
    if isinstance(body, URLSearchParams):
        return str(body).encode(), "application/x-www-form-urlencoded;charset=UTF-8"
    if hasattr(body, "read"):
        return _FilePieces(body), ""
    if hasattr(body, "__next__") or hasattr(body, "__aiter__"):
        return body, ""
    if isinstance(body, Iterable) and not isinstance(body, str):
        # JavaScript sends "[object Object]" here.
        raise TypeError(f"a body cannot be {type(body).__name__}: Response.json(data) writes it as JSON")
    return to_usv(body).encode(), "text/plain;charset=UTF-8"


class _FilePieces:
    """A file's content, piece by piece."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def __iter__(self) -> Iterator[Any]:
        while piece := self._file.read(PIECE):
            yield piece

    def close(self) -> None:
        close(self._file)


class Stream:
    """A body's pieces: ``for piece in stream``, in ``async def`` ``async for``. They can be had once."""

    def __init__(self, body: Body) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        yield from pieces(self._body._take())

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in async_pieces(self._body._take()):
            yield piece


class Body:
    """What ``Request`` and ``Response`` have in common: a body that can be read once.

    In ``def`` its readers are called, ``request.json()``; in ``async def`` they are awaited. TypeError for
    a second time.
    """

    headers: Headers
    _source: Source | None = None
    bodyUsed = False
    """Whether the body was read."""

    @property
    def body(self) -> Stream | None:
        """The body piece by piece; None where there is none."""
        return None if self._source is None else Stream(self)

    def text(self) -> Any:
        """Read the body as UTF-8 text, with U+FFFD for what is none."""
        return self._read("text", decode)

    def json(self) -> Any:
        """Read the body as JSON; ValueError for what is none."""
        return self._read("json", lambda data: parse_json(decode(data)))

    def bytes(self) -> Any:
        """Read the body as bytes."""
        return self._read("bytes", lambda data: data)

    def arrayBuffer(self) -> Any:
        """Read the body as bytes."""
        return self._read("arrayBuffer", lambda data: data)

    def blob(self) -> Any:
        """Read the body as a ``Blob`` of its content type."""
        return self._read(
            "blob",
            lambda data: Blob([data], type=str(parse_mime(self.headers.get("content-type") or "") or "")),
        )

    def formData(self) -> Any:
        """Read the body as ``FormData``; TypeError for another content type, and for a broken body."""
        from nextwsgi.web.forms import parse_form

        return self._read("formData", lambda data: parse_form(data, self.headers.get("content-type") or ""))

    def _read(self, name: str, use: Callable[[Any], Value]) -> Value | Awaitable[Value]:
        if is_async():
            call = f"{type(self).__name__.removeprefix('Next').lower()}.{name}()"
            return Promise(call, lambda: self._read_later(use))
        whole = _Whole()
        for piece in pieces(self._take()):
            whole.add(piece)
        return use(whole.joined())

    async def _read_later(self, use: Callable[[Any], Value]) -> Value:
        whole = _Whole()
        async for piece in async_pieces(self._take()):
            whole.add(piece)
        return use(whole.joined())

    def clone(self) -> Self:
        """Give another one with the same body; TypeError once that was read."""
        other = self.__class__.__new__(self.__class__)
        source = self._cloned()
        other.__dict__.update(self.__dict__)
        other.headers = Headers(self.headers)
        other._source = source
        return other

    def _cloned(self) -> Source | None:
        """Give the body for another object; what streams is kept for whichever of the two reads it later."""
        if self.bodyUsed:
            raise TypeError(f"{type(self).__name__}.clone: Body has already been consumed.")
        if self._source is None or isinstance(self._source, bytes):
            return self._source
        self._source, other = tee(self._source)
        return other

    def _take(self) -> Source:
        """Give the body to whoever reads it: nobody can do so again."""
        if self.bodyUsed:
            raise TypeError("Body is unusable: it has already been read")
        if self._source is None:
            return b""
        self.bodyUsed = True
        return self._source


LIMIT = 100 * 1024 * 1024
"""What is read whole has to fit into memory. Next.js has no limit here."""


class _Whole:
    """A body that is read whole; ApiError 413 over ``LIMIT``."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._left = LIMIT

    def add(self, piece: bytes) -> None:
        self._left -= len(piece)
        if self._left < 0:
            raise too_large("100mb")
        self._pieces.append(piece)

    def joined(self) -> bytes:
        return b"".join(self._pieces)


def pieces(source: Source) -> Iterator[bytes]:
    """Yield a body's pieces; TypeError for an asynchronous one, and for pieces of another kind."""
    if isinstance(source, bytes):
        yield source
    elif isinstance(source, Iterable):
        try:
            yield from map(_piece, source)
        finally:
            close(source)
    else:
        raise TypeError("an asynchronous body can only be read in async def")


async def async_pieces(source: Source) -> AsyncIterator[bytes]:
    """Yield a body's pieces in ``async def``; TypeError for pieces of another kind."""
    if isinstance(source, AsyncIterable):
        try:
            async for piece in source:
                yield _piece(piece)
        finally:
            if aclose := getattr(source, "aclose", None):
                await aclose()
    else:
        for piece in pieces(source):
            yield piece


def _piece(piece: object) -> bytes:
    if isinstance(piece, str):
        return to_usv(piece).encode()
    if isinstance(piece, bytes | bytearray | memoryview):
        return bytes(piece)
    raise TypeError(f"a body's piece must be text or bytes, not {type(piece).__name__}")

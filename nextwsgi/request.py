"""``req``: what the client asked, under the names Node and Next.js give it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from nextwsgi.body import PIECE, BodyStream
from nextwsgi.config import BODY_LIMIT
from nextwsgi.node import Query, parse_cookies, parse_query, serialize_query

if TYPE_CHECKING:
    from nextwsgi.loop import Errands
    from nextwsgi.project import Project
    from nextwsgi.response import NextApiResponse
    from nextwsgi.routes import Match, Segment

Value = TypeVar("Value")

URL_KEY = "nextwsgi.url"
"""What the client asked, in the environ of a request that was rewritten."""

PATH_KEY = "nextwsgi.path"
"""The path that its route was found by, in the environ of one that was rewritten or is below a base path."""

BASE_KEY = "nextwsgi.base_path"
"""What the configuration puts before every path, in the environ of a request."""


class _Lazy(Generic[Value]):
    """An attribute worked out at first use, then an ordinary one that may be replaced.

    PERF: functools.cached_property takes a lock at every first use in Python 3.11.
    """

    def __init__(self, make: Callable[[Any], Value]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> _Lazy[Value]: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Value: ...
    def __get__(self, instance: object, owner: type) -> Value | _Lazy[Value]:
        if instance is None:
            return self
        value = instance.__dict__[self._name] = self._make(instance)
        return value


@dataclass(frozen=True)
class Socket:
    """The connection's other end: ``remoteAddress`` is an IP address, ``remotePort`` a number or None."""

    remoteAddress: str | None
    remotePort: int | None


class NextApiRequest:
    """One request. Any attribute may be set on it, and ``query``, ``cookies`` and ``body`` replaced."""

    body: Any = None
    """What the body parser made of the body; None with the parser off."""
    _has_body = False  # whether there may be one
    _errands: Errands | None = None  # while an async def handler runs

    def __init__(
        self, environ: dict[str, Any], path: str, match: Match, project: Project, res: NextApiResponse[Any]
    ) -> None:
        """``path`` is the clean path; ``res`` the answer, on which stale preview cookies are cleared."""
        self.method: str = environ["REQUEST_METHOD"]
        self._environ = environ
        self._path = path
        self._match = match
        self._project = project
        self._res = res
        if match.params and not environ.get("QUERY_STRING"):  # PERF: most handlers of such routes ask for it
            self.query = {**match.params}

    @_Lazy
    def _stream(self) -> BodyStream:
        return BodyStream(self._environ)

    @_Lazy
    def query(self) -> dict[str, str | list[str]]:
        """The query string's values, and the path parameters over them; a repeated name is a list."""
        text = self._environ.get("QUERY_STRING")
        query = parse_query(text) if text else {}
        if query and self._match.route.names:
            _drop_unset(query, self._match.route.params)
        query.update(self._match.params)
        return query

    @_Lazy
    def cookies(self) -> dict[str, str]:
        """The cookies sent, percent-decoded; the first of a repeated name."""
        return parse_cookies(self._environ.get("HTTP_COOKIE", ""))

    @_Lazy
    def headers(self) -> dict[str, str]:
        """The headers by lower-case name, as latin-1 text."""
        return dict(sent_headers(self._environ))

    @_Lazy
    def rawHeaders(self) -> list[str]:
        """Names and values in turn. WSGI keeps neither the case of names nor the lines' order."""
        return [text for pair in sent_headers(self._environ) for text in pair]

    @_Lazy
    def url(self) -> str:
        """The path as received with the query written anew, path parameters left out."""
        if URL_KEY in self._environ:
            asked: str = self._environ[URL_KEY]
            return asked
        query = parse_query(self._environ.get("QUERY_STRING", ""))
        text = serialize_query(
            {name: value for name, value in query.items() if name not in self._match.route.names}
        )
        return f"{self._path}?{text}" if text else self._path

    @_Lazy
    def httpVersion(self) -> str:
        """``1.1`` or ``1.0``."""
        protocol: str = self._environ.get("SERVER_PROTOCOL", "HTTP/1.1")
        return protocol.removeprefix("HTTP/")

    @_Lazy
    def socket(self) -> Socket:
        """Who is connected; behind a proxy, the proxy."""
        port = str(self._environ.get("REMOTE_PORT", ""))
        return Socket(self._environ.get("REMOTE_ADDR") or None, int(port) if port.isdigit() else None)

    @property
    def connection(self) -> Socket:
        """Node's older name of ``socket``."""
        return self.socket

    # --- preview ------------------------------------------------------------------------------------------

    @_Lazy
    def previewData(self) -> Any:
        """What setPreviewData stored in the client's cookies; False without them, {} in draft mode."""
        cookies = self._environ.get("HTTP_COOKIE", "")
        if "__prerender_bypass" not in cookies and "__next_preview_data" not in cookies:
            return False
        from nextwsgi.preview import preview_data  # cryptography is slow to import and rarely needed

        preview = preview_data(cookies, self._project.known_preview_keys())
        if preview.stale:
            self._res.clearPreviewData()
        return preview.data

    @_Lazy
    def preview(self) -> bool | None:
        """True in preview or draft mode, else None."""
        return True if self.previewData is not False else None

    @_Lazy
    def draftMode(self) -> bool | None:
        """The same as ``preview``."""
        return self.preview

    # --- the body's bytes ---------------------------------------------------------------------------------

    @_Lazy
    def rawBody(self) -> bytes:
        """The body's bytes, as a signature wants them.

        With ``bodyParser: False`` they are read at first use: ApiError 413 over 1 MiB, RuntimeError once
        the stream has been read piecewise, or in an ``async def`` handler, which would stall the others.
        """
        if self._stream.started:
            raise RuntimeError("the body has been read from the stream: use req.rawBody instead, not as well")
        if self._errands is not None:
            raise RuntimeError('in async def, read the stream with "async for", or leave the body parser on')
        return self._stream.read_all(BODY_LIMIT, "1mb")

    def read(self, size: int = -1) -> bytes:
        """Read at most ``size`` bytes, all of them without it; ``b""`` at the end. For ``bodyParser: False``.

        ClientDisconnected when the client leaves early. ``async def`` handlers use ``async for``.
        """
        if self._errands is not None:
            raise RuntimeError('req.read() blocks: in async def use "async for chunk in req"')
        if size < 0:
            return b"".join(self)
        return self._stream.read(size)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the body in pieces of at most 64 KiB; gunicorn gives a piece once it is full or the last."""
        if self._errands is not None:
            raise RuntimeError('"for chunk in req" blocks: in async def use "async for chunk in req"')
        while piece := self._stream.read(PIECE):
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the body in the pieces that ``for chunk in req`` gives, without stalling other handlers."""
        errands = self._errands
        if errands is None:
            raise RuntimeError('"async for chunk in req" needs an async def handler')
        while piece := await errands.run(lambda: self._stream.read(PIECE)):
            yield piece


def _drop_unset(query: Query, params: tuple[Segment, ...]) -> None:
    """Drop what stands for an optional catch-all without a value, where the parameters before it are named.

    server-utils.js, normalizeDynamicRouteParams, which Next.js puts to the query, too.
    """
    *others, (kind, last) = params
    if kind == "[[...]]" and query.get(last) in ("", "index"):
        values = {name: query.get(name) for _, name in others}
        if not any(_is_unset(name, value) for name, value in values.items()):
            del query[last]


def _is_unset(name: str, value: str | list[str] | None) -> bool:
    # What is spelled as the file spells it is no value.
    return value is None or f"[{name}]" in (value if isinstance(value, list) else [value])


def sent_headers(environ: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the headers' lower-case names and their values, as latin-1 text."""
    for key, value in environ.items():
        if key.startswith("HTTP_"):
            yield key[5:].replace("_", "-").lower(), value.strip(" \t")
        elif key in ("CONTENT_TYPE", "CONTENT_LENGTH") and value:
            yield key.replace("_", "-").lower(), value.strip(" \t")

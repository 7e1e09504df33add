"""``res``: what Next.js adds to Node's response for an API route."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterable, Iterable
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Generic, Self

from nextwsgi.jsontext import stringify
from nextwsgi.node import is_fresh
from nextwsgi.outgoing import Chunk, HeaderValue, ServerResponse, close, each, encode, header_key
from nextwsgi.wire import StartResponse

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    from nextwsgi.after import Later
    from nextwsgi.project import Project

    Data = TypeVar("Data", default=Any)
else:
    from typing import TypeVar

    Data = TypeVar("Data")

Stream = Iterable[Chunk] | AsyncIterable[Chunk]

JSON_TYPE = "application/json; charset=utf-8"
OCTETS = "application/octet-stream"
_JSON = ("Content-Type", JSON_TYPE)
_OCTETS = ("Content-Type", OCTETS)

log = logging.getLogger("nextwsgi")


class NextApiResponse(ServerResponse, Generic[Data]):
    """One answer. ``NextApiResponse[Data]`` makes a type checker hold ``json`` and ``send`` to ``Data``."""

    _source: Stream | None = None  # what send was given to be sent piece by piece
    _cleared = False
    _later: Later | None = None  # what is to be done once the client has the answer

    def __init__(self, environ: dict[str, Any], start_response: StartResponse, project: Project) -> None:
        self._environ = environ
        self._start_response = start_response
        self._headers = {}
        self._project = project

    def status(self, statusCode: int) -> Self:
        """Set the status code, 100 to 999."""
        self.statusCode = statusCode
        return self

    def json(self, body: Data) -> None:
        """Answer with JSON as JSON.stringify writes it; TypeError or ValueError for what cannot be JSON."""
        if self._head is None:
            self._headers["content-type"] = _JSON
        self._send_bytes(stringify(body))

    def send(self, body: Data) -> None:
        """Answer with text, bytes, a value as JSON, or piece by piece from a file or an iterator.

        Text gets no content type; bytes and pieces ``application/octet-stream`` unless one is set. None
        is an empty answer.
        """
        if body is None:
            self.end()
        elif isinstance(body, str):
            self._send_bytes(encode(body))
        elif isinstance(body, bytes | bytearray | memoryview):
            self._send_bytes(bytes(body), None if self._is_typed() else OCTETS)
        elif _is_stream(body):
            self._send_stream(body)
        else:
            self._send_bytes(stringify(body), JSON_TYPE)

    def redirect(self, statusOrUrl: int | str, url: str | None = None) -> Self:
        """Send the client to another URL: ``redirect(url)`` with 307, or ``redirect(status, url)``."""
        status, target = (307, statusOrUrl) if isinstance(statusOrUrl, str) else (statusOrUrl, url)
        if isinstance(status, bool) or not isinstance(status, int | float) or not isinstance(target, str):
            raise TypeError(
                "res.redirect takes a URL, or a status code and a URL: res.redirect(307, '/there')"
            )
        self.writeHead(int(status), {"Location": target})
        self.write(target)
        return self.end()

    def setHeader(self, name: str, value: HeaderValue) -> Self:
        """Set a header as Node does; cookies are always a list, of equal ones one is kept."""
        # PERF: not through super(), which costs as much as the rest.
        if self._head is None and header_key(name) == "set-cookie":
            value = list(dict.fromkeys(value)) if isinstance(value, list) else [value]
        return ServerResponse.setHeader(self, name, value)

    # --- preview ------------------------------------------------------------------------------------------

    def setDraftMode(self, *, enable: bool = True) -> Self:
        """Turn draft mode on for this client, or off."""
        from nextwsgi.preview import draft_cookie

        keys, development = self._project.preview_keys, self._project.development
        return self._add_cookies([draft_cookie(keys, enable=enable, development=development)])

    def setPreviewData(self, data: object, *, maxAge: float | None = None, path: str | None = None) -> Self:
        """Keep ``data``, sealed, in the client's preview cookies for ``maxAge`` seconds.

        ValueError when they would pass 2,048 characters.
        """
        from nextwsgi.preview import preview_cookies

        keys, development = self._project.preview_keys, self._project.development
        return self._add_cookies(
            preview_cookies(keys, data, maxAge=maxAge, path=path, development=development)
        )

    def clearPreviewData(self, *, path: str | None = None) -> Self:
        """Take the preview cookies back; once in an answer is enough."""
        from nextwsgi.preview import cleared_cookies

        if not self._cleared:
            self._add_cookies(cleared_cookies(path=path, development=self._project.development))
            self._cleared = True
        return self

    def revalidate(self, urlPath: str) -> None:
        """Always raise: there are no pages here to rebuild."""
        raise NotImplementedError(
            f"res.revalidate({urlPath!r}): nextwsgi serves API routes, there is no page"
        )

    def _add_cookies(self, cookies: list[str]) -> Self:
        return self.setHeader("Set-Cookie", [*each(self.getHeader("Set-Cookie") or []), *cookies])

    # --- sending ------------------------------------------------------------------------------------------

    def _send_bytes(self, body: bytes, content_type: HeaderValue | None = None) -> None:
        """Send a whole body with its ETag, or 304 to a client that has it."""
        if self.statusCode in (204, 304):
            self._send_nothing(bool(body))
            return
        if self._head is None:
            # PERF: names and values that need no check.
            etag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
            self._headers["etag"] = ("ETag", etag)
            if "HTTP_IF_NONE_MATCH" in self._environ and self._is_fresh(etag):
                self.statusCode = 304
                self.end()
                return
            if content_type is not None:
                self.setHeader("Content-Type", content_type)
            self._length = len(body)
            self._headers["content-length"] = ("Content-Length", self._length)
        self.end(body)

    def _send_stream(self, body: Any) -> None:
        if self._ended or self._source is not None:
            close(body)  # the first answer wins
            return
        self._source = body
        if self.statusCode in (204, 304):
            self._send_nothing(True)
        elif self._head is None and not self._is_typed():
            self._headers["content-type"] = _OCTETS

    def _drop_type(self) -> None:
        """Forget the type of a stream that failed before its first piece: what follows is an error's text."""
        if self._headers.get("content-type") is _OCTETS:
            self.removeHeader("Content-Type")

    def _is_typed(self) -> bool:
        """Tell whether the content type is set to what JavaScript takes for true."""
        return self.getHeader("Content-Type") not in (None, "", 0)

    def _send_nothing(self, lost: bool) -> None:
        """Answer with the head alone, as a 204 or 304 wants it."""
        if lost and self._project.development:
            log.warning("a body cannot go with status %s and was left out", self.statusCode)
        if self._head is None:
            for name in ("content-type", "content-length", "transfer-encoding"):
                self._headers.pop(name, None)
        self.end()

    def _is_fresh(self, etag: str) -> bool:
        headers = {name: self._environ[key] for name, key in _CONDITIONS.items() if key in self._environ}
        return is_fresh(headers, etag)


_CONDITIONS = {
    "if-none-match": "HTTP_IF_NONE_MATCH",
    "if-modified-since": "HTTP_IF_MODIFIED_SINCE",
    "cache-control": "HTTP_CACHE_CONTROL",
}


def _is_stream(body: object) -> bool:
    return hasattr(body, "read") or hasattr(body, "__next__") or hasattr(body, "__aiter__")

"""``Request`` of the Fetch standard, as far as a server has a use for it."""

from __future__ import annotations

import re

from nextwsgi.web.body import Body, extract
from nextwsgi.web.headers import Headers
from nextwsgi.web.url import URL

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NORMAL = ("DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT")
_FORBIDDEN = ("CONNECT", "TRACE", "TRACK")


class Request(Body):
    """A request: ``Request(url, method="POST", headers={...}, body=...)``.

    TypeError for a URL, a method or headers that cannot be, and for a body of GET or HEAD.
    """

    def __init__(
        self, input: object, *, method: str | None = None, headers: object = None, body: object = None
    ) -> None:
        """Take a URL, or another request, whose body goes over to this one unless another is given."""
        given = input if isinstance(input, Request) else None
        self._url: str = given._url if given else _absolute(input)
        self.method: str = _method(method) if method is not None else given.method if given else "GET"
        """GET, POST ..."""
        self.headers = Headers(headers if headers is not None or given is None else given.headers)
        """What was sent with it."""
        if body is not None and self.method in ("GET", "HEAD"):
            raise TypeError("Request with GET/HEAD method cannot have body")
        self._source, content_type = extract(body)
        if body is None and given is not None and given._source is not None:
            self._source = given._take()
        if content_type and not self.headers.has("content-type"):
            self.headers.set("content-type", content_type)

    @property
    def url(self) -> str:
        """The whole URL."""
        return self._url


def _absolute(url: object) -> str:
    parsed = URL(url)
    if parsed.username or parsed.password:
        raise TypeError(f"Request cannot be constructed from a URL that includes credentials: {parsed.host}")
    return parsed.href


def _method(method: str) -> str:
    if not isinstance(method, str) or not _TOKEN.fullmatch(method):
        raise TypeError(f"{method!r:.60} is not a valid HTTP method.")
    upper = method.upper()
    if upper in _FORBIDDEN:
        raise TypeError(f"{method!r} HTTP method is unsupported.")
    return upper if upper in _NORMAL else method

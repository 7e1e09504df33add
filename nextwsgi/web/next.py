"""``NextRequest`` and ``NextResponse`` of ``next/server``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Self

from nextwsgi.web.cookies import RequestCookies, ResponseCookies
from nextwsgi.web.headers import Headers
from nextwsgi.web.request import Request
from nextwsgi.web.response import Response
from nextwsgi.web.text import to_usv
from nextwsgi.web.url import URL

# As Next.js writes them.
_LOCAL = re.compile(r"^(https?://)(?:127(?:\.\d{1,3}){3}|\[::1\])(?=[:/?#]|$)")
_REDIRECTS = (301, 302, 303, 307, 308)


class NextURL(URL):
    """A URL of the application: ``pathname`` is without the base path, ``href`` with it."""

    def __init__(self, url: object, base: object = None, *, basePath: str = "") -> None:
        super().__init__(_LOCAL.sub(r"\1localhost", to_usv(url)), base)
        self._base = ""
        path = self._parsed.pathname
        self._slash = path != "/" and path.endswith("/")
        if basePath and (path == basePath or path.startswith(f"{basePath}/")):
            self._base, self._parsed.pathname = basePath, path[len(basePath) :] or "/"

    @property
    def basePath(self) -> str:
        """What the configuration puts before every path; "" where the URL does not have it."""
        return self._base

    @basePath.setter
    def basePath(self, value: str) -> None:
        self._base = value if value.startswith("/") else f"/{value}"

    @property
    def href(self) -> str:
        """The whole URL. It ends in a slash as it did at first, whatever ``pathname`` does."""
        whole = URL(self._parsed.href)
        path = (self._base + whole.pathname).removesuffix("/") or "/"
        whole.pathname = f"{path}/" if self._slash and path != "/" else path
        return whole.href

    @href.setter
    def href(self, value: object) -> None:
        self.__init__(value, basePath=self._base)  # type: ignore[misc]

    def toString(self) -> str:
        """Give the whole URL."""
        return self.href

    __str__ = toJSON = toString

    def clone(self) -> NextURL:
        """Give another one, to be changed."""
        return NextURL(self.href, basePath=self._base)


class NextRequest(Request):
    """A request with its cookies, and its URL in parts."""

    def __init__(
        self,
        input: object,
        *,
        method: str | None = None,
        headers: object = None,
        body: object = None,
        basePath: str = "",
    ) -> None:
        super().__init__(input, method=method, headers=headers, body=body)
        self._base = basePath

    @classmethod
    def _received(cls, url: str, method: str, headers: Headers, basePath: str) -> Self:
        """Make one of what a server has checked. PERF: it costs a tenth."""
        request = cls.__new__(cls)
        request._url, request.method, request.headers, request._base = url, method, headers, basePath
        return request

    @cached_property
    def nextUrl(self) -> NextURL:
        """The URL in parts, with ``pathname`` and ``searchParams``."""
        return NextURL(self._url, basePath=self._base)

    @cached_property
    def cookies(self) -> RequestCookies:
        """The cookies, ``request.cookies.get("a").value``."""
        return RequestCookies(self.headers)

    @property
    def url(self) -> str:
        """The whole URL, whatever becomes of ``nextUrl``."""
        return self._whole

    @cached_property
    def _whole(self) -> str:
        return NextURL(self._url, basePath=self._base).href

    def clone(self) -> Self:
        """Give another one with the same body; TypeError once that was read."""
        other: Self = super().clone()
        other.nextUrl = self.nextUrl.clone()
        other.cookies = RequestCookies(other.headers)
        return other


class NextResponse(Response):
    """An answer with cookies: ``response.cookies.set("a", "1", httpOnly=True)``."""

    def __init__(
        self, body: Any = None, *, status: int = 200, statusText: str = "", headers: object = None
    ) -> None:
        super().__init__(body, status=status, statusText=statusText, headers=headers)
        self.cookies = ResponseCookies(self.headers)
        """The cookies that it sets."""

    def clone(self) -> Self:
        """Give another one with the same body; TypeError once that was read."""
        other: Self = super().clone()
        other.cookies = ResponseCookies(other.headers)
        return other

    @classmethod
    def redirect(cls, url: object, status: int = 307, *, headers: object = None) -> Self:
        """Send the client to another, absolute URL; ValueError for a status that is no redirect."""
        if status not in _REDIRECTS:
            raise ValueError(f'Failed to execute "redirect" on "response": Invalid status code {status}')
        own = Headers(headers)
        own.set("location", _absolute(url))
        return cls(None, status=status, headers=own)

    @classmethod
    def rewrite(cls, destination: object, *, request: Any = None, headers: object = None) -> Self:
        """In ``proxy``: have another URL answer, without the client knowing."""
        response = cls._going_on(request, headers)
        response._rewrite = _absolute(destination)
        return response

    @classmethod
    def next(cls, *, request: Any = None, headers: object = None) -> Self:
        """In ``proxy``: go on to the route, with ``request={"headers": headers}`` in place of those sent."""
        return cls._going_on(request, headers)

    _goes_on = False
    _rewrite: str | None = None
    _request_headers: Headers | None = None

    @classmethod
    def _going_on(cls, request: Any, headers: object) -> Self:
        response = cls(None, headers=headers)
        response._goes_on = True
        if isinstance(request, Request):
            request = {"headers": request.headers}
        if request is not None and (not isinstance(request, Mapping) or set(request) - {"headers"}):
            raise TypeError('request is what the route is to see: request={"headers": headers}')
        if request and request["headers"] is not None:
            response._request_headers = Headers(request["headers"])
        return response


def _absolute(url: object) -> str:
    try:
        return URL(url).href
    except TypeError:
        raise TypeError(f'URL is malformed "{url}". Please use only absolute URLs') from None

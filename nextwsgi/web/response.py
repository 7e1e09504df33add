"""``Response`` of the Fetch standard."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any, Self, TypeVar, overload

from nextwsgi.jsontext import stringify
from nextwsgi.web.body import Body, extract
from nextwsgi.web.headers import Headers
from nextwsgi.web.url import URL

Made = TypeVar("Made", bound="Response")

_NULL_BODY = (101, 204, 205, 304)
_REDIRECTS = (301, 302, 303, 307, 308)


def _code(status: object) -> int:
    """Read a status as JavaScript does, text of digits and fractions too; 0 for what is no number."""
    try:
        return int(float(status)) if isinstance(status, int | float | str) else 0
    except (ValueError, OverflowError):
        return 0


class _Json:
    """``Response.json(data)`` makes an answer, ``response.json()`` reads one: JavaScript has both."""

    @overload
    def __get__(self, response: None, owner: type[Made]) -> Callable[..., Made]: ...
    @overload
    def __get__(self, response: Response, owner: type[Response]) -> Callable[[], Any]: ...
    def __get__(self, response: Response | None, owner: type[Any]) -> Any:
        return partial(_json, owner) if response is None else partial(Body.json, response)


def _json(owner: type[Response], data: object, *options: object, **init: Any) -> Response:
    """Answer with JSON, as JSON.stringify writes it; TypeError or ValueError for what cannot be JSON."""
    if options:
        raise TypeError("options are keyword arguments: json(data, status=201, headers={...})")
    response = owner(stringify(data), **init)
    if not response.headers.has("content-type"):
        response.headers.set("content-type", "application/json")
    return response


class Response(Body):
    """An answer: ``Response("text", status=201, headers={...})``.

    ``body`` is text, bytes, a ``Blob``, ``FormData``, ``URLSearchParams``, or a generator, ``def`` or
    ``async def``, whose pieces are sent as they come. ValueError for a status outside 200 to 599;
    TypeError for a body that the status does not allow, and for headers or a phrase that cannot be.
    """

    def __init__(
        self, body: Any = None, *, status: int = 200, statusText: str = "", headers: object = None
    ) -> None:
        code = _code(status)
        if not 200 <= code <= 599:
            raise ValueError(f'init["status"] must be in the range of 200 to 599, inclusive: {status!r}')
        if re.search(r"[^\t\x20-\x7e\x80-\xff]", statusText):
            raise TypeError("Invalid statusText")
        self.status = code
        """The status code."""
        self.statusText = statusText
        """The reason phrase; "" for the usual one."""
        self.headers = Headers(headers)
        """What is sent with it."""
        if body is not None and code in _NULL_BODY:
            raise TypeError(f"Response with null body status cannot have body: {code}")
        self._source, content_type = extract(body)
        if content_type and not self.headers.has("content-type"):
            self.headers.set("content-type", content_type)

    @property
    def ok(self) -> bool:
        """Whether the status is 200 to 299."""
        return 200 <= self.status <= 299

    json = _Json()

    @classmethod
    def redirect(cls, url: object, status: int = 302) -> Self:
        """Send the client to another, absolute URL; ValueError for a status that is no redirect."""
        target = URL(url).href
        if status not in _REDIRECTS:
            raise ValueError(f"Invalid status code {status}")
        return cls(None, status=status, headers={"location": target})

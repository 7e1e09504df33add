"""``cookies()``, ``headers()`` and ``draft_mode()`` of ``next/headers``: about the request in hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from nextwsgi.after import current
from nextwsgi.web.cookies import Cookie, RequestCookies, ResponseCookies
from nextwsgi.web.headers import Headers
from nextwsgi.web.waiting import given

if TYPE_CHECKING:
    from nextwsgi.web.next import NextRequest


class Scope:
    """What a route handler's request has beside the request itself."""

    def __init__(
        self, request: NextRequest, draft: Callable[[], bool], turn: Callable[[bool], object]
    ) -> None:
        self.headers = ReadonlyHeaders(request.headers)
        self.cookies = MutableCookies(request.headers)
        self.draft = DraftMode(draft, turn)


class ReadonlyHeaders(Headers):
    """The headers that the client sent; TypeError for a change."""

    def __init__(self, headers: Headers) -> None:
        self._lines = {name: [*lines] for name, lines in headers._lines.items()}

    def _change(self, name: str) -> NoReturn:
        raise TypeError(f"headers() holds what the client sent: {name} cannot be changed there")


class MutableCookies(ResponseCookies):
    """The cookies that the client sent, with those that the answer sets or deletes."""

    def __init__(self, sent: Headers) -> None:
        super().__init__(Headers())
        self._changed: dict[str, Cookie] = {}
        for name, cookie in RequestCookies(sent):
            self._known[name] = Cookie(name=name, value=cookie["value"], path="/")

    def _keep(self, cookie: Cookie) -> None:
        self._known[cookie["name"]] = self._changed[cookie["name"]] = cookie

    @property
    def changed(self) -> list[Cookie]:
        """The cookies that the answer is to set."""
        return [*self._changed.values()]


class DraftMode:
    """Whether the client is in draft mode: ``isEnabled``, ``enable()``, ``disable()``."""

    def __init__(self, is_enabled: Callable[[], bool], turn: Callable[[bool], object]) -> None:
        self._is_enabled = is_enabled
        self._turn = turn

    @property
    def isEnabled(self) -> bool:
        """Whether the client sent the cookie."""
        return self._is_enabled()

    def enable(self) -> None:
        """Have the answer set the cookie."""
        self._turn(True)

    def disable(self) -> None:
        """Have the answer take the cookie back."""
        self._turn(False)


def cookies() -> Any:
    """Give the cookies of the request in hand; what is set there, the answer sets. Awaited in ``async def``.

    RuntimeError outside a route handler.
    """
    return given(_scope("cookies").cookies)


def headers() -> Any:
    """Give the headers of the request in hand, to be read. Awaited in ``async def``.

    RuntimeError outside a route handler.
    """
    return given(_scope("headers").headers)


def draft_mode() -> Any:
    """Give the draft mode of the request in hand. Awaited in ``async def``.

    RuntimeError outside a route handler.
    """
    return given(_scope("draft_mode").draft)


def _scope(name: str) -> Scope:
    res = current.get(None)
    scope: Scope | None = None if res is None else vars(res).get("_scope")
    if scope is None:
        raise RuntimeError(
            f"{name}() was called outside a request: call it in a route handler of app/, or in what it calls"
        )
    return scope

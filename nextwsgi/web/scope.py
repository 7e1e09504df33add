"""``cookies()``, ``headers()`` and ``draft_mode()`` of ``next/headers``: about the request in hand."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from nextwsgi.after import current
from nextwsgi.web.cookies import Cookie, RequestCookies, ResponseCookies
from nextwsgi.web.headers import Headers
from nextwsgi.web.waiting import given

if TYPE_CHECKING:
    from nextwsgi.project import Project
    from nextwsgi.response import NextApiResponse
    from nextwsgi.web.next import NextRequest


class Scope:
    """What a route handler's request has beside the request itself."""

    def __init__(self, request: NextRequest, res: NextApiResponse[Any]) -> None:
        self._sent = request.headers
        self._res = res

    @cached_property
    def headers(self) -> ReadonlyHeaders:
        """What ``headers()`` gives."""
        return ReadonlyHeaders(self._sent)

    @cached_property
    def cookies(self) -> MutableCookies:
        """What ``cookies()`` gives."""
        return MutableCookies(self._sent, self._res)

    @cached_property
    def draft(self) -> DraftMode:
        """What ``draft_mode()`` gives."""
        return DraftMode(self.cookies, self._res._project)

    @property
    def changed(self) -> list[Cookie]:
        """The cookies that the answer is to set."""
        return self.cookies.changed if "cookies" in self.__dict__ else []


class ReadonlyHeaders(Headers):
    """The headers that the client sent; TypeError for a change."""

    def __init__(self, headers: Headers) -> None:
        self._lines = {name: [*lines] for name, lines in headers._lines.items()}

    def _change(self, name: str) -> NoReturn:
        raise TypeError(f"headers() holds what the client sent: {name} cannot be changed there")


class MutableCookies(ResponseCookies):
    """The cookies that the client sent, with those that the answer sets or deletes.

    RuntimeError for a change that comes after the answer.
    """

    def __init__(self, sent: Headers, res: NextApiResponse[Any]) -> None:
        super().__init__(Headers())
        self._res = res
        self._changed: set[str] = set()
        for name, cookie in RequestCookies(sent):
            self._known[name] = Cookie(name=name, value=cookie["value"], path="/")

    def _keep(self, cookie: Cookie) -> None:
        if self._res._head is not None or self._res._source is not None:
            raise RuntimeError("cookies() was changed after the answer: set cookies before it")
        self._known[cookie["name"]] = cookie
        self._changed.add(cookie["name"])

    @property
    def changed(self) -> list[Cookie]:
        """The cookies that the answer is to set."""
        return [cookie for name, cookie in self if name in self._changed]


class DraftMode:
    """Whether the client is in draft mode: ``isEnabled``, ``enable()``, ``disable()``."""

    def __init__(self, cookies: MutableCookies, project: Project) -> None:
        from nextwsgi.preview import BYPASS  # slow to import

        self._name = BYPASS
        self._cookies = cookies
        self._project = project
        sent = cookies.get(BYPASS)
        keys = project.known_preview_keys() if sent else None
        self.isEnabled: bool = keys is not None and sent is not None and sent["value"] == keys.mode_id
        """Whether the client sent the cookie, or was just given it."""

    def enable(self) -> None:
        """Have the answer set the cookie."""
        self._set(self._project.preview_keys.mode_id)
        self.isEnabled = True

    def disable(self) -> None:
        """Have the answer take the cookie back."""
        self._set("", expires=0)
        self.isEnabled = False

    def _set(self, value: str, **options: Any) -> None:
        # As res.setDraftMode: the editor's site shows a draft in a frame.
        development = self._project.development
        same_site = "lax" if development else "none"
        self._cookies.set(
            self._name, value, httpOnly=True, secure=not development, sameSite=same_site, **options
        )


def cookies() -> Any:
    """Give the cookies of the request in hand; what is set there, the answer sets. Awaited in ``async def``.

    RuntimeError outside a route handler.
    """
    return given(_scope("cookies").cookies, "cookies()")


def headers() -> Any:
    """Give the headers of the request in hand, to be read. Awaited in ``async def``.

    RuntimeError outside a route handler.
    """
    return given(_scope("headers").headers, "headers()")


def draft_mode() -> Any:
    """Give the draft mode of the request in hand. Awaited in ``async def``.

    RuntimeError outside a route handler.
    """
    return given(_scope("draft_mode").draft, "draft_mode()")


def _scope(name: str) -> Scope:
    res = current.get(None)
    scope: Scope | None = None if res is None else vars(res).get("_scope")
    if scope is None:
        raise RuntimeError(
            f"{name}() was called outside a request: call it in a route handler of app/, or in what it calls"
        )
    return scope

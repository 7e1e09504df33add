"""``get_session``: who is signed in at the Next.js front end, as next-auth tells it."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple, NotRequired, TypedDict, TypeVar

from nextwsgi.auth.authjs import read_cookie
from nextwsgi.auth.betterauth import read_bearer
from nextwsgi.auth.claims import Claims, Refused
from nextwsgi.auth.cookies import session_cookies
from nextwsgi.auth.settings import Settings, read_settings
from nextwsgi.pending import Pending
from nextwsgi.request import NextApiRequest

log = logging.getLogger("nextwsgi")

Value = TypeVar("Value")


class User(TypedDict):
    """Who it is, as far as the sign-in told: a name that it did not tell is missing."""

    name: NotRequired[str | None]
    email: NotRequired[str | None]
    image: NotRequired[str | None]


class Session(TypedDict):
    """A session; ``expires`` is a time like ``2030-01-31T12:00:00.000Z``."""

    user: User
    expires: str


def get_session(req: NextApiRequest) -> Any:
    """Give the ``Session`` of a request, or None; in ``async def`` it is awaited: ``await get_session(req)``.

    It is that of the cookie of NextAuth 4 or Auth.js 5, read with AUTH_SECRET, or of the Better Auth token in
    ``Authorization: Bearer``, read with the keys of BETTER_AUTH_URL. None for whatever else a client sends,
    and for database sessions. ValueError where neither variable is set, or a secret could be guessed.

    Any, for no type is right in both ``def`` and ``async def``; a forgotten ``await`` is answered with 500.
    """
    return _told(req, _session, "get_session")


def get_token(req: NextApiRequest) -> Any:
    """Give all claims of the token behind ``get_session``, or None; ``sub`` is the user's id.

    As ``get_session`` it is awaited in ``async def``, and raises ValueError for settings.
    """
    return _told(req, lambda found: found.claims, "get_token")


class Found(NamedTuple):
    """The claims of a token, and which of them is the user's picture."""

    claims: Claims
    image: str


def _told(req: NextApiRequest, show: Callable[[Found], Value], name: str) -> object:
    if not isinstance(req, NextApiRequest):
        raise TypeError(f"{name} takes req, {name}(req), not {type(req).__name__}")
    settings = read_settings(os.environ)

    def work() -> Value | None:
        found = _find(req, settings)
        return None if found is None else show(found)

    errands = req._errands
    if errands is None:
        return work()
    # In the request's thread: the loop waits for no server's keys.
    return Pending(errands, f"{name}(req)", lambda: errands.run(work))


def _find(req: NextApiRequest, settings: Settings) -> Found | None:
    """Find the first token that counts."""
    scheme, _, token = req.headers.get("authorization", "").partition(" ")
    if settings.better_auth is not None and scheme.lower() == "bearer":
        # Who sends a token means it: a cookie does not take the place of one that is refused.
        try:
            return Found(read_bearer(token.strip(" "), settings.better_auth), "image")
        except Refused as error:
            _tell(req, "the Bearer token", error)
            return None
    for name, value in session_cookies(req.cookies, settings.https):
        try:
            return Found(read_cookie(name, value, settings.secrets), "picture")
        except Refused as error:
            _tell(req, name, error)
    return None


def _tell(req: NextApiRequest, what: str, error: Refused) -> None:
    log.debug("%s: %s makes no session: %s", req._match.route.file, what, error)


def _session(found: Found) -> Session:
    """Show of the claims what Auth.js shows by itself; what is missing in them is missing here."""
    claims = found.claims
    names = {"name": "name", "email": "email", "image": found.image}
    user: Any = {shown: claims[name] for shown, name in names.items() if name in claims}
    ends = datetime.fromtimestamp(claims["exp"], UTC).replace(tzinfo=None)
    return {"user": user, "expires": f"{ends.isoformat(timespec='milliseconds')}Z"}

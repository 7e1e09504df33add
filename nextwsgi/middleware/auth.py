"""``with_auth``: lets those in who send a token that this application signed."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, overload

from nextwsgi.middleware.handlers import H, Wrapper, guard, with_known_options
from nextwsgi.middleware.origin import is_own, read_origins
from nextwsgi.middleware.secret import Secret, read_secrets
from nextwsgi.middleware.token import Refused, verify
from nextwsgi.node import serialize_cookie
from nextwsgi.request import NextApiRequest
from nextwsgi.response import NextApiResponse

log = logging.getLogger("nextwsgi")

# These change nothing, and a page of another site cannot read their answers.
SAFE = ("GET", "HEAD", "OPTIONS")

FOREIGN = "Forbidden: send this from a page of this site, or the token as Authorization: Bearer"


class AuthRequest(NextApiRequest):
    """``req`` behind ``with_auth``, for annotations: ``def handler(req: AuthRequest, res)``."""

    user: dict[str, Any]
    """The claims of the token."""


@overload
def with_auth(handler: H, /) -> H: ...
@overload
def with_auth(
    *,
    secret: Secret | None = None,
    cookie: str = "token",
    algorithm: str = "HS256",
    origins: Iterable[str] = (),
) -> Wrapper: ...
@with_known_options
def with_auth(
    handler: H | None = None,
    /,
    *,
    secret: Secret | None = None,
    cookie: str = "token",
    algorithm: str = "HS256",
    origins: Iterable[str] = (),
) -> H | Wrapper:
    """Call the handler for a valid token only, with its claims as ``req.user``; answer others 401.

    As it is, ``with_auth(handler)``, or with settings, ``with_auth(cookie="session")(handler)``. The token is
    what ``Authorization: Bearer`` says, else the cookie. It must be signed by ``algorithm`` (HS256, HS384 or
    HS512) with ``secret``, one or several, JWT_SECRET of the environment unless given, and have an ``exp``.
    A cookie counts for GET, HEAD and OPTIONS, and for other methods where no browser says that a page of
    another host than this one and those of ``origins`` (``https://example.com``) sent the request: else 403.

    ValueError for a secret that is missing, short or known to others; TypeError, ValueError for other
    settings.
    """
    if handler is not None and not callable(handler):  # it may be a secret: its value is not repeated
        raise TypeError(
            f"with_auth takes a handler, and settings by name, not {type(handler).__name__}:"
            " with_auth(handler), with_auth(cookie='session')(handler)"
        )
    wrapper = _wrapper(_Door(secret, cookie, algorithm, origins))
    return wrapper if handler is None else wrapper(handler)


def _wrapper(door: _Door) -> Wrapper:
    def wrapper(handler: H, /) -> H:
        return guard("with_auth", handler, door.admits)

    wrapper.__qualname__ = "with_auth"  # as those who wrote with_auth(...) know it
    return wrapper


class _Door:
    """What one ``with_auth`` was told."""

    def __init__(self, secret: Secret | None, cookie: str, algorithm: str, origins: Iterable[str]) -> None:
        if not isinstance(cookie, str):
            raise TypeError(f"with_auth: cookie must be the name of a cookie, not {cookie!r}")
        serialize_cookie(cookie, "")  # ValueError for a name that no cookie has
        self._keys = read_secrets(secret, algorithm)
        self._cookie = cookie
        self._algorithm = algorithm
        self._origins = read_origins(origins)

    def admits(self, req: NextApiRequest, res: NextApiResponse[Any]) -> bool:
        """Tell whether a request may pass; one that may not is answered."""
        token, sent = self._token(req)
        try:
            claims = verify(token, self._keys, self._algorithm)
        except Refused as error:
            log.debug("%s answers 401: the token of the %s: %s", req._match.route.file, sent, error)
            res.setHeader("WWW-Authenticate", "Bearer")
            res.status(401).json({"error": "Unauthorized"})
            return False
        if sent == "cookie" and req.method not in SAFE and not is_own(req.headers, self._origins):
            log.debug("%s answers 403: the cookie came with a page of another site", req._match.route.file)
            res.status(403).json({"error": FOREIGN})
            return False
        vars(req)["user"] = claims
        return True

    def _token(self, req: NextApiRequest) -> tuple[str, str]:
        """Give the token and where it was: a Bearer header counts alone, other schemes do not count."""
        scheme, _, token = req._environ.get("HTTP_AUTHORIZATION", "").strip(" \t").partition(" ")
        if scheme.lower() == "bearer":
            return token.strip(" "), "header"
        return req.cookies.get(self._cookie, ""), "cookie"

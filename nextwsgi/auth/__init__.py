"""The session that a Next.js front end keeps: the cookies of Auth.js 4 and 5, the tokens of Better Auth."""

from __future__ import annotations

try:
    import joserfc as _joserfc  # noqa: F401 - a start says what is missing, not the first request
except ModuleNotFoundError:
    raise ModuleNotFoundError("nextwsgi.auth needs joserfc: pip install 'nextwsgi[auth]'") from None

from nextwsgi.auth.session import Session, User, get_session, get_token

__all__ = ["Session", "User", "get_session", "get_token"]

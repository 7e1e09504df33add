"""Logging in and out: what a request says, and the cookie that its answer sets."""

import os
from typing import NamedTuple

from lib.schemas import normal_email
from nextwsgi import NextApiRequest

WEEK = 7 * 24 * 60 * 60


class Credentials(NamedTuple):
    """What somebody says to be known by; "" for an email that is no text, and a password of any kind."""

    email: str
    password: object


def read_credentials(body: object) -> Credentials:
    """Take email and password from ``req.body``, whatever that is."""
    given = body if isinstance(body, dict) else {}
    email = given.get("email")
    return Credentials(email if isinstance(email, str) else "", given.get("password"))


def account_of(req: NextApiRequest) -> str | None:
    """Name the account that a request tries to log in to, in its one spelling: for a rate limit."""
    try:
        return normal_email(read_credentials(req.body).email)
    except ValueError:
        # What is nobody's is no account that has to be guarded: it counts for its sender alone.
        return req.socket.remoteAddress


def token_cookie(token: str, seconds: int) -> str:
    """Write the cookie that holds a token for so long."""
    # Over plain HTTP a browser takes no Secure cookie, unless from this machine.
    secure = "" if os.environ.get("NODE_ENV") in ("development", "test") else "; Secure"
    return f"token={token}; HttpOnly; Path=/; Max-Age={seconds}; SameSite=Strict{secure}"

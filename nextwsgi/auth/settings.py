"""What is set in the environment: the secrets of Auth.js, and where Better Auth is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from nextwsgi.middleware.secret import is_known

# In the order of Auth.js: the newest secret is the one with the highest number. All of them are read.
SECRETS = ("AUTH_SECRET_3", "AUTH_SECRET_2", "AUTH_SECRET_1", "AUTH_SECRET", "NEXTAUTH_SECRET")
URLS = ("AUTH_URL", "NEXTAUTH_URL")
BETTER_AUTH = "BETTER_AUTH_URL"

SHORTEST = 32
LONGEST_URL = 2048

_REMEDY = "npx auth secret makes one, and python -c 'import secrets; print(secrets.token_urlsafe(32))' too"


@dataclass(frozen=True)
class BetterAuth:
    """Who signs the tokens of Better Auth, for whom, and where its public keys are."""

    origin: str
    keys_url: str


@dataclass(frozen=True)
class Settings:
    """What the environment says."""

    secrets: tuple[bytes, ...]
    https: bool
    """Whether the front end's cookies are known to be ``__Secure-`` ones."""
    better_auth: BetterAuth | None


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings as they are now; ValueError says which one is missing or wrong, and what to do."""
    return _settings(*(environ.get(name, "") for name in (*SECRETS, *URLS, BETTER_AUTH)))


@lru_cache(maxsize=16)
def _settings(*values: str) -> Settings:
    given = dict(zip((*SECRETS, *URLS, BETTER_AUTH), values, strict=True))
    secrets = tuple(_fit(name, given[name]) for name in SECRETS if given[name])
    better_auth = _better_auth(given[BETTER_AUTH]) if given[BETTER_AUTH] else None
    if not secrets and better_auth is None:
        raise ValueError(
            "get_session has no AUTH_SECRET: put that of the Next.js front end into .env.local or the"
            f" environment (NEXTAUTH_SECRET will do), or BETTER_AUTH_URL where it has Better Auth. {_REMEDY}"
        )
    url = given["AUTH_URL"] or given["NEXTAUTH_URL"]
    return Settings(secrets, url.lower().startswith("https:"), better_auth)


def _fit(name: str, secret: str) -> bytes:
    """Give a secret as bytes; ValueError for one that could be guessed, and the text does not repeat it."""
    raw = os.fsencode(secret)
    # Whoever guesses it makes a session of anybody: a cookie of their own is enough to try secrets on.
    if len(raw) < SHORTEST:
        raise ValueError(
            f"{name} is too short, {len(raw)} bytes: give the front end and this server one of {SHORTEST}"
            f" or more. {_REMEDY}"
        )
    if is_known(secret):
        raise ValueError(f"{name} is one that others know or can guess. {_REMEDY}")
    return raw


def _better_auth(url: str) -> BetterAuth:
    """Read the URL as Better Auth does: /api/auth unless it has a path; what signs is its origin."""
    try:
        parts = urlsplit(url.strip())
        port, host = parts.port, parts.hostname
    except ValueError:
        port = host = None
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not host or len(url) > LONGEST_URL or not url.isascii():
        raise ValueError(f"{BETTER_AUTH} must be the front end's URL, https://example.com: it cannot be read")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError(f"{BETTER_AUTH} must have no password, query or fragment: https://example.com")
    shown = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}[parts.scheme]
    origin = f"{parts.scheme}://{shown}" + ("" if port in (None, default) else f":{port}")
    return BetterAuth(origin, f"{origin}{parts.path.rstrip('/') or '/api/auth'}/jwks")

"""JSON Web Tokens: made and verified by one algorithm, each with an end."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from json import JSONEncoder
from typing import Any

from nextwsgi.middleware.handlers import with_known_options
from nextwsgi.middleware.secret import Secret, read_secrets

# A cookie has at most 4096 characters, its name and attributes among them; a header rarely more than 8190.
LONGEST = 8192
LONGEST_SIGNED = 3800

# How far another machine's clock may be ahead when it signs. For ``exp`` and ``nbf`` there is no such margin.
AHEAD_SECONDS = 60

_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
_SPAN = re.compile(r"(\d+) ?(?:([smhdw])|(second|minute|hour|day|week)s?)", re.ASCII)
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


class Refused(Exception):
    """A token that is none of ours; the text is for the log and holds nothing of the token."""


# --- Signing ----------------------------------------------------------------------------------------------


@with_known_options
def sign_token(
    claims: Mapping[str, object],
    *,
    expiresIn: float | str,  # noqa: N803 - the name it has in JavaScript
    secret: Secret | None = None,
    algorithm: str = "HS256",
) -> str:
    """Sign claims that ``with_auth`` takes: ``sign_token({"userId": 7}, expiresIn="7d")``.

    ``expiresIn`` is in seconds, or a text with its unit: ``"15m"``, ``"12h"``, ``"7d"``. ``secret`` is
    JWT_SECRET of the environment unless given; of several the first signs. Adds ``iat`` and ``exp``.
    TypeError or ValueError for what ``with_auth`` would refuse, and for a token that fits in no cookie.
    """
    import jwt

    keys = read_secrets(secret, algorithm)
    if not isinstance(claims, Mapping):
        raise TypeError(
            f"claims must be a dict, not {type(claims).__name__}: sign_token({{...}}, expiresIn=...)"
        )
    if "exp" in claims:
        raise ValueError("claims have an exp already: say expiresIn instead")
    now = int(time.time())
    payload = {"iat": now, **claims, "exp": now + _seconds(expiresIn)}
    token = jwt.encode(payload, keys[0], algorithm, json_encoder=_Encoder)
    if len(token) > LONGEST_SIGNED:
        raise ValueError(f"the token has {len(token)} characters, and no cookie holds so many: sign less")
    try:
        verify(token, keys, algorithm)
    except Refused as error:
        raise ValueError(f"with_auth would refuse these claims: {error.__cause__ or error}") from None
    return token


class _Encoder(JSONEncoder):
    """Refuses NaN and Infinity with a ValueError: JavaScript cannot read a token that has them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "allow_nan": False})


def _seconds(span: float | str) -> int:
    """Read expiresIn, rounded down to seconds; ValueError for what is no time to come."""
    found = _SPAN.fullmatch(span.strip().lower()) if isinstance(span, str) else None
    if found is not None:
        seconds = float(found[1]) * _UNITS[found[2] or found[3][0]]
    else:
        seconds = span if isinstance(span, int | float) and not isinstance(span, bool) else 0
    if not 1 <= seconds < 1e10:
        raise ValueError(f'expiresIn must be seconds, or a text like "15m", "12h" or "7d": it is {span!r}')
    return int(seconds)


# --- Verifying --------------------------------------------------------------------------------------------


def verify(token: str, keys: tuple[bytes, ...], algorithm: str) -> dict[str, Any]:
    """Give the claims of a token that one of the keys signed and whose time is now; Refused otherwise."""
    # What is no token never reaches PyJWT, which would raise UnicodeEncodeError for half a surrogate pair.
    if len(token) > LONGEST:
        raise Refused("too long")
    if not _TOKEN.fullmatch(token):
        raise Refused("no token" if token else "none given")
    claims = _decoded(token, keys, algorithm)
    for name in ("exp", "nbf", "iat"):
        if type(claims.get(name, 0)) not in (int, float):  # PyJWT takes "1" and True too
            raise Refused(f"{name} is no number")
    if claims.get("iat", 0) > time.time() + AHEAD_SECONDS:
        raise Refused("iat is to come")
    return claims


def _decoded(token: str, keys: tuple[bytes, ...], algorithm: str) -> dict[str, Any]:
    """Decode with the key that signed the token, where there is one."""
    import jwt

    # One algorithm, ours, whatever the token says. PyJWT allows iat no margin, so it is looked at above.
    options: Any = {"require": ["exp"], "verify_iat": False}
    for key in keys:
        try:
            return jwt.decode(token, key, algorithms=[algorithm], options=options)
        except jwt.InvalidSignatureError:
            continue
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
            raise Refused(type(error).__name__) from error
    raise Refused(jwt.InvalidSignatureError.__name__)

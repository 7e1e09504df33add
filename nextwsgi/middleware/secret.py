"""The secrets that sign tokens: long enough, and none that others know."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise

Secret = str | bytes | Iterable[str | bytes]

VARIABLE = "JWT_SECRET"

# RFC 7518, 3.2: a key has at least as many bytes as the hash.
SIZES = {"HS256": 32, "HS384": 48, "HS512": 64}


def read_secrets(secret: Secret | None, algorithm: str) -> tuple[bytes, ...]:
    """Give the keys that a token may be signed with, the first of which signs; ValueError says what is wrong.

    ``secret`` is one or several; None stands for the environment's JWT_SECRET.
    """
    if not isinstance(algorithm, str) or algorithm not in SIZES:
        raise ValueError(f"algorithm must be one of {', '.join(SIZES)}: it is {algorithm!r}")
    if secret is None:
        return (_fit(os.fsencode(_from_environment(algorithm)), algorithm, VARIABLE),)
    given = _given(secret)
    if not given:
        raise ValueError(f"secret is empty: {_remedy(algorithm)}")
    return tuple(_fit(_bytes(each), algorithm, "secret") for each in given)


def _given(secret: object) -> list[object]:
    if isinstance(secret, Iterable) and not isinstance(secret, str | bytes | Mapping):
        return [*secret]
    return [secret]


def _from_environment(algorithm: str) -> str:
    secret = os.environ.get(VARIABLE)
    if secret == "":
        # An empty variable of the environment wins over .env.local.
        raise ValueError(
            f"{VARIABLE} is empty: give it a value where it is set, or unset it; {_remedy(algorithm)}"
        )
    if secret is None:
        raise ValueError(
            f"{VARIABLE} is not set: put it into .env.local or the environment; {_remedy(algorithm)}"
        )
    return secret


def _bytes(secret: object) -> bytes:
    if isinstance(secret, str):
        return secret.encode("utf-8", "surrogateescape")  # as the environment has what is not UTF-8
    if isinstance(secret, bytes):
        return secret
    raise TypeError(f"secret must be text or bytes, or a list of them, not {type(secret).__name__}")


@lru_cache
def _fit(secret: bytes, algorithm: str, name: str) -> bytes:
    """Give a secret back; ValueError for one that could be guessed. The text does not repeat it."""
    if len(secret) < SIZES[algorithm]:
        raise ValueError(
            f"{name} is too short, {len(secret)} bytes, and {algorithm} needs {SIZES[algorithm]}:"
            f" {_remedy(algorithm)}"
        )
    if is_known(secret.decode("latin-1")):
        raise ValueError(f"{name} is one that others know or can guess: {_remedy(algorithm)}")
    if _is_public(secret, algorithm):
        raise ValueError(
            f"{name} is a key of another kind, which others may know (a public key, a certificate or a JWK),"
            f" and {algorithm} needs a text that nobody knows: {_remedy(algorithm)}"
        )
    return secret


def _remedy(algorithm: str) -> str:
    return f"python -c 'import secrets; print(secrets.token_urlsafe({SIZES[algorithm]}))' makes one"


def _is_public(secret: bytes, algorithm: str) -> bool:
    # CVE-2017-11424, CVE-2022-29217: what is signed with a public key can be signed by everybody.
    import jwt

    try:
        jwt.get_algorithm_by_name(algorithm).prepare_key(secret)
    except jwt.InvalidKeyError:
        return True
    return False


# --- What others know -------------------------------------------------------------------------------------

# The examples of guides, templates and jwt.io are made of these, whatever stands between them: a random
# secret never is.
_WORDS = """
    0123456789 123 1234 12345 123456 1234567 12345678 123456789 1234567890 2024 2025 2026 256 32 384 48
    512 64 a abc abcdef access an and any api app asdfghjkl at auth authentication authorization backend
    bar battery be before bit bits blog build by byte bytes cat change changed changeme char character
    characters chars complete cookie correct course default demo dev development do dont dummy env example
    examples express fastapi flask foo for fullstack generate generated goes guide hash hello here horse
    hs256 hs384 hs512 i in insecure into is it json jsonwebtoken just jwt keep key keyboard keys know
    learn least length local login long make max me mern min minimum mongodb must my name need never new
    next nextauth nextjs no nobody node nodejs not of only or our passphrase password phrase placeholder
    please practice private prod production project put python qwerty qwertyuiop random react really
    refresh replace route routes rs256 safe sample secret secrets secure secured security server session
    set shall share shared shh shhh shhhh shhhhh should sign signature signing so some something stack
    staple step string strong supabase super syscook test testing text that the then this to todo token
    tokens top tutorial tutorials ultra unguessable unique unsafe update use user value vercel very was
    web which with word world xxx xxxx you your yours zxcvbnm
"""
_KNOWN = re.compile("(?:{})+".format("|".join(sorted(_WORDS.split(), key=len, reverse=True))))


def is_known(secret: str) -> bool:
    """Tell whether a secret is an example's, a repetition or a row of the keyboard or the alphabet."""
    plain = re.sub(r"[\W_]", "", secret.lower())
    return bool(_KNOWN.fullmatch(plain)) or _is_plain(secret)


def _is_plain(secret: str) -> bool:
    """Tell whether it repeats itself, has fewer than 6 different characters, or counts on."""
    length = len(secret)
    repeats = any(secret[size:] == secret[:-size] for size in range(1, length // 2 + 1))
    steps = sum(abs(ord(one) - ord(other)) <= 1 for one, other in pairwise(secret))
    return repeats or len(set(secret)) < 6 or steps > length * 3 // 4

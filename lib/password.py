"""Passwords and their hashes."""

import logging

import bcrypt

log = logging.getLogger(__name__)

# Rounds as a power of two: 12 take about a quarter of a second. Tests lower it.
COST = 12

# bcrypt looks at no more than these. Cutting a longer password would let others that begin alike log in.
LONGEST = 72


class PasswordError(ValueError):
    """A password that cannot be kept; its text is for the person who chose it."""


def hash_password(password: object) -> str:
    """Give the hash to store for a new password; PasswordError says what is wrong with it."""
    return bcrypt.hashpw(_secret(password), bcrypt.gensalt(COST)).decode()


def check_password(password: object, hashed: str | None) -> bool:
    """Tell whether a password is the one that was hashed; ``hashed`` is None where nobody has that name.

    The work is the same whatever is wrong, so that the time of an answer does not tell who has an account.
    """
    try:
        secret, possible = _secret(password), hashed is not None
    except PasswordError:
        secret, possible = b"-", False
    return _matches(secret, hashed or _nobody()) and possible


def _secret(password: object) -> bytes:
    if not isinstance(password, str) or not password:
        raise PasswordError("Password is required")
    try:
        secret = password.encode()
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can say
        raise PasswordError("Password has characters that are none") from None
    if len(secret) > LONGEST:
        raise PasswordError(f"Password must have at most {LONGEST} bytes")
    if b"\0" in secret:  # other bcrypts end there
        raise PasswordError("Password must not have the character NUL")
    return secret


def _nobody() -> str:
    """Give a hash that costs what others cost and that no password has."""
    return f"$2b${COST:02}${'.' * 53}"


def _matches(secret: bytes, hashed: str) -> bool:
    try:
        return bcrypt.checkpw(secret, hashed.encode())
    except ValueError:
        log.error("a stored password hash is none of bcrypt's: its user cannot log in")
        bcrypt.checkpw(secret, _nobody().encode())
        return False

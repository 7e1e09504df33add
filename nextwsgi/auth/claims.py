"""What all tokens have in common: their parts, their claims, and the time in which they count."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from typing import Any

from nextwsgi.jsontext import parse_json

Claims = dict[str, Any]

# The last second of the year 9999, which is as far as a date goes.
LATEST = 253_402_300_799


class Refused(Exception):
    """A token that makes no session; the text is for the log and holds nothing of the token."""


def read_header(token: str) -> Claims:
    """Give the header of a token whose form has been checked; Refused where it is none."""
    part = token.partition(".")[0]
    try:
        return read_object(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError as error:
        raise Refused("its header cannot be read") from error


def read_object(text: bytes) -> Claims:
    """Give the object that JSON text holds; Refused for what is none."""
    try:
        value = parse_json(text.decode())
    except ValueError as error:
        raise Refused("it holds no JSON") from error
    if not isinstance(value, dict):
        raise Refused("it holds no object")
    return value


def check_times(claims: Claims, now: float, tolerance: float) -> None:
    """Refuse claims that have ended, have not begun, or never end; in seconds, as jose counts them."""
    if (ends := _time(claims, "exp")) is None:
        raise Refused("it has no exp: it would never end")
    if ends <= now - tolerance:
        raise Refused("it has ended")
    begins = _time(claims, "nbf")
    if begins is not None and begins > now + tolerance:
        raise Refused("it has not begun")


def _time(claims: Claims, name: str) -> float | None:
    if name not in claims:
        return None
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(f"{name} is no number")
    if abs(value) > LATEST:  # an infinity too
        raise Refused(f"{name} is no time")
    return value

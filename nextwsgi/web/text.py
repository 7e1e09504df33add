"""Text as JavaScript makes it of other values, and as it leaves a browser."""

from __future__ import annotations

from nextwsgi.jsontext import stringify


def to_text(value: object) -> str:
    """Return String(value) for what Python has too: ``True`` is "true", ``None`` "null", ``1.0`` "1"."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool | float):
        return stringify(value).decode()
    return str(value)


def to_usv(value: object) -> str:
    """Return String(value) with U+FFFD for each half of a surrogate pair, as URLs and forms hold it."""
    text = to_text(value)
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

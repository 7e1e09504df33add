"""How a route handler ends early: with a redirect, or because nothing was found."""

from __future__ import annotations

from typing import NoReturn


class Navigation(Exception):
    """Ends a route handler with an answer. As in JavaScript, whoever catches everything catches it too."""

    def __init__(self, status: int, location: str = "") -> None:
        super().__init__(status, location)
        self.status = status
        self.location = location


def redirect(url: str) -> NoReturn:
    """End the route handler, and send the client to another URL with 307: it asks there as it asked here."""
    raise Navigation(307, _checked("redirect", url))


def permanent_redirect(url: str) -> NoReturn:
    """End the route handler, and send the client to another URL for good, with 308."""
    raise Navigation(308, _checked("permanent_redirect", url))


def not_found() -> NoReturn:
    """End the route handler with 404."""
    raise Navigation(404)


def _checked(name: str, url: object) -> str:
    if not isinstance(url, str) or not url:
        raise TypeError(f"{name} takes a URL as text, not {url!r:.60}")
    return url

"""Whether a request comes from the site itself, as its browser tells.

A browser sends a site's cookie with requests that pages of other sites make it send. It says in ``Origin``
where the page is from, and no page can make it say anything else. Nor can a page choose ``Host``: it is the
host that the browser asked. So where both name the same host, the page is the site's own. The scheme is not
compared: behind a proxy that ends TLS nobody knows it here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

Place = tuple[str, str, int | None]
"""Scheme, host and port; the port is None where the scheme has none of its own and none was said."""

_HOST = r"([a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?"
_ORIGIN = re.compile(rf"([a-z][a-z0-9+.-]*)://{_HOST}", re.IGNORECASE | re.ASCII)
_PORTS = {"http": 80, "https": 443}

# What a form sends, to any site and without asking it; for other types a browser asks first.
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")


def read_origins(origins: Iterable[str]) -> frozenset[Place]:
    """Read the origins that are trusted like the site itself; TypeError or ValueError says what is wrong."""
    if isinstance(origins, str):
        raise TypeError(f"origins must be a list: origins=[{origins!r}]")
    if not isinstance(origins, Iterable):
        raise TypeError(f"origins must be a list, origins=['https://example.com'], not {origins!r}")
    return frozenset(_listed(origin) for origin in origins)


def _listed(origin: str) -> Place:
    if origin == "*":
        raise ValueError("origins cannot have '*': every site could act for your users; name those you trust")
    place = read_origin(origin) if isinstance(origin, str) else None
    if place is None:
        raise ValueError(f"origins takes 'https://example.com', without a path: {origin!r} is none")
    return place


def read_origin(text: str) -> Place | None:
    """Read what an Origin header says; None for ``null`` and for what is none."""
    found = _ORIGIN.fullmatch(text)
    if found is None:
        return None
    scheme = found[1].lower()
    return scheme, found[2].lower(), int(found[3]) if found[3] else _PORTS.get(scheme)


def is_own(headers: Mapping[str, str], origins: frozenset[Place]) -> bool:
    """Tell whether a page of the site itself, or of one of ``origins``, or no page at all sent a request.

    Without Origin, Sec-Fetch-Site tells it, and without that Referer. Browsers send one of them with whatever
    is no GET, so without all three it was a program; only a form may have come from an old browser.
    """
    if (origin := headers.get("origin")) is not None:
        return _is_trusted(origin, headers.get("host", ""), origins)
    if (site := headers.get("sec-fetch-site")) is not None:
        return site in ("same-origin", "none")  # none: the user typed it
    if (referer := headers.get("referer")) is not None:
        page = _ORIGIN.match(referer)
        whole = page is not None and referer[page.end() : page.end() + 1] in ("", "/", "?", "#")
        return page is not None and whole and _is_trusted(page[0], headers.get("host", ""), origins)
    return headers.get("content-type", "").partition(";")[0].strip().lower() not in _FORMS


def _is_trusted(origin: str, host: str, origins: frozenset[Place]) -> bool:
    place = read_origin(origin)
    if place is None:  # CVE-2026-27978: "null" is what sandboxed pages of any site send
        return False
    # A Host without a port has that of the scheme by which the browser asked.
    return place in origins or (place[0] in _PORTS and place == read_origin(f"{place[0]}://{host}"))

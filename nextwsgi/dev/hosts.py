"""Which ``Host`` a development server answers to, and which pages it shows something."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

_HOST = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(:\d*)?")
_WILDCARDS = ("", "0.0.0.0", "::")


def is_allowed(host: str, bound: str) -> bool:
    """Tell whether a ``Host`` header names this machine, on which the server is bound to ``bound``.

    A page of another site can have its own name resolve to 127.0.0.1 and read what it asks there (DNS
    rebinding), but it cannot change the name its requests carry.
    """
    name = _name(host)
    if name is None:
        return False
    if name == "localhost" or name.endswith(".localhost") or name == bound.lower():
        return True
    return _is_address(name) if bound in _WILDCARDS else name in ("127.0.0.1", "::1")


def is_other_site(environ: Mapping[str, Any]) -> bool:
    """Tell whether a page of another site asks: routes may let it read answers, but not their source."""
    site, origin = environ.get("HTTP_SEC_FETCH_SITE"), environ.get("HTTP_ORIGIN")
    if site is not None or origin is None:
        return bool(site == "cross-site")
    # Browsers send Sec-Fetch-Site to this machine and to HTTPS alone, and old ones to nobody.
    return _name(origin.partition("://")[2]) != _name(environ.get("HTTP_HOST", ""))


def _name(host: str) -> str | None:
    match = _HOST.fullmatch(host.strip())
    return None if match is None else match[1].strip("[]").lower().removesuffix(".")


def _is_address(name: str) -> bool:
    # Nobody has to resolve an address, so nobody can have it resolve to another one.
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True

"""Which ``Host`` a development server answers to."""

from __future__ import annotations

import ipaddress
import re

_HOST = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(:\d*)?")
_WILDCARDS = ("", "0.0.0.0", "::")


def is_allowed(host: str, bound: str) -> bool:
    """Tell whether a ``Host`` header names this machine, on which the server is bound to ``bound``.

    A page of another site can have its own name resolve to 127.0.0.1 and read what it asks there (DNS
    rebinding), but it cannot change the name its requests carry.
    """
    match = _HOST.fullmatch(host.strip())
    if match is None:
        return False
    name = match[1].strip("[]").lower().removesuffix(".")
    if name == "localhost" or name.endswith(".localhost") or name == bound.lower():
        return True
    return _is_address(name) if bound in _WILDCARDS else name in ("127.0.0.1", "::1")


def _is_address(name: str) -> bool:
    # Nobody has to resolve an address, so nobody can have it resolve to another one.
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True

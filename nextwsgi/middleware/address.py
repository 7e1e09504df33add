"""Who a client is, as far as its address tells."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

UNKNOWN = "unknown"

# No address is longer, in brackets, with the name of an interface and a port.
LONGEST = 80


def client_address(environ: Mapping[str, Any], proxies: int) -> str:
    """Give the address that a client is counted by, behind so many proxies of one's own.

    Each proxy adds the address that it was asked by at the right end of X-Forwarded-For. What is further left
    comes from the client, who may send anything there. An address that cannot be read counts as the one that
    is connected; where there is none either, as with a Unix socket, all such clients are one.
    """
    connected: str = environ.get("REMOTE_ADDR") or ""
    if proxies:
        passed = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")[-proxies:]
        return _client(passed[0]) or _client(connected) or UNKNOWN
    return _client(connected) or UNKNOWN


def _client(text: str) -> str:
    """Give the part of an address that is one client's; "" for what is none."""
    text = text.strip(" \t")
    return _known(text) if len(text) <= LONGEST else ""


@lru_cache(4096)  # PERF: reading an address takes longer than all else that is done to count a request
def _known(text: str) -> str:
    address = _read(text)
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:  # how a server that listens on both kinds sees IPv4
            return str(address.ipv4_mapped)
        # Whoever has one IPv6 address has all that begin like it.
        return f"{IPv6Address(int(address) >> 64 << 64)}/64"
    return "" if address is None else str(address)


def _read(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address, with the port and the brackets that some proxies add."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return ip_address(text)
    except ValueError:
        return None

"""What a request must be to become a WebSocket (RFC 6455, 4.2.1)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field

from nextwsgi.middleware.origin import Place, is_own

VERSION = "13"


@dataclass(frozen=True)
class Refusal:
    """Why a request does not become a WebSocket, as its client is told."""

    status: int
    message: str
    headers: dict[str, str] = field(default_factory=dict)


def refusal(
    method: str, protocol: str, headers: Mapping[str, str], origins: frozenset[Place]
) -> Refusal | None:
    """Tell what keeps a request from becoming a WebSocket; None where nothing does."""
    if method != "GET" or protocol != "HTTP/1.1" or not _asks(headers):
        return Refusal(426, "This is a WebSocket: connect with ws:// or wss://")
    if headers.get("sec-websocket-version", "").strip() != VERSION:
        return Refusal(426, "Sec-WebSocket-Version must be 13", {"Sec-WebSocket-Version": VERSION})
    if not _is_key(headers.get("sec-websocket-key", "").strip()):
        return Refusal(400, "Sec-WebSocket-Key must be 16 bytes in base64")
    if headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
        return Refusal(400, "A WebSocket begins without a body")
    # A browser sends the site's cookies with a WebSocket of any page, and asks nobody before (no CORS). A
    # program has no cookies of others and says no Origin.
    if "origin" in headers and not is_own(headers, origins):
        return Refusal(403, "Forbidden: this WebSocket is for pages of this site")
    return None


def _asks(headers: Mapping[str, str]) -> bool:
    return "websocket" in _tokens(headers, "upgrade") and "upgrade" in _tokens(headers, "connection")


def _tokens(headers: Mapping[str, str], name: str) -> set[str]:
    return {token.strip(" \t").lower() for token in headers.get(name, "").split(",")}


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == 16
    except (binascii.Error, ValueError):  # the latter for what is not ASCII
        return False

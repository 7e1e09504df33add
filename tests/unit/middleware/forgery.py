"""Tokens made by hand, right and wrong ones."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping

KEY = b"6pQyAZpWSmGBx0WJzyyWYLlxhJFkkqUh"
OTHER = b"Vg2QYr3XfW8rP0nq7uTj5sKd9mLh4zBc"
HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def encoded(part: bytes) -> str:
    return urlsafe_b64encode(part).rstrip(b"=").decode()


def forge(
    claims: object,
    *,
    key: bytes = KEY,
    head: Mapping[str, object] | bytes | None = None,
    algorithm: str = "HS256",
) -> str:
    """Sign anything: ``claims`` is made JSON, but for bytes, which stay as they are."""
    header = {"alg": algorithm, "typ": "JWT"} if head is None else head
    parts = (part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, claims))
    text = ".".join(map(encoded, parts))
    return f"{text}.{encoded(hmac.new(key, text.encode(), HASHES[algorithm]).digest())}"


def lasting(**claims: object) -> dict[str, object]:
    """Give claims that are valid for an hour."""
    return {"exp": int(time.time()) + 3600, **claims}

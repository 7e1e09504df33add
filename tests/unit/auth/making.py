"""Session cookies made by hand, right and wrong ones; the real ones are in recorded.json."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha512
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwe
from joserfc.jwk import OctKey

SECRET = "uB3mN8vQ2xR7tY5wZ1aC4dF6gH9jK0pL"
NAME = "authjs.session-token"
ADA = {"name": "Ada", "email": "ada@example.com", "picture": None}


def key(secret: str = SECRET, name: str = NAME, size: int = 64) -> bytes:
    """Derive the key of Auth.js 5."""
    info = f"Auth.js Generated Encryption Key ({name})".encode()
    return HKDF(algorithm=SHA256(), length=size, salt=name.encode(), info=info).derive(secret.encode())


def kid(raw: bytes) -> str:
    jwk = json.dumps({"k": encoded(raw), "kty": "oct"}, separators=(",", ":"))
    return encoded(sha512(jwk.encode()).digest())


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def lasting(**claims: object) -> dict[str, object]:
    """Give claims that are valid for an hour."""
    return {**ADA, "exp": int(time.time()) + 3600, **claims}


def token(
    claims: object | None = None,
    *,
    secret: str = SECRET,
    name: str = NAME,
    header: Mapping[str, Any] | None = None,
) -> str:
    """Make a cookie of Auth.js 5 that holds ``claims``; bytes stay as they are."""
    raw = key(secret, name)
    claims = lasting() if claims is None else claims
    content = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    protected = {"alg": "dir", "enc": "A256CBC-HS512", "kid": kid(raw), **(header or {})}
    algorithms = ["dir", "A256CBC-HS512", "DEF"]
    return jwe.encrypt_compact(protected, content, OctKey.import_key(raw), algorithms=algorithms)

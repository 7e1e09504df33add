"""The cookies of NextAuth 4 and Auth.js 5: claims, encrypted with a key that is made of the secret."""

from __future__ import annotations

import re
import time
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256, sha512
from typing import NamedTuple

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwe
from joserfc.jwk import OctKey

from nextwsgi.auth.claims import Claims, Refused, check_times, read_header, read_object

# Both tolerate so much between the clock of the machine that made a token and that of the one that reads it.
TOLERANCE_SECONDS = 15

# What Node and browsers let through at most is far less.
LONGEST = 65_536

# A header of theirs has 200 characters.
_TOKEN = re.compile(r"[\w-]{1,1024}\.\.[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)


def read_cookie(name: str, token: str, secrets: Sequence[bytes]) -> Claims:
    """Give the claims of a session's cookie; Refused for anything that was not made with one of the secrets.

    Database sessions are refused too: their cookie is only the name of a row.
    """
    if len(token) > LONGEST:
        raise Refused("it is too long")
    if not _TOKEN.fullmatch(token):
        raise Refused("it is no encrypted token; a database session is none")
    header = read_header(token)
    encryption = header.get("enc")
    sizes = _sizes(name)
    # What the token says of itself chooses among these, and nothing else: no unpacking (zip), no other key.
    if header.get("alg") != "dir" or not isinstance(encryption, str) or encryption not in sizes:
        raise Refused("its alg or enc is another one")
    if "zip" in header or "crit" in header:
        raise Refused("it is compressed, or wants an extension")
    keys = [_key(secret, name, sizes[encryption]) for secret in secrets]
    claims = read_object(_decrypt(token, encryption, _fitting(keys, name, header.get("kid"))))
    check_times(claims, time.time(), TOLERANCE_SECONDS)
    return claims


def _is_v4(name: str) -> bool:
    return name.endswith("next-auth.session-token")


def _sizes(name: str) -> dict[str, int]:
    """Give the encryptions that a cookie may have, each with the bytes of its key."""
    return {"A256GCM": 32} if _is_v4(name) else {"A256CBC-HS512": 64, "A256GCM": 32}


class Key(NamedTuple):
    """A key, and the name that Auth.js 5 gives it in a token's ``kid``."""

    key: OctKey
    kid: str


@lru_cache(maxsize=64)
def _key(secret: bytes, name: str, size: int) -> Key:
    """Derive a key from a secret; Auth.js 5 has another one for each name of the cookie."""
    if _is_v4(name):
        salt, info = "", "NextAuth.js Generated Encryption Key"
    else:
        salt, info = name, f"Auth.js Generated Encryption Key ({name})"
    raw = HKDF(algorithm=SHA256(), length=size, salt=salt.encode(), info=info.encode()).derive(secret)
    # RFC 7638 of the key as a JWK, by the hash that has as many bytes as the key.
    digest = {32: sha256, 64: sha512}[size](b'{"k":"%s","kty":"oct"}' % _encoded(raw)).digest()
    return Key(OctKey.import_key(raw), _encoded(digest).decode())


def _encoded(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


def _fitting(keys: list[Key], name: str, kid: object) -> list[OctKey]:
    """Give the keys that may have made a token: NextAuth 4 does not look at ``kid``."""
    return [key for key, own in keys if kid is None or kid == own or _is_v4(name)]


def _decrypt(token: str, encryption: str, keys: list[OctKey]) -> bytes:
    for key in keys:
        try:
            return jwe.decrypt_compact(token, key, algorithms=["dir", encryption]).plaintext or b""
        except Exception:  # noqa: BLE001 - whatever is wrong with a token, it is none of this key
            continue
    raise Refused("no secret of ours made it")

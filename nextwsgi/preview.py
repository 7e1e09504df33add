"""Draft mode and preview data: the two cookies Next.js keeps them in, and the keys behind those cookies.

The formats are those of Next.js 16 (``setPreviewData``, ``tryGetPreviewData`` in ``server/api-utils/node``):
a Next.js front end and this server read each other's cookies when they share their keys.
"""

import hashlib
import hmac
import math
import os
import re
import secrets
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import jwt
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from jwt.types import Options

from nextwsgi.jsontext import parse_json, stringify
from nextwsgi.node import decode_component, serialize_cookie

BYPASS = "__prerender_bypass"
DATA = "__next_preview_data"

# Browsers drop cookies over 4 kB; Next.js stops at half of that.
TOKEN_LIMIT = 2048


@dataclass(frozen=True)
class PreviewKeys:
    """The three secrets of one deployment: whoever knows them can switch previews on."""

    mode_id: str = field(repr=False)
    signing_key: str = field(repr=False)
    encryption_key: str = field(repr=False)


# In the order of PreviewKeys: what Next.js calls them in its environment and in its prerender-manifest.json.
VARIABLES = (
    "__NEXT_PREVIEW_MODE_ID",
    "__NEXT_PREVIEW_MODE_SIGNING_KEY",
    "__NEXT_PREVIEW_MODE_ENCRYPTION_KEY",
)
_FIELDS = ("previewModeId", "previewModeSigningKey", "previewModeEncryptionKey")

# Next.js makes 32 and 64 hex digits. HS256 needs 32 bytes (RFC 7518, 3.2); the id alone switches drafts on.
_KEY = re.compile(r"[!-~]{32,}")

_MEND = f"set {', '.join(VARIABLES)} in the environment instead"


def find_keys(root: Path, environ: Mapping[str, str]) -> PreviewKeys | None:
    """Give the keys of the environment or of the project's file, None when nobody has made any yet.

    ValueError names what to mend: a variable that is missing or too short, a damaged or unreadable file.
    """
    values = [environ.get(name, "") for name in VARIABLES]
    if not any(values):
        return _read(_file(root))
    if missing := [name for name, value in zip(VARIABLES, values, strict=True) if not value]:
        raise ValueError(f"{', '.join(missing)} must be set too: all three preview keys come from one place")
    if weak := _weak(VARIABLES, values):
        raise ValueError(f"{weak} must be at least 32 characters of printable ASCII without spaces")
    return PreviewKeys(*values)


def load_keys(root: Path, environ: Mapping[str, str]) -> PreviewKeys:
    """Give what find_keys gives, or make the file ``.nextwsgi/preview.json`` under ``root`` with random keys.

    Workers that start at once agree on one set. ValueError as from find_keys, and when it cannot be written.
    """
    return find_keys(root, environ) or _create(_file(root))


def _file(root: Path) -> Path:
    return root / ".nextwsgi" / "preview.json"


def _weak(names: Sequence[str], values: Sequence[object]) -> str | None:
    """Give the first name whose value is no key."""
    for name, value in zip(names, values, strict=True):
        if not isinstance(value, str) or not _KEY.fullmatch(value):
            return name
    return None


def _read(path: Path) -> PreviewKeys | None:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror}); {_MEND}") from error
    try:
        return _parse(raw)
    except ValueError as error:
        raise ValueError(
            f"{path} is damaged ({error}): delete it, and new keys are made; previews that are on now end"
        ) from error


def _parse(raw: bytes) -> PreviewKeys:
    stored = parse_json(raw.decode())
    values = [stored.get(name) for name in _FIELDS] if isinstance(stored, dict) else [None] * 3
    if weak := _weak(_FIELDS, values):
        raise ValueError(f"{weak} is missing or too short")
    return PreviewKeys(*values)


def _create(path: Path) -> PreviewKeys:
    # The lengths and the encoding of Next.js's generatePreviewKeys.
    keys = PreviewKeys(secrets.token_hex(16), secrets.token_hex(32), secrets.token_hex(32))
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        _publish(path, keys)
    except OSError as error:
        raise ValueError(f"{path} cannot be made ({error.strerror}); {_MEND}") from error
    return _read(path) or keys


def _publish(path: Path, keys: PreviewKeys) -> None:
    """Put the keys at ``path`` whole, unless another worker was first; then its file stays."""
    values = (keys.mode_id, keys.signing_key, keys.encryption_key)
    descriptor, temporary = tempfile.mkstemp(prefix="preview-", dir=path.parent)  # mode 0600
    try:
        with open(descriptor, "wb") as file:
            file.write(stringify(dict(zip(_FIELDS, values, strict=True))))
        # A link appears with its content and never replaces: a reader sees no file or a whole one.
        with suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        os.unlink(temporary)


def draft_cookie(keys: PreviewKeys, *, enable: bool, development: bool) -> str:
    """Give the Set-Cookie value of ``res.setDraftMode``; off is the same cookie with a date in the past."""
    return _cookie(BYPASS, keys.mode_id, development=development, expired=not enable)


def preview_cookies(
    keys: PreviewKeys,
    data: object,
    *,
    maxAge: float | None = None,
    path: str | None = None,
    development: bool,
) -> list[str]:
    """Give the two Set-Cookie values of ``res.setPreviewData``; ``maxAge`` counts seconds, None for ever.

    TypeError for data that JSON cannot hold, or a ``maxAge`` that is no number. ValueError for more data than
    the cookie may hold, an infinite ``maxAge``, or a ``path`` with characters that no cookie may have there.
    """
    _check_max_age(maxAge)
    cookies = {BYPASS: keys.mode_id, DATA: _seal(keys, data, maxAge)}
    return [
        _cookie(name, value, development=development, path=path, max_age=maxAge)
        for name, value in cookies.items()
    ]


def cleared_cookies(*, path: str | None = None, development: bool) -> list[str]:
    """Give the two Set-Cookie values of ``res.clearPreviewData``."""
    return [_cookie(name, "", development=development, path=path, expired=True) for name in (BYPASS, DATA)]


def _check_max_age(value: object) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"maxAge must be a number of seconds, not {type(value).__name__}")
    if not math.isfinite(value):
        raise ValueError(f"maxAge must be a finite number of seconds, not {value}")


def _cookie(
    name: str,
    value: str,
    *,
    development: bool,
    path: str | None = None,
    max_age: float | None = None,
    expired: bool = False,
) -> str:
    return serialize_cookie(
        name,
        value,
        maxAge=max_age,
        path="/" if path is None else path,
        expires=datetime.fromtimestamp(0, UTC) if expired else None,
        httpOnly=True,
        # The editor's site shows a preview in a frame: SameSite=None, which browsers take with Secure alone.
        secure=not development,
        sameSite="lax" if development else "none",
    )


def _seal(keys: PreviewKeys, data: object, max_age: float | None) -> str:
    now = time.time()
    claims: dict[str, Any] = {"data": _encrypt(keys.encryption_key, stringify(data)), "iat": int(now)}
    if max_age is not None:
        claims["exp"] = math.floor(now + max_age)
    token = jwt.encode(claims, keys.signing_key, algorithm="HS256")
    if len(token) > TOKEN_LIMIT:
        raise ValueError(
            f"preview data is limited to 2 kB: its cookie would have {len(token)} characters,"
            f" and {TOKEN_LIMIT} are allowed; keep an id in it and the rest in a database"
        )
    return token


class Preview(NamedTuple):
    """What a request's cookies are worth: ``req.previewData``, and whether the answer has to clear them.

    ``data`` is what was given to setPreviewData, ``{}`` in draft mode, False for no preview; compare it with
    ``is``: None, 0 and "" are previews.
    """

    data: Any
    stale: bool


def preview_data(cookies: str, keys: PreviewKeys | None) -> Preview:
    """Judge a raw ``Cookie`` header as Next.js's tryGetPreviewData does; no header makes it raise.

    Without keys there can be no preview: cookies that claim one are stale.
    """
    found = _request_cookies(cookies)
    mode_id, token = found.get(BYPASS, ""), found.get(DATA, "")
    if not mode_id and not token:
        return Preview(False, stale=False)
    if keys is None or not _same(mode_id, keys.mode_id):
        return Preview(False, stale=True)
    return _open(keys, token) if token else Preview({}, stale=False)


# A name without "=" has this value in @edge-runtime/cookies, which Next.js reads these two cookies with.
_BARE = "true"


def _request_cookies(header: str) -> dict[str, str]:
    """Read cookies as Next.js's RequestCookies: nothing is trimmed, the last readable one of a name wins."""
    found = {}
    for pair in re.split("; *", header):
        name, equals, value = pair.partition("=")
        if name in (BYPASS, DATA):
            with suppress(ValueError):
                found[name] = decode_component(value) if equals else _BARE
    return found


def _same(value: str, secret: str) -> bool:
    # compare_digest refuses non-ASCII str, and a client can send any character.
    return hmac.compare_digest(value.encode("utf-8", "surrogatepass"), secret.encode())


# fast-jwt refuses any other character, padding too, before it looks at the token.
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")

# fast-jwt as Next.js calls it looks at exp and nbf alone, where they are there.
_CHECKS: Options = {
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_jti": False,
    "verify_sub": False,
}


def _open(keys: PreviewKeys, token: str) -> Preview:
    try:
        text = _decrypt(keys.encryption_key, _verify(keys.signing_key, token).get("data"))
    # Next.js answers 500 to a signed token that it cannot decrypt: here such a token is stale too.
    except (jwt.PyJWTError, InvalidTag, ValueError):
        return Preview(False, stale=True)
    try:
        return Preview(parse_json(text), stale=False)
    except ValueError:
        return Preview(False, stale=False)


def _verify(key: str, token: str) -> dict[str, Any]:
    if not _TOKEN.fullmatch(token):
        raise ValueError("not a JWT")
    return jwt.decode(token, key, algorithms=["HS256"], options=_CHECKS)


# Next.js's crypto-utils: hex of salt, IV, tag and AES-256-GCM ciphertext, its key stretched by PBKDF2-SHA512.
_SALT, _IV, _TAG = 64, 16, 16
_ROUNDS = 100_000


def _encrypt(secret: str, text: bytes) -> str:
    salt, iv = secrets.token_bytes(_SALT), secrets.token_bytes(_IV)
    sealed = _cipher(secret, salt).encrypt(iv, text, None)
    return (salt + iv + sealed[-_TAG:] + sealed[:-_TAG]).hex()


def _decrypt(secret: str, sealed: object) -> str:
    """Give the text back; InvalidTag or ValueError for what _encrypt did not make with this secret."""
    if not isinstance(sealed, str):
        raise ValueError("the token holds no data")
    stream = BytesIO(bytes.fromhex(sealed))
    salt, iv, tag, text = stream.read(_SALT), stream.read(_IV), stream.read(_TAG), stream.read()
    return _cipher(secret, salt).decrypt(iv, text + tag, None).decode("utf-8", "replace")


def _cipher(secret: str, salt: bytes) -> AESGCM:
    # Next.js stretches the key for every cookie: slow by design, so the signature is checked before.
    return AESGCM(hashlib.pbkdf2_hmac("sha512", secret.encode(), salt, _ROUNDS, 32))

"""The path of a request as the client wrote it, and the clean path it should have been."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote_to_bytes

_ORIGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://[^/?]*")
# All that may stand in a path without being encoded; "%" must be, so that decoding gives PATH_INFO back.
_LITERAL = "".join(map(chr, range(0x21, 0x7F))).translate({ord(mark): None for mark in "%?#"})


def raw_path(environ: dict[str, Any]) -> str:
    """Give the request's path below SCRIPT_NAME, still percent-encoded, as latin-1 text.

    WSGI's PATH_INFO is decoded, so ``a%2Fb`` and ``a/b`` look the same in it. Servers that keep the raw
    target are believed only where it decodes to what every other WSGI component sees.
    """
    mount, path = environ.get("SCRIPT_NAME", ""), environ.get("PATH_INFO", "")
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    raw = raw.partition("#")[0].partition("?")[0]
    if raw == mount + path and "%" not in raw:
        return path or "/"
    if not raw.startswith("/"):
        raw = _ORIGIN.sub("", raw, count=1)
    if _same(_decoded(raw), mount + path) and raw.startswith(mount):
        return raw[len(mount) :] or "/"
    return quote(path.encode("latin-1"), safe=_LITERAL) or "/"


def _decoded(raw: str) -> str:
    return unquote_to_bytes(raw.encode("latin-1")).decode("latin-1")


def _same(raw: str, path: str) -> bool:
    # waitress folds leading slashes in PATH_INFO alone; clean_path folds them for all servers.
    return raw.lstrip("/") == path.lstrip("/")


def clean_path(path: str) -> str | None:
    """Give the path a client must be redirected to; None where it is clean."""
    if "//" in path or "\\" in path:
        return re.sub(r"/+", "/", path.replace("\\", "/"))
    if len(path) > 1 and path.endswith("/"):
        return path.rstrip("/")
    return None

"""The path of a request as the client wrote it, and what Next.js makes of it before it looks for a route."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from nextwsgi.jsontext import properties
from nextwsgi.node import search_params

_ORIGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://[^/?]*")
# All that may stand in a path without being encoded; "%" must be, so that decoding gives PATH_INFO back.
_LITERAL = "".join(map(chr, range(0x21, 0x7F))).translate({ord(mark): None for mark in "%?#"})


def raw_path(environ: dict[str, Any]) -> str:
    """Give the request's path below SCRIPT_NAME, still percent-encoded, as latin-1 text.

    WSGI's PATH_INFO is decoded, so ``a%2Fb`` and ``a/b`` look the same in it. The raw target that servers
    keep beside it is believed only where it decodes to what every other WSGI component sees.
    """
    mount: str = environ.get("SCRIPT_NAME", "")
    path: str = environ.get("PATH_INFO", "")
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    # PERF: most targets are a plain path, with or without a query.
    plain = raw == path or raw == f"{path}?{environ.get('QUERY_STRING')}"
    if plain and path[:1] == "/" and not ("%" in path or "?" in path or "#" in path or mount):
        return path
    raw = raw.partition("#")[0].partition("?")[0]
    if not raw.startswith("/"):
        origin = _ORIGIN.match(raw)
        raw = (raw[origin.end() :] if origin else raw) or "/"
    believed = _same(_decoded(raw), mount + path) and raw.startswith(mount)
    path = raw[len(mount) :] if believed else quote(path.encode("latin-1"), safe=_LITERAL)
    # "OPTIONS *", and what waitress lets through: behind an origin "@evil/" would be a host, ":99" a port.
    return path if path.startswith("/") else f"/{path}"


def _decoded(raw: str) -> str:
    return unquote_to_bytes(raw.encode("latin-1")).decode("latin-1")


def _same(raw: str, path: str) -> bool:
    # waitress folds leading slashes in PATH_INFO alone; the redirect folds them for all servers.
    return raw.lstrip("/") == path.lstrip("/")


# --- the clean path ---------------------------------------------------------------------------------------

# PERF: nearly every path is clean, and this one search says so.
is_odd = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/%|^\[\]]|//|/\.|%2[eE]|./$").search
"""Tell whether a raw path needs ``redirect_location`` and ``clean_path`` at all."""

_DOT = re.compile(r"\.|%2e", re.IGNORECASE)
# What the URL standard leaves alone in a path; raw bytes over 127 are latin-1 characters, as in Node.
_PATH_SAFE = "-._~!$&'()*+,;=:@/%|^[]"


def redirect_location(path: str, query: str) -> str | None:
    """Give the relative URL a client is sent to for one spelling of a path, or None for a clean one.

    The URL starts with exactly one slash and no backslash, so it cannot lead to another host.
    """
    if "//" in path or "\\" in path:
        # Next.js drops a query that begins with another "?".
        query = "" if query.startswith("?") else quote(query.encode("latin-1"), safe=_QUERY_LITERAL)
        target = clean_path(re.sub(r"/+", "/", path.replace("\\", "/")))
        return f"{target}?{query}" if query else target
    target = clean_path(path)
    if target == "/" or not target.endswith("/"):
        return None
    query = _rewritten(query)
    return f"{target[:-1]}?{query}" if query else target[:-1]


def clean_path(path: str) -> str:
    """Resolve dot segments, encoded ones too, and encode what the URL standard wants encoded."""
    segments: list[str] = []
    parts = path.split("/")[1:]
    for place, part in enumerate(parts):
        dots = _DOT.sub(".", part)
        if dots == "..":
            del segments[-1:]
        if dots not in (".", ".."):
            segments.append(part)
        elif place == len(parts) - 1:
            segments.append("")
    return quote("/" + "/".join(segments), safe=_PATH_SAFE)


def _rewritten(query: str) -> str:
    """Write a query as Node's querystring does: redirects of trailing slashes pass through it."""
    return "&".join(
        f"{quote(name, safe=_QUERY_SAFE)}={quote(each, safe=_QUERY_SAFE)}"
        for name, value in properties(search_params(query)).items()
        for each in (value if isinstance(value, list) else [value])
    )


# What the URL standard leaves alone in the query of a URL of http.
_QUERY_LITERAL = "".join(map(chr, range(0x21, 0x7F))).translate({ord(mark): None for mark in "\"#<>'"})
_QUERY_SAFE = "-._~!'()*"

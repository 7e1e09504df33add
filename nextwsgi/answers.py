"""The answers that no handler gives: redirects to the clean path, and the error pages."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from nextwsgi.body import BodyStream
from nextwsgi.errors import ClientDisconnected
from nextwsgi.node import reason
from nextwsgi.wire import StartResponse

_TEXTS = {
    400: "Bad Request",
    404: "This page could not be found",
    405: "Method Not Allowed",
}

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{status}: {text}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1rem system-ui, sans-serif; height: 90vh; display: grid; place-content: center }}
b {{ border-right: 1px solid; padding-right: 1rem; margin-right: 1rem; font-size: 1.5rem }}
</style>
</head>
<body><p><b>{status}</b>{text}.</p></body>
</html>
"""


def redirect(
    location: str, environ: dict[str, Any], start_response: StartResponse, status: int = 308
) -> Iterable[bytes]:
    """Answer with another URL; ``Refresh`` is for clients older than the status 308."""
    headers = [("location", location)]
    if status == 308:
        headers.append(("Refresh", f"0;url={location}"))
    return _send(status, headers, location.encode("latin-1"), environ, start_response)


def error_page(
    status: int, environ: dict[str, Any], start_response: StartResponse, *, allow: Iterable[str] = ()
) -> Iterable[bytes]:
    """Answer with a page for 400, 404 or 405; ``allow`` are the methods a 405 names."""
    page = _PAGE.format(status=status, text=_TEXTS[status]).encode()
    headers = [
        *(("Allow", method) for method in allow),
        ("Cache-Control", "private, no-cache, no-store, max-age=0, must-revalidate"),
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(page))),
    ]
    return _send(status, headers, page, environ, start_response)


def _send(
    status: int,
    headers: list[tuple[str, str]],
    body: bytes,
    environ: dict[str, Any],
    start_response: StartResponse,
) -> Iterable[bytes]:
    line = f"{status} {reason(status)}"
    stream = BodyStream(environ)
    body = b"" if environ["REQUEST_METHOD"] == "HEAD" else body
    if not stream.unread:
        start_response(line, headers)
        return [body]
    # A connection that is closed on unread bytes takes the answer from a client that is still sending.
    start_response(line, _with_length(headers, body))(body)
    with suppress(ClientDisconnected):
        stream.drain()
    return []


def _with_length(headers: list[tuple[str, str]], body: bytes) -> list[tuple[str, str]]:
    known = any(name == "Content-Length" for name, _ in headers)
    return headers if known else [*headers, ("Content-Length", str(len(body)))]

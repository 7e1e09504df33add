"""The answers that no handler gives: redirects to the clean path, and the error pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

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


def redirect(location: str, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer 308 with a relative URL; ``Refresh`` is for clients older than that status."""
    start_response("308 Permanent Redirect", [("location", location), ("Refresh", f"0;url={location}")])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [location.encode("latin-1")]


def error_page(
    status: int, environ: dict[str, Any], start_response: StartResponse, *, allow: Iterable[str] = ()
) -> Iterable[bytes]:
    """Answer with a page for 400, 404 or 405; ``allow`` are the methods a 405 names."""
    page = _PAGE.format(status=status, text=_TEXTS[status]).encode()
    start_response(
        f"{status} {reason(status)}",
        [
            *(("Allow", method) for method in allow),
            ("Cache-Control", "private, no-cache, no-store, max-age=0, must-revalidate"),
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(page))),
        ],
    )
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [page]

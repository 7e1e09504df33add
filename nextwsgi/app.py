"""``NextWSGI``: one request from top to bottom."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nextwsgi.errors import ApiError
from nextwsgi.files import load_routes
from nextwsgi.paths import clean_path, raw_path
from nextwsgi.project import Project
from nextwsgi.resolver import resolve
from nextwsgi.routes import Table
from nextwsgi.wire import StartResponse


class NextWSGI:
    """A WSGI application that serves the API routes of one project folder."""

    def __init__(self, root: str | os.PathLike[str] = ".") -> None:
        """Import every route below ``root``; RouteError lists all that cannot be served."""
        self.project = Project(Path(root).resolve())
        self.table = Table(load_routes(self.project.root))

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        path = raw_path(environ)
        clean = clean_path(path)
        if clean is not None:
            return _redirect(clean, environ, start_response)
        try:
            found = self.table.match(path)
        except ApiError as error:
            return _plain(error.status, start_response)
        if found is None:
            return _plain(404, start_response)
        return resolve(*found, path, environ, start_response, self.project)


def _redirect(path: str, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    query = environ.get("QUERY_STRING", "")
    location = f"{path}?{query}" if query else path
    start_response("308 Permanent Redirect", [("location", location), ("Refresh", f"0;url={location}")])
    return [location.encode("latin-1")]


def _plain(status: int, start_response: StartResponse) -> Iterable[bytes]:
    body = b"This page could not be found."
    start_response(
        f"{status} Not Found",
        [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))],
    )
    return [body]

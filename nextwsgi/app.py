"""``NextWSGI``: one request from top to bottom."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from nextwsgi.answers import error_page, redirect
from nextwsgi.env import load_env_config
from nextwsgi.errors import ApiError
from nextwsgi.files import load_front, load_instrumentation, load_routes, set_env
from nextwsgi.instrumentation import Instrumentation
from nextwsgi.paths import clean_path, is_odd, raw_path, redirect_location
from nextwsgi.project import Project
from nextwsgi.public import serve
from nextwsgi.resolver import resolve
from nextwsgi.routes import Match, Table
from nextwsgi.wire import StartResponse

Before = Callable[["NextWSGI", dict[str, Any], StartResponse], Iterable[bytes]]


class NextWSGI:
    """A WSGI application that serves the API routes of one project folder."""

    front: Before | None = None
    """What a request passes before the routes, where there is a ``next.config.py`` or a ``proxy.py``."""

    def __init__(self, root: str | os.PathLike[str] = ".") -> None:
        """Load ``root``'s environment files and import its routes; RouteError lists what cannot be served."""
        self.project = Project(Path(root).resolve())
        self._load_env()
        self.front = self._front()  # before any other import: its configuration may set the environment
        self.project.instrumentation = self._instrumentation()
        self.table = self._table()

    def _load_env(self) -> None:
        load_env_config(self.project.root, dev=False)

    def _instrumentation(self) -> Instrumentation:
        return load_instrumentation(self.project.root)

    def _front(self) -> Before | None:
        found = load_front(self.project.root)
        if found is None:
            return None
        set_env(found[0])
        from nextwsgi.front.front import Front  # slow to import, and most projects have neither file

        return Front(*found)

    def _table(self) -> Table:
        return Table(load_routes(self.project.root))

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        if self.project.instrumentation.waiting:  # where the server has no hook for the start of a worker
            self.project.instrumentation.register(self.project)
        if self.front is not None:
            return self.front(self, environ, start_response)
        path = raw_path(environ)
        found = self.table.known(path)
        if found is None:
            if is_odd(path):
                location = redirect_location(path, environ.get("QUERY_STRING", ""))
                if location is not None and (found := self.find_slashed(path)) is None:
                    return redirect(location, environ, start_response)
                path = clean_path(path)
            try:
                found = found or self.table.match(path)
            except ApiError as error:
                return error_page(error.status, environ, start_response)
        if found is None or (found.route.names and self.project.has_public_api):
            file = serve(self.project.public, path, environ, start_response)
            if file is not None:
                return file
        if found is None:
            return self._not_found(path, environ, start_response)
        return resolve(found, path, environ, start_response, self.project)

    def find_slashed(self, path: str) -> Match | None:
        """Find the route of a path that ends in a slash, where that is for the handler to judge."""
        if "//" in path or "\\" in path:
            return None
        with suppress(ApiError):
            found = self.table.match(clean_path(path).removesuffix("/"))
            return found if found is not None and found.route.keeps_slash else None
        return None

    def _not_found(
        self,
        path: str,  # noqa: ARG002 - for the development server, which lists the routes beside it
        environ: dict[str, Any],
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        return error_page(404, environ, start_response)

"""The application of ``nextwsgi dev``."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from nextwsgi.app import Before, NextWSGI
from nextwsgi.dev.env import Environment
from nextwsgi.dev.errors import not_found, show_error
from nextwsgi.dev.hosts import is_allowed
from nextwsgi.dev.modules import Modules
from nextwsgi.dev.table import BrokenRoute, LazyTable, python_files
from nextwsgi.errors import RouteError
from nextwsgi.files import (
    front_files,
    home_folder,
    load_front,
    load_instrumentation,
    load_route,
    make_importable,
    route_files,
    set_env,
)
from nextwsgi.instrumentation import Instrumentation
from nextwsgi.paths import raw_path
from nextwsgi.public import conflicts
from nextwsgi.resolver import resolve
from nextwsgi.routes import Match, Route
from nextwsgi.wire import StartResponse

if TYPE_CHECKING:
    from nextwsgi.front.config import NextConfig
    from nextwsgi.front.proxy import Proxy

log = logging.getLogger("nextwsgi.dev")


class Development(NextWSGI):
    """NextWSGI that takes up every edit at the next request. Only one at a time can be in a process."""

    table: LazyTable

    def __init__(self, root: str | os.PathLike[str] = ".", hostname: str = "127.0.0.1") -> None:
        """Find the routes below ``root``; RouteError where there is no ``pages/`` folder."""
        self._hostname = hostname
        self._lock = threading.RLock()
        folder = Path(root).resolve()
        self._home = home_folder(folder)
        self._modules = Modules(folder)
        self._loaded: dict[str, Route] = {}
        self._listed: tuple[str, ...] = ()
        self._broken: RouteError | None = None  # why instrumentation.py cannot be used
        self._front_files: list[Path] = []
        self._front_modules: dict[str, ModuleType | None] = {}
        self._front_env: dict[str, str] = {}
        super().__init__(root)
        self.project.development = True
        self.project.error_page = show_error
        make_importable(folder, self._home)
        self._modules.install()

    def close(self) -> None:
        """Drop the project's modules and end its event loop."""
        self._modules.remove()
        self._drop_front_env()
        self.environment.drop()
        self.project.close()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request with the files as they are now."""
        host = environ.get("HTTP_HOST", "")
        if not is_allowed(host, self._hostname):
            return _refuse(host, start_response)
        with self._lock:
            self._refresh()
        return super().__call__(environ, start_response)

    def _load_env(self) -> None:
        self.environment = Environment(self.project.root)
        self.environment.refresh()

    def _instrumentation(self) -> Instrumentation:
        return Instrumentation()  # until the first request

    def _front(self) -> Before | None:
        return None  # until the first request

    # --- the routes ---------------------------------------------------------------------------------------

    def _table(self) -> LazyTable:
        root = self.project.root
        self._listed = python_files(self._home)
        files = [(path, file.relative_to(root).as_posix()) for path, file in route_files(self._home)]
        return LazyTable(files, self._route)

    def _refresh(self) -> None:
        self.project.__dict__.pop("has_public_api", None)  # which is looked up once in production
        if self.environment.refresh():
            log.info("environment: %s", ", ".join(self.environment.files) or "no files")
            self._modules.drop()  # what they took from it when they were imported is no longer true
            self._loaded.clear()
        for file in self._modules.refresh():
            self._loaded.pop(file, None)
        self._take_up_front()
        self._instrument()
        if python_files(self._home) != self._listed:
            self.table = self._table()

    def _take_up_front(self) -> None:
        """Take up next.config.py and proxy.py as they are now."""
        files = front_files(self.project.root, self._home)
        if files != self._front_files:
            self._front_files = files
            self._modules.drop()  # what they took from the environment is no longer true
            self._loaded.clear()
        # They are dropped with all modules, and one that cannot be used is tried again at each request.
        elif _modules_of(files) == self._front_modules:
            return
        self._drop_front_env()
        try:
            found = load_front(self.project.root, self._modules.loader)
            self.front, self._front_modules = self._with_front(found), _modules_of(files)
        except RouteError as error:
            self.front, self._front_modules = self._show(error), {}

    def _with_front(self, found: tuple[NextConfig, Proxy | None] | None) -> Before | None:
        if found is None:
            return None
        from nextwsgi.front.front import Front

        self._front_env = set_env(found[0])
        return Front(*found)

    def _drop_front_env(self) -> None:
        for name, value in self._front_env.items():
            if os.environ.get(name) == value:
                del os.environ[name]
        self._front_env = {}

    def _show(self, error: RouteError) -> Before:
        """Make what tells at every path why nothing can be served."""
        route = BrokenRoute("/", error.problems[0].partition(":")[0], error)

        def tell(app: NextWSGI, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
            return resolve(Match(route, {}), raw_path(environ), environ, start_response, app.project)

        return tell

    def _instrument(self) -> None:
        """Take up instrumentation.py as it is now; ``register`` is called once for what it says."""
        project = self.project
        try:
            # It is dropped with all modules, and with it what register did to them.
            known = sys.modules.get("instrumentation")
            if known is None or known is not project.instrumentation.module:
                project.instrumentation = load_instrumentation(project.root, self._modules.loader)
            project.instrumentation.register(project)
            self._broken = None
        except RouteError as error:
            project.instrumentation, self._broken = Instrumentation(), error

    def _route(self, path: str, name: str) -> Route:
        if self._broken is not None:
            return BrokenRoute(path, "instrumentation.py", self._broken)
        file = self.project.root / name
        if (self.project.public / path[1:]).is_file():
            return BrokenRoute(path, name, RouteError(list(conflicts(self.project.public, [path]))))
        with self._lock:
            route = self._loaded.get(str(file)) or self._import(path, file)
            if not isinstance(route, BrokenRoute):
                self._loaded[str(file)] = route
        return route

    def _import(self, path: str, file: Path) -> Route:
        root = self.project.root
        try:
            return load_route(root, path, file, self._modules.route_loader)
        except RouteError as error:
            if self._modules.is_clean or isinstance(error.__cause__, SyntaxError):
                return BrokenRoute(path, file.relative_to(root).as_posix(), error)
        # What is left of older modules may be the reason: a model registered twice, an old class.
        self._modules.drop()
        self._loaded.clear()
        return self._import(path, file)

    def _not_found(
        self, path: str, environ: dict[str, Any], start_response: StartResponse
    ) -> Iterable[bytes]:
        return not_found(path, self.table, environ, start_response)


def _modules_of(files: Iterable[Path]) -> dict[str, ModuleType | None]:
    return {file.stem: sys.modules.get(file.stem) for file in files}


def _refuse(host: str, start_response: StartResponse) -> Iterable[bytes]:
    if host:
        status = "403 Forbidden"
        text = (
            "Forbidden: the development server answers to localhost, 127.0.0.1 and the name given with -H.\n"
        )
    else:
        status, text = "400 Bad Request", "Bad Request: there is no Host header.\n"
    start_response(
        status, [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text)))]
    )
    return [text.encode()]

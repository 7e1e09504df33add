"""The routes of a project that is being written: one that cannot be served breaks only itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from nextwsgi.config import UNREAD
from nextwsgi.errors import RouteError
from nextwsgi.routes import Match, Route, Table, problems, read_path

Load = Callable[[str, str], Route]


class BrokenRoute(Route):
    """A route that answers every request with the reason why it cannot be served."""

    def __init__(self, path: str, file: str, error: RouteError) -> None:
        trace = error.__traceback__

        def handler(req: Any, res: Any) -> None:  # noqa: ARG001 - a handler's signature
            raise error.with_traceback(trace)

        # A page that shows why a route is broken must not be hidden by a 400 or 413.
        super().__init__(path, file, handler, UNREAD)
        object.__setattr__(self, "error", error)

    error: RouteError


def python_files(home: Path) -> tuple[str, ...]:
    """Name the Python files below ``pages/api/`` and ``app/``, in no certain order."""
    folders = (os.path.join(home, "pages", "api"), os.path.join(home, "app"))
    return tuple(file for folder in folders for file in _python_files(folder))


def _python_files(folder: str) -> Iterator[str]:
    # PERF: this runs at every request; pathlib takes ten times as long.
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.name.endswith(".py"):
            yield entry.path
        elif entry.is_dir(follow_symlinks=False):
            yield from _python_files(entry.path)


class LazyTable(Table):
    """Routes by the paths of their files, each imported at its first request. Conflicts become answers."""

    def __init__(self, files: Sequence[tuple[str, str]], load: Load) -> None:
        """Arrange (path, file) pairs; ``load`` makes the route of one."""
        self.problems = list(problems(files))
        self._unplaced: list[tuple[str, str]] = []
        self._load = load
        placed, aside = self._arrange(files)
        super().__init__(_stub(path, file) for path, file in placed)
        self._aside = [Table([_stub(path, file)]) for path, file in aside]

    def known(self, path: str) -> None:
        """Know nothing: ``match`` imports what it finds."""

    def match(self, path: str) -> Match | None:
        """Find the route of a path, imported or broken, as ``Table.match`` does."""
        found = super().match(path)
        for table in self._aside:
            found = found or table.match(path)
        return found and Match(self.load(found.route.path, found.route.file), found.params)

    def load(self, path: str, file: str) -> Route:
        """Give the route of a file, or one that says why it cannot be served."""
        found = self._problems_of(file)
        return BrokenRoute(path, file, RouteError(found)) if found else self._load(path, file)

    def every(self) -> list[Route]:
        """List the routes as they are found, none of them imported for it."""
        return [*self.routes, *(route for table in self._aside for route in table.routes)]

    def unplaced_at(self, path: str) -> list[str]:
        """Say what is wrong with the files that would answer a path if their own could be read."""
        return [text for place, text in self._unplaced if path.startswith(place.partition("[")[0])]

    def load_all(self) -> list[Route]:
        """Import every route, so that mistakes are seen at once."""
        return [self.load(route.path, route.file) for route in self.every()]

    def _problems_of(self, file: str) -> list[str]:
        return [text for text in self.problems if file in text]  # each names its files

    def _arrange(self, files: Sequence[tuple[str, str]]) -> tuple[list[tuple[str, str]], ...]:
        """Part those that fit into one table from those that conflict with it."""
        placed = [pair for pair in files if not self._problems_of(pair[1])]
        aside = []
        for pair in sorted({*files} - {*placed}):
            if not _has_place(pair[0]):
                self._unplaced += [(pair[0], text) for text in self._problems_of(pair[1])]
            elif any(problems([*placed, pair])):
                aside.append(pair)
            else:
                placed.append(pair)
        return placed, aside


def _has_place(path: str) -> bool:
    try:
        read_path(path)
    except ValueError:
        return False
    return True


def _stub(path: str, file: str) -> Route:
    return Route(path, file, handler=lambda req, res: None)  # noqa: ARG005 - never called

"""What the contract's tests share."""

import logging
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from nextwsgi import NextWSGI
from nextwsgi.project import Project
from tests.contract.client import Client, Handler, Serve, application
from tests.contract.projects import SHOW, MakeProject


class _Failures(logging.Handler):
    """Notes what handlers asserted in vain: once the answer is there, their errors are only logged."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[BaseException] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and isinstance(record.exc_info[1], AssertionError):
            self.found.append(record.exc_info[1])


@pytest.fixture(autouse=True)
def assertions() -> Iterator[list[BaseException]]:
    """Fail a test whose handler asserted in vain, also where the client did not see it."""
    failures, log = _Failures(), logging.getLogger("nextwsgi")
    log.addHandler(failures)
    yield failures.found
    log.removeHandler(failures)
    for error in failures.found:
        raise error


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Make applications of one handler each; what their event loops hold is closed after the test."""
    projects: list[Project] = []

    def make(
        handler: Handler,
        config: Mapping[str, object] | None = None,
        *,
        path: str = "/api/x",
        development: bool = False,
    ) -> Client:
        projects.append(Project(tmp_path, development=development))
        return Client(application(handler, config, path, projects[-1]))

    yield make
    for project in projects:
        project.close()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeProject]:
    """Serve files, by name, as a project; ``pages/api/show.py`` and ``pages/api/users/[id].py`` are there."""
    before = set(sys.modules)
    monkeypatch.setattr(sys, "path", [*sys.path])
    apps: list[NextWSGI] = []

    def make(files: Mapping[str, str]) -> Client:
        for name, text in {"pages/api/show.py": SHOW, "pages/api/users/[id].py": SHOW, **files}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        apps.append(NextWSGI(tmp_path))
        return Client(apps[-1])

    yield make
    for app in apps:
        app.project.close()
    for name in set(sys.modules) - before:
        del sys.modules[name]

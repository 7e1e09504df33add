"""What the contract's tests share."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from nextwsgi.project import Project
from tests.contract.client import Client, Handler, Serve, application


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

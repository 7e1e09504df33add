"""What the demo's tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nextwsgi import NextWSGI
from nextwsgi.testing import Client
from tests.demo import postgresql

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def application() -> Iterator[NextWSGI]:
    """Load the demo once."""
    app = NextWSGI(ROOT)
    yield app
    app.project.close()


@pytest.fixture
def demo(application: NextWSGI) -> Client:
    """Call the demo's routes, whose limits have counted nobody yet."""
    application.project.kept.clear()
    return Client(application)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """Run a PostgreSQL."""
    if postgresql.missing:
        pytest.skip(postgresql.MISSING)
    with postgresql.running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Have the demo use an empty database, of each kind in turn; its URL."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/demo.db"
    else:
        url = request.getfixturevalue("postgresql_server").emptied()
    monkeypatch.setenv("DATABASE_URL", url)
    yield url
    from lib.database import database  # not before the demo has its secrets

    database(url).close()

"""Environment files are read before the routes, and anew at each edit."""

import logging
import os
from pathlib import Path

import pytest

from nextwsgi.dev.env import Environment
from tests.unit.dev.site import Site

SHOWS = "import os\nA = os.environ.get('A_NAME')\ndef handler(req, res):\n    res.json([A])\n"


@pytest.fixture(autouse=True)
def _no_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_ENV", "")  # so that it is set back
    monkeypatch.delenv("NODE_ENV")


def test_the_files_are_those_of_development(site: Site) -> None:
    site.write(".env", "A_NAME=all")
    site.write(".env.development", "A_NAME=dev")
    site.write(".env.production", "A_NAME=prod")
    site.write("pages/api/a.py", SHOWS)
    assert site.text("/api/a") == '["dev"]'
    assert os.environ["NODE_ENV"] == "development"


def test_an_edited_file_is_taken_up_by_modules_that_have_read_it(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    site.write("pages/api/a.py", SHOWS)
    assert site.text("/api/a") == "[null]"
    site.write(".env", "A_NAME=one")
    assert site.text("/api/a") == '["one"]'
    site.write(".env.local", "A_NAME=two")
    assert site.text("/api/a") == '["two"]'
    site.rewrite(".env.local", "A_NAME=too")
    assert site.text("/api/a") == '["too"]'
    (site.root / ".env.local").unlink()
    assert site.text("/api/a") == '["one"]'
    (site.root / ".env").unlink()
    assert site.text("/api/a") == "[null]"
    told = [record.message for record in caplog.records if record.message.startswith("environment")]
    files = [".env", ".env.local, .env", ".env.local, .env", ".env", "no files"]
    assert told == [f"environment: {each}" for each in files]


def test_what_was_set_before_or_by_a_route_stays(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_NAME", "mine")
    site.write(".env", "A_NAME=file\nB_NAME=file\n")
    site.write("pages/api/a.py", SHOWS)
    assert site.text("/api/a") == '["mine"]'
    os.environ["B_NAME"] = "route's"
    site.write(".env", "A_NAME=2\nB_NAME=2\n")
    assert site.text("/api/a") == '["mine"]'
    assert os.environ.pop("B_NAME") == "route's"


def test_what_a_module_writes_into_a_file_and_sets_belongs_to_the_file(site: Site) -> None:
    site.write("pages/api/a.py", SHOWS)
    assert site.text("/api/a") == "[null]"
    os.environ["A_NAME"] = "made"
    site.write(".env", "A_NAME=made")
    assert site.text("/api/a") == '["made"]'
    site.write(".env", "A_NAME=edited")
    assert site.text("/api/a") == '["edited"]'


def test_a_mistake_is_told_once_and_changes_nothing(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.write(".env", "A_NAME=one")
    site.write("pages/api/a.py", SHOWS)
    assert site.text("/api/a") == '["one"]'
    site.write(".env", "A_NAME=$A_NAME")
    assert site.text("/api/a") == site.text("/api/a") == '["one"]'
    [record] = caplog.records
    assert record.getMessage() == (
        "the environment files are not loaded:\n.env, line 1: A_NAME refers to itself without an end"
    )
    site.write(".env", "A_NAME=two")
    assert site.text("/api/a") == '["two"]'


def test_nothing_is_left_when_the_server_ends(site: Site) -> None:
    site.write(".env", "A_NAME=one\nB_NAME=one\n")
    site.write("pages/api/a.py", SHOWS)
    site.text("/api/a")
    os.environ["B_NAME"] = "two"
    site.app.environment.drop()
    assert "A_NAME" not in os.environ
    assert os.environ.pop("B_NAME") == "two"


def test_a_file_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / ".env").write_text("A_NAME=one")
    monkeypatch.setattr(Path, "read_bytes", _denied)
    assert not Environment(tmp_path).refresh()
    assert ".env: it cannot be read: Permission denied" in caplog.text


def _denied(file: Path) -> bytes:
    raise PermissionError(13, "Permission denied", str(file))

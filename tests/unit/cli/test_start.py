"""``nextwsgi start`` becomes gunicorn, with the project's own settings where it has any."""

import os
import sys
from pathlib import Path

import pytest
from gunicorn.errors import AppImportError  # type: ignore[import-untyped]

from nextwsgi import NextWSGI, cli
from nextwsgi.cli.application import load

Commands = list[list[str]]
DEFAULTS = "python:nextwsgi.production"
APPLICATION = "nextwsgi.cli.application:load()"


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Commands:
    """Collect the commands that the process would become."""
    commands: Commands = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "environ", {**os.environ})
    monkeypatch.setattr(os, "execv", lambda file, command: commands.append([file, *command]))
    return commands


def options(executed: Commands) -> list[str]:
    [[file, name, *rest]] = executed
    assert file == name == sys.executable
    assert rest[:2] == ["-m", "gunicorn"]
    return rest[2:]


def test_a_project_without_settings_gets_those_of_nextwsgi(project: Path, executed: Commands) -> None:
    cli.main(["start", str(project)])
    assert options(executed) == ["-c", DEFAULTS, APPLICATION]
    assert Path.cwd() == project
    assert os.environ["PORT"] == "3000"


def test_a_projects_own_settings_are_used(project: Path, executed: Commands) -> None:
    (project / "gunicorn.conf.py").write_text("threads = 2\n")
    cli.main(["start", str(project)])
    assert options(executed) == ["-c", "gunicorn.conf.py", APPLICATION]


@pytest.mark.parametrize(
    ("given", "bound"),
    [
        (["-p", "80"], "0.0.0.0:80"),
        (["-H", "127.0.0.1"], "127.0.0.1:8080"),
        (["-H", "::1", "-p", "0"], "[::1]:0"),
    ],
)
def test_what_is_on_the_command_line_wins(
    project: Path, executed: Commands, given: list[str], bound: str
) -> None:
    os.environ["PORT"] = "8080"
    cli.main(["start", str(project), *given])
    assert options(executed) == ["-c", DEFAULTS, "-b", bound, APPLICATION]


def test_options_after_two_dashes_are_gunicorns(project: Path, executed: Commands) -> None:
    cli.main(["start", str(project), "--", "--workers", "7", "--", "x"])
    assert options(executed) == ["-c", DEFAULTS, "--workers", "7", "--", "x", APPLICATION]


# --- the application --------------------------------------------------------------------------------------


def test_the_application_of_wsgi_py_is_loaded(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "wsgi.py").write_text("app = 'mine'\n")
    monkeypatch.chdir(project)
    assert load() == "mine"


def test_a_folder_without_wsgi_py_is_served_all_the_same(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    app = load()
    assert isinstance(app, NextWSGI)
    assert [route.path for route in app.table.routes] == ["/api/hello"]


def test_a_wsgi_py_without_app_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "wsgi.py").write_text("application = 'mine'\n")
    monkeypatch.chdir(project)
    with pytest.raises(AppImportError, match=r"wsgi\.py has no app"):
        load()


def test_problems_are_told_in_the_one_way_that_gunicorn_prints_plainly(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "pages" / "api" / "a.py").write_text("")
    monkeypatch.chdir(project)
    with pytest.raises(AppImportError, match="it exports no handler") as caught:
        load()
    assert caught.value.__suppress_context__

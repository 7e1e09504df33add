"""The command line says what it can do, and what was wrong with what it was asked."""

import importlib
import runpy
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from nextwsgi import cli

Capture = pytest.CaptureFixture[str]


def refused(capsys: Capture, *arguments: str) -> str:
    """Run a command that ends in argparse's own way; what it printed."""
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    out, err = capsys.readouterr()
    return f"{ended.value.code}\n{out}{err}"


def test_help_names_every_command(capsys: Capture) -> None:
    told = refused(capsys, "--help")
    assert told.startswith("0\n")
    assert all(f"    {command} " in told for command in ("dev", "routes", "start"))


@pytest.mark.parametrize("command", ["dev", "routes", "start"])
def test_every_command_explains_itself(capsys: Capture, command: str) -> None:
    assert "the folder that holds" in refused(capsys, command, "--help")


def test_the_version_is_that_of_the_package(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "version", lambda name: f"9.9.9 of {name}")
    assert refused(capsys, "--version") == "0\nnextwsgi 9.9.9 of nextwsgi\n"


def test_a_copy_that_is_not_installed_has_no_version(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(cli, "version", missing)
    assert "not installed" in refused(capsys, "--version")


def test_no_command_and_an_unknown_one_are_refused(capsys: Capture) -> None:
    assert refused(capsys).startswith("2\n")
    assert "invalid choice: 'deb'" in refused(capsys, "deb")


@pytest.mark.parametrize("port", ["http", "-1", "65536", "³", "1.5"])
def test_a_port_is_a_number(capsys: Capture, port: str) -> None:
    assert "is no port: it is a number from 0 to 65535" in refused(capsys, "dev", f"--port={port}")


def test_a_port_in_the_environment_is_checked_too(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "http")
    assert "'http' is no port" in refused(capsys, "dev")


def test_only_start_passes_options_on(capsys: Capture) -> None:
    assert "only nextwsgi start takes options after --" in refused(capsys, "dev", "--", "--reload")


def test_a_folder_that_is_not_there_is_named(capsys: Capture) -> None:
    assert cli.main(["routes", "no/such"]) == 1
    assert capsys.readouterr().err == "nextwsgi routes: there is no folder no/such\n"


def test_a_folder_without_pages_is_named(capsys: Capture, tmp_path: Path) -> None:
    assert cli.main(["routes", str(tmp_path)]) == 1
    assert f"there is no pages/ folder in {tmp_path.resolve()}" in capsys.readouterr().err


def test_the_package_can_be_run(capsys: Capture, monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    monkeypatch.setattr(sys, "argv", ["nextwsgi", "routes", str(project)])
    importlib.import_module("nextwsgi.__main__")
    assert capsys.readouterr().out == ""
    monkeypatch.delitem(sys.modules, "nextwsgi.__main__")
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("nextwsgi", run_name="__main__")
    assert ended.value.code == 0
    assert "/api/hello" in capsys.readouterr().out

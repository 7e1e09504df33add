"""lib/settings.py: secrets on a machine that has none."""

from __future__ import annotations

import logging
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.settings import NAMES, make_secrets
from tests.demo.conftest import ROOT


@pytest.fixture(autouse=True)
def _environment() -> Iterator[None]:
    before = {**os.environ}
    for name in (*NAMES, "NODE_ENV"):
        os.environ.pop(name, None)
    yield
    os.environ.clear()
    os.environ.update(before)


def test_a_machine_without_secrets_gets_random_ones_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make_secrets(tmp_path)
    file = tmp_path / ".env.local"
    made = {name: os.environ.pop(name) for name in NAMES}
    assert file.read_text() == "".join(f"{name}={value}\n" for name, value in made.items())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len({*made.values()}) == 3
    assert all(re.fullmatch(r"[\w-]{43}", value) for value in made.values())
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    told = "JWT_SECRET, API_TOKEN, AUTH_SECRET were not set: random values for this machine are in "
    assert record.getMessage() == f"{told}{file}"
    make_secrets(tmp_path)
    assert {name: os.environ[name] for name in NAMES} == made
    assert len(caplog.records) == 1


@pytest.mark.parametrize("before", ["A=1\n", "A=1", "# note\r\nA='1'\r\n"])
def test_what_the_file_has_stays_in_it(tmp_path: Path, before: str) -> None:
    file = tmp_path / ".env.local"
    file.write_bytes(before.encode())
    os.environ["API_TOKEN"] = "mine"
    make_secrets(tmp_path)
    text = file.read_bytes().decode()
    assert re.fullmatch(re.escape(before) + r"\n?JWT_SECRET=\S+\nAUTH_SECRET=\S+\n", text)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.environ["API_TOKEN"] == "mine"


def test_what_is_set_somewhere_is_not_made(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / ".env").write_text("JWT_SECRET=one\nAPI_TOKEN=\n")
    os.environ["AUTH_SECRET"] = ""
    make_secrets(tmp_path)
    assert [os.environ[name] for name in NAMES] == ["one", "", ""]
    assert caplog.records == []
    assert not (tmp_path / ".env.local").exists()


def test_tests_have_a_file_of_their_own(tmp_path: Path) -> None:
    os.environ["NODE_ENV"] = "test"
    make_secrets(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [".env.test.local"]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(
        RuntimeError, match=r"JWT_SECRET, API_TOKEN, AUTH_SECRET are not set, and \.env\.local"
    ):
        make_secrets(tmp_path / "none")


def test_workers_that_start_at_once_agree(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    shutil.copy(ROOT / "lib" / "settings.py", tmp_path / "lib")  # which makes them beside its own folder
    env = {**os.environ, "PYTHONPATH": str(ROOT), "API_TOKEN": "mine"}
    program = "import os, lib.settings\nprint(*(os.environ[name] for name in lib.settings.NAMES))"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=tmp_path,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(8)
    ]
    told = [process.communicate() for process in started]
    [out] = {out for out, _ in told}
    [one, two, three] = out.split()
    assert two == "mine"
    assert (tmp_path / ".env.local").read_text() == f"JWT_SECRET={one}\nAUTH_SECRET={three}\n"
    assert sum("were not set" in err for _, err in told) == 1, told

"""Answers never mix: the short form of ``python -m tests.programme mixing``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.programme import mixing
from tests.programme.kinds import PROJECT
from tests.programme.row import Progress

PROCESS = [sys.executable, "-W", "error", "-m", "tests.programme.mixing_process", "--threads", "32"]


@pytest.fixture
def progress() -> Progress:
    return Progress("mixing")


def test_answers_of_threads_that_change_at_any_moment_do_not_mix(progress: Progress) -> None:
    assert mixing.in_process(6_000, 32, progress) >= 5_000


def test_edits_are_taken_up_once_and_whole_while_many_ask() -> None:
    mixing.reload(12, 32)


@pytest.mark.parametrize("server", ["gunicorn", "granian"])
def test_answers_on_kept_connections_do_not_mix(server: str, progress: Progress) -> None:
    assert mixing.by_socket(server, 500, 32, 7, progress) >= 480


def test_a_route_that_keeps_a_request_for_the_next_one_is_found_out(tmp_path: Path) -> None:
    careless = shutil.copytree(PROJECT, tmp_path / "careless")
    (careless / "lib" / "shown.py").write_text(CARELESS)
    with pytest.raises(AssertionError, match=r"--seed 5: .* of id-.*: it shows \d times the id"):
        mixing.listen([*PROCESS, "--requests", "3000", "--seed", "5", "--project", str(careless)], str)


CARELESS = """
import time
def shown(req, body):
    global last
    last = req
    time.sleep(0)
    return [last.query["id"], req.query["q"], req.headers["x-id"], req.cookies["who"], body]
"""

"""Nothing leaks: the short form of ``python -m tests.programme leaks``."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.programme import leaks
from tests.programme.kinds import kinds
from tests.programme.mixing import listen
from tests.programme.row import Progress
from tests.programme.troubles import TROUBLES

REQUESTS = 20


def test_no_kind_of_request_leaves_an_object_a_descriptor_a_thread_a_task_or_a_file() -> None:
    found: list[dict[str, Any]] = []
    command = leaks.process("each", "--requests", str(REQUESTS), "--front")
    listen(command, lambda line: found.append(json.loads(line)))
    assert [line["name"] for line in found] == [*(kind.name for kind in kinds(front=True)), *TROUBLES]
    assert [line for line in found if line.keys() & {*leaks.EXACT}] == []
    # Another thread may have made one or two meanwhile: a leak is one for each request.
    assert [line for line in found if line.get("objects", 0) > line["requests"] // 5] == []


def test_clients_that_leave_a_server_take_all_they_held_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaks, "ROUNDS", 4)
    monkeypatch.setattr(leaks, "WARM_ROUNDS", 1)
    leaks.by_socket(800, 800, Progress("leaks"))  # memory needs a million


def test_the_growth_of_memory_is_that_of_the_line_that_fits_best() -> None:
    lines = [{"memory": 5_000 + 10 * each} for each in range(5)]
    assert leaks.growth(lines, 1_000) == pytest.approx(10_000)


def test_what_changes_with_the_rounds_is_told() -> None:
    steady = {"descriptors": 7, "threads": 2, "tasks": 0, "files": 1}
    with pytest.raises(AssertionError, match=r"threads change with the rounds: \[2, 3\]"):
        leaks.require_same([steady, {**steady, "threads": 3}])

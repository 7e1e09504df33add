"""Nothing leaks: the short form of ``python -m tests.programme leaks``."""

from __future__ import annotations

import gc
import json
import sys
from typing import Any

import pytest

from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.testing import Client
from tests.programme import leaks
from tests.programme.calls import environ
from tests.programme.kinds import kinds
from tests.programme.mixing import listen
from tests.programme.plants import EVERY, PLANTS
from tests.programme.row import Progress
from tests.programme.troubles import TROUBLES

REQUESTS = 60
# Sets of tasks grow and shrink by a piece of memory, by how many there were at once, and a count beyond 256
# is one: so one for twenty requests is no leak. All else is exact.
LEAST = 20

Line = dict[str, Any]


def told(what: str) -> list[Line]:
    """Have a process ask, and give what it tells."""
    found: list[Line] = []
    command = leaks.process(what, "--requests", str(REQUESTS), "--front")
    listen(command, lambda line: found.append(json.loads(line)))
    return found


def leaked(line: Line) -> bool:
    changed = line.keys() - {"name", "requests", "blocks"}
    return bool(changed) or abs(line.get("blocks", 0)) > line["requests"] // LEAST


def test_no_kind_of_request_leaves_an_object_a_descriptor_a_thread_a_task_a_file_or_memory() -> None:
    found = told("each")
    assert [line["name"] for line in found] == [*(kind.name for kind in kinds(front=True)), *TROUBLES]
    assert [line for line in found if leaked(line)] == []


def test_a_leak_of_one_for_ten_requests_is_found_whatever_leaks() -> None:
    found = told("planted")
    assert [line["name"] for line in found] == [*PLANTS]
    for line in found:
        assert line.get(line["name"]) == REQUESTS // EVERY, line
        assert leaked(line), line


def test_clients_that_leave_a_server_take_all_they_held_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaks, "ROUNDS", 3)
    lines = leaks.by_socket(800, 800, Progress("leaks"))
    leaks.require_same(lines[1:])


def test_the_growth_of_memory_is_that_of_the_line_that_fits_best() -> None:
    assert leaks.growth([5_000 + 10 * each for each in range(5)], 1_000) == pytest.approx(10_000)


def test_what_changes_with_the_rounds_is_told() -> None:
    steady = {"descriptors": 7, "threads": 2, "tasks": 0, "files": 1}
    with pytest.raises(AssertionError, match=r"threads change with the rounds: \[2, 3\]"):
        leaks.require_same([steady, {**steady, "threads": 3}])


def test_a_thread_that_rests_keeps_no_body_of_its_last_answer() -> None:
    body = bytes(100_000)

    def handler(req: NextApiRequest, res: NextApiResponse[bytes]) -> None:  # noqa: ARG001
        res.send(body)

    application = Client(handler)._app
    before = sys.getrefcount(body)
    # Not by call(): what it has gathered would stay with the last res, as its start_response.
    variables = environ("GET", "/", {}) | {"nextwsgi.testing.parameters": {}}
    assert list(application(variables, lambda _, __: print)) == [body]
    gc.collect()
    assert sys.getrefcount(body) == before

"""Limits are exact: the short form of ``python -m tests.programme counting``."""

from __future__ import annotations

import pytest

from tests.contract.redis_server import needs_redis
from tests.programme import counting
from tests.programme.row import Progress


@pytest.fixture(autouse=True)
def _no_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)


def test_as_many_pass_as_may_however_many_threads_ask() -> None:
    assert counting.in_memory(3_200, 32, 100) == 100


@needs_redis
def test_as_many_pass_as_may_however_many_processes_ask() -> None:
    assert counting.in_redis(400, 8, 2, 100) == 100


def test_as_many_pass_in_each_window_as_may() -> None:
    assert counting.in_windows(200_000, 16) >= 2


def test_each_of_several_clients_passes_as_often_as_it_may() -> None:
    passed = counting.hit(counting.Door(10, 3600), 3_200, 32, clients=5)
    assert passed == {str(client): 10 for client in range(5)}


def test_many_clients_take_no_more_memory_than_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nextwsgi.middleware.windows.CLIENTS", 1_000)
    monkeypatch.setattr(counting, "CLIENTS", 1_000)
    assert counting.many_clients(20_000, Progress("counting")) < 8 * 1024 * 1024

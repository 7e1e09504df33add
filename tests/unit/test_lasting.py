"""Answers that last: some threads are kept for plain requests, and all of them end when the worker stops."""

import logging
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from nextwsgi import lasting
from nextwsgi.errors import ApiError
from nextwsgi.lasting import Lasting


class Connection:
    """Ends when it is told to, or only when it is cut."""

    def __init__(self, all_: Lasting, *, heeds: bool = True) -> None:
        self.told: list[str] = []
        self._all = all_
        self._heeds = heeds

    def stop(self) -> None:
        self.told.append("stop")
        if self._heeds:
            self._all.leave(self)

    def cut(self) -> None:
        self.told.append("cut")


def answer() -> Any:
    headers: dict[str, object] = {}
    return SimpleNamespace(headers=headers, setHeader=headers.__setitem__)


def test_without_a_limit_as_many_as_come_may_last() -> None:
    all_ = Lasting()
    for _ in range(1000):
        all_.enter(Connection(all_), answer())


@pytest.mark.parametrize(("threads", "most"), [(1, 1), (2, 1), (4, 3), (64, 48)])
def test_a_quarter_of_the_threads_is_kept_for_plain_requests(threads: int, most: int) -> None:
    all_ = Lasting()
    all_.limit(threads)
    for _ in range(most):
        all_.enter(Connection(all_), answer())
    with pytest.raises(ApiError) as refused:
        all_.enter(Connection(all_), res := answer())
    assert refused.value.status == 503
    assert res.headers == {"Retry-After": 5}


def test_what_ends_makes_room(caplog: pytest.LogCaptureFixture) -> None:
    all_ = Lasting()
    all_.limit(1)
    for _ in range(2):
        all_.enter(first := Connection(all_), answer())
        for _ in range(2):
            with pytest.raises(ApiError):
                all_.enter(Connection(all_), answer())
        all_.leave(first)
    all_.leave(first)  # which has left
    assert [record.levelno for record in caplog.records] == [logging.WARNING]  # told once
    assert "1 event streams and WebSockets are open in this worker" in caplog.text


def test_a_worker_that_stops_ends_all_and_cuts_who_does_not_take_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting, "PARTING_SECONDS", 0.01)
    all_ = Lasting()
    heeds, hangs = Connection(all_), Connection(all_, heeds=False)
    all_.enter(heeds, answer())
    all_.enter(hangs, answer())
    assert not all_.stopping
    all_.stop()
    assert all_.stopping
    assert (heeds.told, hangs.told) == (["stop"], ["stop", "cut"])


def test_nobody_waits_for_what_ends_by_itself_meanwhile() -> None:
    all_ = Lasting()
    all_.enter(slow := Connection(all_, heeds=False), answer())
    timer = threading.Timer(0.01, all_.leave, [slow])
    timer.start()
    all_.stop()
    timer.join()
    assert slow.told == ["stop"]

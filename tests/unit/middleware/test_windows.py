"""Counts in memory: exact whoever counts, and no more of them than stated."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from nextwsgi.middleware import windows
from nextwsgi.middleware.windows import Windows


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Stop the clock; its one element is the time."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_requests_are_counted_until_their_window_ends(clock: list[float]) -> None:
    counts = Windows()
    assert [counts.hit("a", "ada", 60) for _ in range(3)] == [(1, 60.0), (2, 60.0), (3, 60.0)]
    clock[0] += 59.5
    assert counts.hit("a", "ada", 60) == (4, 0.5)
    clock[0] += 0.5
    assert counts.hit("a", "ada", 60) == (1, 60.0)


def test_a_window_begins_with_its_first_request(clock: list[float]) -> None:
    counts = Windows()
    counts.hit("a", "ada", 60)
    clock[0] += 30
    assert counts.hit("a", "bob", 60) == (1, 60.0)
    clock[0] += 30
    assert counts.hit("a", "ada", 60)[0] == 1
    assert counts.hit("a", "bob", 60) == (2, 30.0)


def test_limits_and_clients_do_not_share() -> None:
    counts = Windows()
    pairs = [("a", "ada"), ("a", "bob"), ("b", "ada"), ("", "a ada"), ("a ", "ada")]
    assert [counts.hit(limit, client, 60)[0] for limit, client in pairs] == [1] * 5


def test_the_clock_on_the_wall_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = Windows()
    counts.hit("a", "ada", 60)
    for jump in (0.0, 9e9):
        monkeypatch.setattr(time, "time", lambda jump=jump: jump)
        count, left = counts.hit("a", "ada", 60)
        assert count > 1
        assert 50 < left <= 60


# --- Memory -----------------------------------------------------------------------------------------------


def kept(counts: Windows, limit: str = "a") -> int:
    return len(counts._limits[limit])


def test_cve_2026_90711_millions_of_addresses_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "CLIENTS", 1000)
    counts = Windows()
    for number in range(20_000):
        assert counts.hit("a", str(number), 60)[0] == 1
        assert kept(counts) <= 1000
    assert counts.hit("a", "19999", 60)[0] == 2  # the newest are kept
    assert counts.hit("a", "0", 60)[0] == 1


def test_a_flood_of_one_limit_forgets_nobody_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "CLIENTS", 100)
    counts = Windows()
    counts.hit("login", "ada", 60)
    for number in range(1000):
        counts.hit("search", str(number), 60)
    assert counts.hit("login", "ada", 60)[0] == 2


def test_what_has_ended_is_forgotten_a_little_with_each_that_comes(clock: list[float]) -> None:
    counts = Windows()
    for number in range(1000):
        counts.hit("a", str(number), 60)
    clock[0] += 60
    for number in range(600):
        counts.hit("a", f"new {number}", 60)
    assert kept(counts) == 600


def test_a_client_that_comes_again_moves_behind_the_others(clock: list[float]) -> None:
    counts = Windows()
    counts.hit("a", "ada", 60)
    clock[0] += 30
    counts.hit("a", "bob", 60)
    clock[0] += 31
    counts.hit("a", "ada", 60)
    clock[0] += 30
    counts.hit("a", "eve", 60)
    assert [*counts._limits["a"]] == ["ada", "eve"]


def test_it_moves_behind_those_that_have_ended_too(clock: list[float]) -> None:
    counts = Windows()
    for client in ("ada", "bob", "cyd", "dan"):
        counts.hit("a", client, 60)
    clock[0] += 60
    counts.hit("a", "cyd", 60)  # ada and bob go
    assert [*counts._limits["a"]] == ["dan", "cyd"]


# --- Threads ----------------------------------------------------------------------------------------------


@pytest.fixture
def restless() -> Iterator[None]:
    """Have threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def together(count: int, work: Callable[[int], None]) -> None:
    """Do ``work`` in so many threads that start at once."""
    start = threading.Barrier(count)
    failures: list[BaseException] = []

    def run(number: int) -> None:
        start.wait()
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001 - raised below
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.usefixtures("restless")
def test_cve_2026_92395_threads_that_meet_are_counted_one_by_one() -> None:
    counts = Windows()
    seen: list[list[int]] = [[] for _ in range(32)]

    def work(number: int) -> None:
        for _ in range(300):
            seen[number].append(counts.hit("a", "ada", 3600)[0])

    together(32, work)
    assert sorted(count for each in seen for count in each) == [*range(1, 9601)]


@pytest.mark.usefixtures("restless")
def test_threads_that_meet_at_the_end_of_windows_are_counted_one_by_one() -> None:
    counts = Windows()
    firsts: list[float] = []

    def work(_: int) -> None:
        until = time.monotonic() + 0.4
        while time.monotonic() < until:
            if counts.hit("a", "ada", 0.01)[0] == 1:
                firsts.append(time.monotonic())

    together(8, work)
    firsts.sort()
    # Two begin within less than a window only when a thread was held up before it looked at the clock.
    assert len(firsts) <= 0.4 / 0.01 + 2


@pytest.mark.usefixtures("restless")
def test_threads_of_many_clients_keep_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "CLIENTS", 50)
    counts = Windows()

    def work(number: int) -> None:
        for turn in range(500):
            counts.hit("a", f"{number} {turn}", 0.001)

    together(16, work)
    assert kept(counts) <= 50

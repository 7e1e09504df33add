"""What gunicorn's worker with threads is kept from."""

from __future__ import annotations

import logging
import socket
import struct
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from nextwsgi import gthread
from nextwsgi.gthread import LONGEST, bound_waiting, close_beside, leave_silent, waited


class _Connected:
    """A socket on which a client last sent something so many seconds ago, and what it is sent.

    ``asked`` is what can be read; None where nothing has come.
    """

    def __init__(
        self, seconds: float, *, gone: bool = False, asked: bytes | None = b"G", answered: float = 100
    ) -> None:
        self._seconds = seconds
        self._gone = gone
        self._asked = asked
        self._answered = answered
        self.sent = b""

    def recv(self, *_: int) -> bytes:
        if self._asked is None:
            raise BlockingIOError
        return self._asked

    def getsockopt(self, *_: int) -> bytes:
        return struct.pack("44xI4xI", round(self._answered * 1000), round(self._seconds * 1000))

    def settimeout(self, seconds: float) -> None:
        assert seconds < 5

    def sendall(self, data: bytes) -> None:
        if self._gone:
            raise BrokenPipeError
        self.sent += data


class _Pool:
    """The threads of a worker, for which so many requests wait."""

    def __init__(self, waiting: int) -> None:
        self._work_queue = SimpleNamespace(qsize=lambda: waiting)


def worker(waiting: int, *, is_ssl: bool = False) -> Any:
    cfg = SimpleNamespace(is_ssl=is_ssl)
    made = SimpleNamespace(tpool=_Pool(waiting), cfg=cfg, handle=lambda _: "handled")
    bound_waiting(made)
    return made


@pytest.fixture
def hour(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let so many seconds pass."""
    passed = [0.0]
    monkeypatch.setattr(gthread, "time", SimpleNamespace(monotonic=lambda: 1000 + sum(passed)))
    return passed.append


Passing = Callable[[float], None]


@pytest.mark.parametrize("gone", [False, True])
def test_a_request_that_has_waited_too_long_is_refused(hour: Passing, gone: bool) -> None:
    made, client = worker(1), _Connected(LONGEST + 1, gone=gone)
    hour(60)
    assert made.handle(SimpleNamespace(sock=client)) is False
    assert client.sent == (b"" if gone else gthread.REFUSAL)


def test_the_refusal_is_a_whole_answer_that_says_when_to_come_again() -> None:
    head, _, body = gthread.REFUSAL.partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    assert b"Retry-After: 5" in head
    assert b"Connection: close" in head


@pytest.mark.parametrize(
    ("waiting", "seconds", "worker_for"),
    [
        (0, LONGEST + 1, 60),  # nobody waits behind it
        (1, LONGEST - 1, 60),
        (1, LONGEST + 1, LONGEST),  # it came before the worker was there
    ],
)
def test_others_are_answered(hour: Passing, waiting: int, seconds: float, worker_for: float) -> None:
    made = worker(waiting)
    hour(worker_for)
    assert made.handle(SimpleNamespace(sock=_Connected(seconds))) == "handled"


@pytest.mark.parametrize("asked", [None, b""])
def test_who_idles_and_who_leaves_is_refused_nothing(
    hour: Passing, caplog: pytest.LogCaptureFixture, asked: bytes | None
) -> None:
    made, client = worker(1), _Connected(LONGEST + 1, asked=asked)
    hour(60)
    assert made.handle(SimpleNamespace(sock=client)) == "handled"
    assert not caplog.text


def test_a_request_sent_ahead_waits_since_the_answer_before_it(hour: Passing) -> None:
    made = worker(1)
    hour(60)
    assert made.handle(SimpleNamespace(sock=_Connected(LONGEST + 1, answered=1))) == "handled"


def test_nothing_is_sent_where_gunicorn_itself_encrypts(hour: Passing) -> None:
    made = worker(1, is_ssl=True)
    hour(60)
    assert made.handle(SimpleNamespace(sock=_Connected(LONGEST + 1))) == "handled"


def test_the_log_says_so_once_a_minute(hour: Passing, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "nextwsgi")
    made = worker(1)
    for seconds, times in ((60, 1), (1, 1), (gthread.TELL_EVERY, 2)):
        hour(seconds)
        made.handle(SimpleNamespace(sock=_Connected(LONGEST + 1)))
        assert caplog.text.count("requests have waited over 5 seconds") == times


def test_how_long_a_request_has_waited_is_what_the_system_says() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as client,
    ):
        client.sendall(b"GET")
        time.sleep(0.5)  # the listener has not even taken the connection
        with listener.accept()[0] as taken:
            assert 0.3 < waited(taken) < 30


def test_after_an_answer_the_wait_begins_anew() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as client,
    ):
        client.sendall(b"GET GET")
        time.sleep(0.5)
        with listener.accept()[0] as taken:
            before = waited(taken)
            taken.sendall(b"200")
            assert waited(taken) < before


def test_another_system_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gthread, "sys", SimpleNamespace(platform="freebsd14"))
    assert waited(_Connected(LONGEST + 1)) == 0  # type: ignore[arg-type]


def test_where_nothing_tells_how_long_nothing_has_waited() -> None:
    one, other = socket.socketpair()
    with one, other:
        assert waited(one) == 0


def test_threads_of_another_kind_are_left_alone() -> None:
    made = SimpleNamespace(tpool=object(), handle=2)
    bound_waiting(made)
    assert made.handle == 2


def test_a_worker_without_threads_is_left_alone() -> None:
    made = SimpleNamespace(handle=2)
    bound_waiting(made)
    close_beside(made)
    leave_silent(made)
    assert vars(made) == {"handle": 2}


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("kept", [False, True])
def test_a_connection_is_closed_once_and_by_its_own_thread(kept: bool, fails: bool) -> None:
    closed: list[bool] = []

    def close(graceful: bool = False) -> None:
        closed.append(graceful)
        if fails:
            raise OSError(9, "Bad file descriptor")

    connection = SimpleNamespace(close=close)
    made = SimpleNamespace(tpool=None, handle=lambda _: kept)
    close_beside(made)
    assert made.handle(connection) is kept
    assert closed == ([] if kept else [True])
    if not kept:
        connection.close(graceful=True)  # as gunicorn does in its loop
        assert closed == [True]


def test_a_worker_that_stops_waits_two_seconds_for_the_silent() -> None:
    now = time.monotonic()
    connections = [SimpleNamespace(timeout=now + 1), SimpleNamespace(timeout=now + 65)]
    leave_silent(SimpleNamespace(pending_conns=connections))
    assert connections[0].timeout == now + 1
    assert now + 2 <= connections[1].timeout < now + 32

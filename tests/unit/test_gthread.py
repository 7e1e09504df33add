"""What gunicorn's worker with threads is kept from."""

from __future__ import annotations

import logging
import queue
import socket
import struct
import time
from types import SimpleNamespace
from typing import Any

import pytest

from nextwsgi import gthread
from nextwsgi.gthread import LONGEST, Waiting, bound_waiting, close_beside, leave_silent, waited


class _Connected:
    """A socket on which a client last sent something so many seconds ago."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def getsockopt(self, *_: int) -> bytes:
        return struct.pack("52xI", round(self._seconds * 1000))


def served(waiting: int, seconds: float, worker_for: float = 60) -> tuple[str, bytes, Waiting]:
    """Ask an application for which so many wait, with a request that has waited so long."""
    app = Waiting(lambda _, start: [start("200 OK", []), b"ok"][1:], lambda: waiting)
    app._ready -= worker_for
    return (*ask(app, seconds), app)


def ask(app: Waiting, seconds: float) -> tuple[str, bytes]:
    told: list[Any] = []
    body = app({"gunicorn.socket": _Connected(seconds)}, lambda *head: told.append(head))
    return told[0][0], b"".join(body)


def test_a_request_that_has_waited_too_long_is_refused() -> None:
    assert served(1, LONGEST + 1)[:2] == ("503 Service Unavailable", gthread.BODY)


def test_the_client_is_told_when_to_come_again() -> None:
    told: list[Any] = []
    app = Waiting(lambda *_: [], lambda: 1)
    app._ready -= 60
    app({"gunicorn.socket": _Connected(9)}, lambda *head: told.append(head))
    assert ("Retry-After", "5") in told[0][1]


@pytest.mark.parametrize(
    ("waiting", "seconds", "worker_for"),
    [
        (0, LONGEST + 1, 60),  # nobody waits behind it
        (1, LONGEST - 1, 60),
        (1, LONGEST + 1, LONGEST),  # it came before the worker was there
    ],
)
def test_others_are_answered(waiting: int, seconds: float, worker_for: float) -> None:
    assert served(waiting, seconds, worker_for)[:2] == ("200 OK", b"ok")


def test_the_log_says_so_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "nextwsgi")
    app = served(1, LONGEST + 1)[2]
    ask(app, LONGEST + 1)
    assert caplog.text.count("requests have waited over 5 seconds") == 1
    app._told -= gthread.TELL_EVERY
    ask(app, LONGEST + 1)
    assert caplog.text.count("requests have waited over 5 seconds") == 2


def test_how_long_a_request_has_waited_is_what_the_system_says() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as client,
    ):
        client.sendall(b"GET")
        time.sleep(0.5)  # the listener has not even taken the connection
        with listener.accept()[0] as taken:
            assert 0.3 < waited(taken) < 30


def test_where_nothing_tells_how_long_nothing_has_waited() -> None:
    assert waited(None) == 0
    one, other = socket.socketpair()
    with one, other:
        assert waited(one) == 0


def test_the_application_is_still_found_behind_it() -> None:
    pool = SimpleNamespace(_work_queue=queue.SimpleQueue())
    worker = SimpleNamespace(wsgi=SimpleNamespace(project="p"), tpool=pool)
    bound_waiting(worker)
    assert worker.wsgi.project == "p"


def test_a_worker_without_threads_is_left_alone() -> None:
    worker = SimpleNamespace(wsgi=1, handle=2)
    bound_waiting(worker)
    close_beside(worker)
    leave_silent(worker)
    assert vars(worker) == {"wsgi": 1, "handle": 2}


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("kept", [False, True])
def test_a_connection_is_closed_once_and_by_its_own_thread(kept: bool, fails: bool) -> None:
    closed: list[bool] = []

    def close(graceful: bool = False) -> None:
        closed.append(graceful)
        if fails:
            raise OSError(9, "Bad file descriptor")

    connection = SimpleNamespace(close=close)
    worker = SimpleNamespace(tpool=None, handle=lambda _: kept)
    close_beside(worker)
    assert worker.handle(connection) is kept
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

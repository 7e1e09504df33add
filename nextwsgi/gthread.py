"""What gunicorn's worker with threads, ``gthread``, is kept from: all of it was found with gunicorn 27.0.1.

Each function is given the worker, and does nothing to one of another kind.
"""

from __future__ import annotations

import logging
import socket
import struct
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

log = logging.getLogger("nextwsgi")

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# How long a worker that stops waits for clients that have said nothing, in seconds: as long as gunicorn does
# for those that had an answer.
SILENCE = 2.0

# How long a request may wait for a thread, in seconds. Clients and proxies wait longer, people hardly do.
LONGEST = 5.0

# What a client that was refused waits, in seconds.
RETRY_AFTER = 5

# Seconds between two lines in the log.
TELL_EVERY = 60.0

BODY = b"The server is overloaded: try again later"

# tcpi_last_data_recv of Linux's struct tcp_info, in milliseconds.
_PLACE = 52


def bound_waiting(worker: Any) -> None:
    """Refuse requests that have waited too long for a thread, so that those behind them are answered.

    gunicorn works through its queue in order: where that is long, clients have gone by the time it is their
    turn, all work is for nobody, and so it stays until the queue is empty.
    """
    if threads := getattr(worker, "tpool", None):
        worker.wsgi = Waiting(worker.wsgi, threads._work_queue.qsize)


def close_beside(worker: Any) -> None:
    """Close a connection in the thread of its last request, not in the loop that accepts the others.

    gunicorn waits for up to 2 seconds until the client has closed its side, and accepts nobody meanwhile. And
    it counts a connection that was cut twice, so that a worker that stops takes itself for idle.
    """
    if not hasattr(worker, "tpool"):
        return
    handle = worker.handle

    def handled(connection: Any) -> object:
        kept = handle(connection)
        if kept is False:
            with suppress(OSError):  # it was cut
                connection.close(graceful=True)
            connection.close = _closed
        return kept

    worker.handle = handled


def _closed(graceful: bool = False) -> None:
    """Stand for ``close`` of a connection that is closed."""


def leave_silent(worker: Any) -> None:
    """Have a worker that stops wait no longer for clients that never said anything than for others that idle.

    gunicorn waits for all of graceful_timeout where one of them is connected, and so does a reload.
    """
    end = time.monotonic() + SILENCE
    # A copy: at max_requests this is another thread than the one that keeps them. They stay in their order.
    for connection in list(getattr(worker, "pending_conns", ())):
        connection.timeout = min(connection.timeout, end)


class Waiting:
    """An application behind the queue of a worker's threads."""

    def __init__(self, app: Application, queued: Callable[[], int]) -> None:
        """``queued`` tells how many requests wait at the moment."""
        self.app = app
        self.project = getattr(app, "project", None)
        self._queued = queued
        self._ready = time.monotonic()
        self._told = -TELL_EVERY

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer, or refuse what has waited too long."""
        # PERF: while nothing waits, which is nearly always, this comparison is all that is done.
        if self._queued() and self._too_long(waited(environ.get("gunicorn.socket"))):
            self._tell()
            return _refuse(start_response)
        return self.app(environ, start_response)

    def _too_long(self, seconds: float) -> bool:
        # What came before this worker was there has waited for its start: a reload refuses nobody.
        return LONGEST < seconds < time.monotonic() - self._ready

    def _tell(self) -> None:
        now = time.monotonic()
        if now - self._told >= TELL_EVERY:
            self._told = now
            log.warning(
                "requests have waited over %g seconds for a thread of this worker: they are answered 503."
                " Raise threads, or the number of workers",
                LONGEST,
            )


def waited(connection: socket.socket | None) -> float:
    """Give how many seconds ago a client sent the last it sent; 0 where the system does not tell."""
    try:
        told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _PLACE + 4)  # type: ignore[union-attr]
        (milliseconds,) = struct.unpack_from("I", told, _PLACE)
    except (AttributeError, OSError, struct.error):  # another system, a Unix socket, another server
        return 0.0
    return float(milliseconds) / 1000


def _refuse(start_response: Callable[..., Any]) -> list[bytes]:
    lines = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(BODY))),
        ("Retry-After", str(RETRY_AFTER)),
    ]
    start_response("503 Service Unavailable", lines)
    return [BODY]

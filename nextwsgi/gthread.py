"""What gunicorn's worker with threads, ``gthread``, is kept from: all of it was found with gunicorn 27.0.1.

Each function is given the worker, and does nothing to one of another kind.
"""

from __future__ import annotations

import logging
import socket
import struct
import sys
import time
from contextlib import suppress
from typing import Any

log = logging.getLogger("nextwsgi")

# How long a worker that stops waits for clients that have said nothing, in seconds: as long as gunicorn does
# for those that had an answer.
SILENCE = 2.0

# How long a request may wait for a thread, in seconds. Clients and proxies wait longer, people hardly do.
LONGEST = 5.0

# What a client that was refused waits, in seconds.
RETRY_AFTER = 5

TEXT = "The server is overloaded: try again later"

# Seconds between two lines in the log.
TELL_EVERY = 60.0

REFUSAL = (
    "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n"
    f"Retry-After: {RETRY_AFTER}\r\nContent-Length: {len(TEXT)}\r\n\r\n{TEXT}"
).encode()

# How long a client may take to take that, in seconds.
REFUSING = 1.0

# tcpi_last_data_sent and tcpi_last_data_recv of Linux's struct tcp_info, in milliseconds.
_PLACES = struct.Struct("44xI4xI")


def bound_waiting(worker: Any) -> None:
    """Refuse requests that have waited too long for a thread, so that those behind them are answered.

    gunicorn works through its queue in order: where that is long, clients have gone by the time it is their
    turn, all work is for nobody, and so it stays until the queue is empty.
    """
    # A project's own worker may have threads of another kind, which tell nobody how many wait for them.
    queue = getattr(getattr(worker, "tpool", None), "_work_queue", None)
    if queue is None or worker.cfg.is_ssl:  # what is sent here is not encrypted
        return
    handle, queued, patience = worker.handle, queue.qsize, Patience()

    def handled(connection: Any) -> object:
        # PERF: while nothing waits, which is nearly always, this comparison is all that is done.
        if queued() and has_asked(connection.sock) and patience.ended(waited(connection.sock)):
            refuse(connection.sock)
            return False
        return handle(connection)

    worker.handle = handled


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


class Patience:
    """How long requests may wait in one worker; the log says where that was too long."""

    def __init__(self) -> None:
        self._ready = time.monotonic()
        self._told = -TELL_EVERY

    def ended(self, seconds: float) -> bool:
        """Tell whether a request that has waited so long is to be refused."""
        now = time.monotonic()
        # What came before this worker was there has waited for its start: a reload refuses nobody.
        if not LONGEST < seconds < now - self._ready:
            return False
        if now - self._told >= TELL_EVERY:
            self._told = now
            log.warning(
                "requests have waited over %g seconds for a thread of this worker: they are answered 503."
                " Raise threads, or the number of workers",
                LONGEST,
            )
        return True


def has_asked(connection: socket.socket) -> bool:
    """Tell whether there is something to read: not from who idles, or has left and waits for nothing."""
    try:
        return bool(connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except OSError:
        return False


def waited(connection: socket.socket) -> float:
    """Give for how many seconds a client has waited; 0 where the system does not tell.

    That is since the client sent something, or since it was answered, where it sent the next request before.
    """
    if sys.platform != "linux":  # FreeBSD has microseconds there
        return 0.0
    try:
        told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _PLACES.size)
        sent, received = _PLACES.unpack(told)
        return float(min(sent, received)) / 1000
    except (OSError, struct.error):  # a Unix socket, an older kernel
        return 0.0


def refuse(connection: socket.socket) -> None:
    """Send the answer to a request that was not read; the connection is of no more use."""
    with suppress(OSError):  # the client has gone
        connection.settimeout(REFUSING)
        connection.sendall(REFUSAL)

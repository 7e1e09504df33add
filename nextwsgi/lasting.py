"""Answers that last, event streams and WebSockets: how many there may be, and their end when a worker stops.

Each holds the thread of its request for as long as it is open. So some threads are kept for plain requests.
"""

from __future__ import annotations

import logging
import threading
from typing import Any, Protocol

from nextwsgi.errors import ApiError

log = logging.getLogger("nextwsgi")

# The part of a worker's threads that may be held. The rest answers plain requests.
SHARE = 0.75

# What a client that was turned away waits, in seconds.
RETRY_AFTER = 5

# What a client has, in seconds, to take the end of its answer when the worker stops.
PARTING_SECONDS = 2.0


class Connection(Protocol):
    """What lasts. Both are called in a thread of their own, and may be called when it has just ended."""

    def stop(self) -> None:
        """Begin to end: the worker stops."""

    def cut(self) -> None:
        """End at once: the client takes nothing."""


class Lasting:
    """What lasts in this process."""

    def __init__(self) -> None:
        self.stopping = False
        """Whether the worker was told to stop: what begins now has to end at once."""
        self.most: int | None = None
        """How many may be open; None where the server makes a thread for each request."""
        self.workers = 1
        """How many processes serve beside this one, it included, as far as the server has told."""
        self._open: set[Connection] = set()
        self._changed = threading.Condition()
        self._told = False

    def limit(self, threads: int, workers: int = 1) -> None:
        """Say how many threads this worker has, and how many workers there are."""
        self.most, self.workers = max(1, int(threads * SHARE)), workers

    def enter(self, connection: Connection, res: Any) -> None:
        """Count one that begins, until ``leave``; ApiError 503 with Retry-After where too many are open."""
        with self._changed:
            if self.most is None or len(self._open) < self.most:
                self._open.add(connection)
                return
            told, self._told = self._told, True
        if not told:
            log.warning(
                "%s event streams and WebSockets are open in this worker: more are answered 503, so that its"
                " other threads answer plain requests. Raise threads, or the number of workers",
                self.most,
            )
        res.setHeader("Retry-After", RETRY_AFTER)
        raise ApiError(503, "Too many open connections: try again later")

    def leave(self, connection: Connection) -> None:
        """Forget one that has ended."""
        with self._changed:
            self._open.discard(connection)
            self._changed.notify_all()

    def stop(self) -> None:
        """End all, and cut those whose clients do not take their end. Not for a signal handler: it waits."""
        self.stopping = True
        for each in self._those_open():
            each.stop()
        with self._changed:
            self._changed.wait_for(lambda: not self._open, PARTING_SECONDS)
        for each in self._those_open():
            each.cut()

    def _those_open(self) -> list[Connection]:
        with self._changed:
            return list(self._open)


lasting = Lasting()

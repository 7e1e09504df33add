"""Tells at once that a client has left, where the system does: a write finds it out only later, if ever."""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable

# The other side has closed its half, or the connection is gone. Bytes that it sends are left alone.
LEFT = select.EPOLLRDHUP | select.EPOLLHUP | select.EPOLLERR if hasattr(select, "epoll") else 0


class Departures:
    """Watches connections, in one thread for all of them."""

    def __init__(self) -> None:
        """OSError where the system has no more descriptors."""
        self._epoll = select.epoll()
        self._lock = threading.Lock()
        self._watched: dict[int, Callable[[], object]] = {}
        threading.Thread(target=self._run, name="nextwsgi-departures", daemon=True).start()

    def watch(self, fd: int, left: Callable[[], object]) -> None:
        """Call ``left``, in another thread, once the other side of a connection has closed it."""
        with self._lock:
            self._epoll.register(fd, LEFT)
            self._watched[fd] = left  # where the system has no room for it, there is nothing to forget

    def forget(self, fd: int) -> None:
        """Watch a connection no more, before it is closed."""
        with self._lock:
            if self._watched.pop(fd, None) is not None:
                self._epoll.unregister(fd)

    def _run(self) -> None:
        while True:
            for fd, _ in self._epoll.poll():
                self._tell(fd)

    def _tell(self, fd: int) -> None:
        with self._lock:
            # The number may already be that of another connection: so it is asked once more.
            if fd not in self._watched or not _has_left(fd):
                return
            left = self._watched.pop(fd)
            self._epoll.unregister(fd)
        left()


def _has_left(fd: int) -> bool:
    probe = select.poll()
    probe.register(fd, select.POLLRDHUP)
    return bool(probe.poll(0))


def departures() -> Departures | None:
    """Give what watches the connections of this process; None where the system tells nothing."""
    if not LEFT:
        return None
    with _lock:
        # Made at its first use in each process: a fork has no threads of its parent.
        if os.getpid() not in _made:
            _made[os.getpid()] = Departures()
        return _made[os.getpid()]


_lock = threading.Lock()
_made: dict[int, Departures] = {}

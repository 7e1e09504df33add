"""Has every thread of a process stop where it is known, so that what the process holds can be counted.

A thread that is only about to rest still holds something: how much depends on how busy the machine is.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager
from queue import SimpleQueue

from nextwsgi.after import THREADS
from nextwsgi.departures import departures
from nextwsgi.project import Project

# Seconds for what ends by itself: a test waits so long for what does not.
PATIENCE = 10.0


@contextmanager
def still(project: Project, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the threads of ``after``, the event loop and departures, once they have done what there was."""
    gate = _Gate()
    with gate.shut():
        for _ in range(THREADS):
            project.work._threads.submit(gate.stop)
        gate.expect(THREADS)
        _end_readers(patience)
        _hold_departures(gate)
        _end_tasks(project, patience)
        project.loop.errands().loop.call_soon_threadsafe(gate.stop)
        gate.expect(1)
        yield


class _Gate:
    """Where threads wait. Locks and queues of C: what waits at them holds nothing that comes and goes."""

    def __init__(self) -> None:
        self._arrived: SimpleQueue[None] = SimpleQueue()
        self._lock = threading.Lock()

    @contextmanager
    def shut(self) -> Iterator[None]:
        with self._lock:
            yield

    def stop(self) -> None:
        _get_what_each_gets_once()
        self._arrived.put(None)
        with self._lock:
            pass

    def expect(self, threads: int) -> None:
        """Wait until so many more have come."""
        for _ in range(threads):
            self._arrived.get(timeout=60)


def _get_what_each_gets_once() -> None:
    """Have this thread get what it will keep as long as it lives, whichever request comes to it first."""
    asyncio._get_running_loop()  # a dictionary, with the first question for a loop
    for _ in traceback.walk_stack(None):
        pass  # frame objects, with the first traceback


def _end_readers(patience: float) -> None:
    """Wait for the threads that read for WebSockets: they end a moment after their answers."""
    for thread in threading.enumerate():
        if thread.name == "nextwsgi-websocket":
            thread.join(patience)


def _hold_departures(gate: _Gate) -> None:
    """Have a client leave of whom it hears last."""
    if (watcher := departures()) is None:
        return
    client, server = socket.socketpair()
    with closing(server):
        watcher.watch(server.fileno(), gate.stop)
        client.close()
        gate.expect(1)


def _end_tasks(project: Project, patience: float) -> None:
    deadline = time.monotonic() + patience
    while tasks(project) and time.monotonic() < deadline:
        time.sleep(0.001)


def tasks(project: Project) -> int:
    """Count those on the event loop."""
    running = project.loop._running
    return 0 if running is None else len(asyncio.all_tasks(running[1]))

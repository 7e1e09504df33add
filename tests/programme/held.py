"""What a process holds: objects, memory, descriptors, threads, tasks, temporary files."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from nextwsgi.project import Project
from tests.contract.sockets import descriptors

PATIENCE = 1.0
SETTLED = 0.02


@dataclass(frozen=True)
class Held:
    """What a process holds at one moment."""

    objects: int
    """Those that the garbage collector knows."""
    blocks: int
    """Pieces of memory that Python has given out."""
    descriptors: int
    threads: int
    tasks: int
    files: int
    """In the folder of the project and of its temporary files."""
    memory: int
    """Bytes that are resident."""

    def changes(self, before: Held) -> dict[str, int]:
        """Give what is more or less than before, without what changes by itself: memory, and blocks."""
        now, then = asdict(self), asdict(before)
        exact = ("objects", "descriptors", "threads", "tasks", "files")
        return {name: now[name] - then[name] for name in exact if now[name] != then[name]}


def held(project: Project, folder: Path) -> Held:
    """Count what this process holds."""
    while gc.collect():  # finalizers leave something, too
        pass
    _trim()
    return Held(
        len(gc.get_objects()),
        sys.getallocatedblocks(),
        descriptors(),
        threading.active_count(),
        _tasks(project),
        sum(len(files) for _, _, files in os.walk(folder)),
        resident(os.getpid()),
    )


def settled(project: Project, folder: Path, before: Held) -> Held:
    """Count until it is as ``before``, or nothing more will end.

    The threads that read for WebSockets, for example, end a moment after their answers.
    """
    deadline = time.monotonic() + PATIENCE
    while (found := held(project, folder)).changes(before) and time.monotonic() < deadline:
        time.sleep(SETTLED)
    return found


def finish_tasks(project: Project) -> None:
    """Wait until no task is left on the event loop."""
    deadline = time.monotonic() + PATIENCE
    while _tasks(project) and time.monotonic() < deadline:
        time.sleep(SETTLED / 10)


def _tasks(project: Project) -> int:
    running = project.loop._running
    return 0 if running is None else len(asyncio.all_tasks(running[1]))


def resident(pid: int) -> int:
    """Give the bytes of memory that a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _trim() -> None:
    """Have the C library give back what is free: it keeps some for each thread that ever was."""
    with suppress(AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)

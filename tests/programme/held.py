"""What a process holds: objects, memory, descriptors, threads, tasks, temporary files."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from nextwsgi.project import Project
from tests.contract.sockets import descriptors
from tests.programme.still import tasks


@dataclass(frozen=True)
class Held:
    """What a process holds at one moment."""

    objects: int
    """Those that the garbage collector knows."""
    blocks: int
    """Pieces of memory that Python has given out: text and bytes, too."""
    descriptors: int
    threads: int
    tasks: int
    files: int
    """In the folder of the project and of its temporary files."""
    used: int
    """Bytes that the C library has given out: without what is free between them, which comes and goes."""
    memory: int
    """Bytes that are resident."""

    def changes(self, before: Held) -> dict[str, int]:
        """Give what is more or less than before, without the bytes."""
        now, then = asdict(self), asdict(before)
        names = now.keys() - {"used", "memory"}
        return {name: now[name] - then[name] for name in names if now[name] != then[name]}


def held(project: Project, folder: Path) -> Held:
    """Count what this process holds, while its threads are held (``still``)."""
    while gc.collect():  # finalizers leave something, too
        pass
    _forget_names()
    return Held(
        len(gc.get_objects()),
        sys.getallocatedblocks(),
        descriptors(),
        threading.active_count(),
        tasks(project),
        sum(len(files) for _, _, files in os.walk(folder)),
        _used(),
        resident(os.getpid()),
    )


def _forget_names() -> None:
    """Empty Python's cache of methods.

    Names that C code looks up are new texts each time, and some thousands of them stay in it: by address, so
    that it fills more slowly the fuller it is, and looks like a small leak.
    """
    forget = getattr(sys, "_clear_internal_caches", None) or sys._clear_type_cache  # the first since 3.13
    forget()


_BEFORE = ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks")


class _Mallinfo(ctypes.Structure):
    """What glibc's mallinfo2 gives."""

    _fields_ = [(name, ctypes.c_size_t) for name in (*_BEFORE, "uordblks", "fordblks", "keepcost")]


def _used() -> int:
    """Give 0 where the C library does not tell."""
    try:
        tell = ctypes.CDLL(None).mallinfo2
    except AttributeError:
        return 0
    tell.restype = _Mallinfo
    found = tell()
    return int(found.uordblks + found.hblkhd)


def resident(pid: int) -> int:
    """Give the bytes of memory that a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def trim() -> None:
    """Have the C library give back what is free: it keeps some for each thread that ever was."""
    with suppress(AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)

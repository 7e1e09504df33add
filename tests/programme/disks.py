"""A disk that is full while files are uploaded and SQLite writes, and has room again."""

from __future__ import annotations

import asyncio
import os
import resource
import sqlite3
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Protocol

from tests.demo.serving import gunicorn
from tests.programme.checking import Answer, read_answer
from tests.programme.faults import children
from tests.programme.row import Progress, Result, Row
from tests.programme.site import served
from tests.programme.stores import exchange

MIB = 1024 * 1024


class Disk(Protocol):
    """Where a server writes."""

    def fill(self) -> None:
        """Leave no room on it."""

    def free(self) -> None:
        """Make room again."""


class Mounted:
    """A small disk of memory, which only root can have."""

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Write until nothing more goes in."""
        with self._ballast.open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                return

    def free(self) -> None:
        self._ballast.unlink()


class Limited:
    """Processes that may not make a file larger: what root is not needed for."""

    def __init__(self, masters: list[int]) -> None:
        self._masters = masters

    def fill(self) -> None:
        self._limit(0)

    def free(self) -> None:
        self._limit(resource.RLIM_INFINITY)

    def _limit(self, size: int) -> None:
        for process in [each for master in self._masters for each in children(master)]:
            resource.prlimit(process, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@contextmanager
def mounted(size: int) -> Iterator[Path | None]:
    """Mount a disk of that many bytes; None where that is not allowed."""
    with tempfile.TemporaryDirectory(prefix="disk-") as name:
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", name]
        if os.getuid() or subprocess.run(command, check=False, capture_output=True).returncode:
            yield None
            return
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "--lazy", name], check=True)


async def upload(port: int, size: int) -> Answer:
    """Send a file of so many bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    part = b"--x\r\nContent-Disposition: form-data; name=file; filename=a\r\nContent-Type: text/plain\r\n\r\n"
    body = part + b"a" * size + b"\r\n--x--\r\n"
    head = f"POST /api/upload HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {len(body)}"
    writer.write(head.encode() + b"\r\nContent-Type: multipart/form-data; boundary=x\r\n\r\n" + body)
    try:
        return await read_answer(reader)
    finally:
        writer.close()


class Writers:
    """Clients that have a server write, and what they were answered."""

    def __init__(self, site: int, demo: int, size: int) -> None:
        self._ports = site, demo
        self._size = size
        self.stored = 0
        self.users: set[str] = set()
        self._count = 0

    async def write(self, count: int) -> tuple[set[int], set[int]]:
        """Upload so many files, and register as many users, all at once; the statuses of each."""
        files = await asyncio.gather(*(upload(self._ports[0], self._size) for _ in range(count)))
        users = await asyncio.gather(*(self._register() for _ in range(count)))
        statuses = Counter(each.status for each in files)
        self.stored += statuses[200]
        return set(statuses), set(users)

    async def _register(self) -> int:
        self._count += 1
        email = f"ada{self._count}@example.com"
        answer = await exchange(self._ports[1], "/api/users", {"name": "Ada", "email": email})
        if answer.status == 201:
            self.users.add(email)
        return answer.status


def disk(
    progress: Progress, rounds: int = 20, size: int = 200_000, count: int = 12, *, root: bool = True
) -> Result:
    """Fill the disk, and make room again, so often."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nextwsgi-")))
        place = stack.enter_context(mounted(2 * rounds * count * size + 16 * MIB)) if root else None
        (folder / "disk").symlink_to(place or tempfile.mkdtemp(dir=folder))
        (folder / "site").mkdir()
        (folder / "site" / "stored").symlink_to(folder / "disk" / "stored")
        (folder / "disk" / "stored").mkdir()
        site, _ = stack.enter_context(served(workers=1, folder=folder / "site"))
        database = folder / "disk" / "demo.db"
        demo = stack.enter_context(gunicorn(folder, {"DATABASE_URL": f"sqlite:///{database}"}))
        full: Disk = Mounted(place) if place else Limited([site.process.pid, demo.process.pid])
        writers = Writers(site.port, demo.port, size)
        asyncio.run(_filled(writers, full, rounds, count, progress))
        files = [each.stat().st_size for each in (folder / "disk" / "stored").iterdir()]
        assert files == [size] * writers.stored, (Counter(files), writers.stored)
        with closing(sqlite3.connect(database)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            kept = {email for (email,) in connection.execute("SELECT email FROM users")}
        assert writers.users == kept, writers.users ^ kept
        _hold_no_files(children(site.process.pid))
    kind = "a disk of its own" if place else "RLIMIT_FSIZE"
    return Result(
        f"{rounds} times full ({kind}): 503, then {writers.stored} files and {len(kept)} users whole",
        met=True,
    )


async def _filled(writers: Writers, full: Disk, rounds: int, count: int, progress: Progress) -> None:
    for number in range(rounds):
        seen = await writers.write(count)
        assert seen == ({200}, {201}), ("with room", seen)
        await asyncio.to_thread(full.fill)
        files, users = await writers.write(count)
        assert files == {503}, ("without room", files)
        # SQLite has room in its own files for some.
        assert users <= {201, 503}, ("without room", users)
        await asyncio.to_thread(full.free)
        seen = await writers.write(count)
        assert seen == ({200}, {201}), ("with room again", seen)
        progress(number + 1, rounds)


def _hold_no_files(processes: list[int]) -> None:
    """Hold that no upload's file is still open."""
    for process in processes:
        opened = [os.readlink(each.path) for each in os.scandir(f"/proc/{process}/fd")]
        assert not [each for each in opened if "/stored" in each], opened


ROWS = [
    Row(
        "disk",
        "a full disk is told, and costs nothing that was stored",
        "20 times full: only 503, no file left, all as before once there is room",
        disk,
    ),
]

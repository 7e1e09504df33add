"""A PostgreSQL of the tests' own, which they may stop and start again."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

PATIENCE = 30.0


def program(name: str) -> str | None:
    """Find a program of PostgreSQL: Debian keeps them out of PATH, a folder for each version."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return shutil.which(name, path=os.pathsep.join([*map(str, places), os.environ.get("PATH", "")]))


def _needed(name: str) -> str:
    found = program(name)
    if found is None:
        raise FileNotFoundError("there is no PostgreSQL: apt-get install postgresql")
    return found


missing = program("initdb") is None and not os.environ.get("CI")
MISSING = "there is no PostgreSQL; with CI set this would fail"


class Server:
    """A server on a free port, with its files in a folder of its own."""

    def __init__(self, folder: Path, user: str | None) -> None:
        self._data = folder / "data"
        self._user = user
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        command = [_needed("initdb"), "-D", str(self._data), "-U", "tests", "-A", "trust", "-N"]
        subprocess.run([*command, "--locale=C.UTF-8"], check=True, user=user, stdout=subprocess.DEVNULL)

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("ab") as log:
            command = [_needed("postgres"), "-D", str(self._data), "-p", str(self.port), *options]
            self._process = subprocess.Popen(command, user=self._user, stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, (self._folder / "log").read_text()
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop it at once, whoever is connected."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
            self._process.wait(PATIENCE)
            self._process = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Have it hang, with all its processes."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text()
        family = [self._process.pid, *map(int, children.split())]
        _send(family, signal.SIGSTOP)
        try:
            yield
        finally:
            _send(family, signal.SIGCONT)

    def url(self, name: str) -> str:
        """Give the URL of a database."""
        return f"postgresql://tests@127.0.0.1:{self.port}/{name}"

    def emptied(self) -> str:
        """Give the URL of a database with empty tables: a new one takes a fifth of a second."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            if names := [name for (name,) in connection.execute(query)]:
                connection.execute(f"TRUNCATE {', '.join(names)}".encode())
        return self.url("postgres")


@contextmanager
def running() -> Iterator[Server]:
    """Run a server; as root it runs as another user, for PostgreSQL refuses root."""
    with tempfile.TemporaryDirectory(prefix="postgresql-") as name:
        user = None if os.getuid() else _somebody()
        if user is not None:
            os.chown(name, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        server = Server(Path(name), user)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _send(processes: list[int], number: signal.Signals) -> None:
    for process in processes:
        with suppress(ProcessLookupError):  # one that has ended meanwhile
            os.kill(process, number)


def _somebody() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"

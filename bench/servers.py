"""The servers that are measured: how each is started, and ended."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.places import PROJECT as CONFORMANCE
from tests.conformance.servers import NEXT, install_next, stop

from bench import goals
from bench.options import ROOT
from bench.work import Work, difference

PATIENCE = 30.0
BENCH = ROOT / "bench"
# Below build/, which git does not keep.
NEXT_PROJECT = ROOT / "build" / "bench" / "next"


@dataclass(frozen=True)
class Server:
    """One application under one server. ``setting`` names the server and its workers."""

    setting: str
    peer: str
    command: tuple[str, ...]
    folder: Path = ROOT

    @property
    def name(self) -> str:
        """Name it in messages."""
        return f"{self.peer}, {self.setting}"


@dataclass(frozen=True)
class Running:
    """A started server: the port it listens on, the process that leads its session, and how long it took."""

    port: int
    process: int
    milliseconds: float


class Unavailable(Exception):
    """A server cannot be measured; the message says why."""


def gunicorn(setting: str, peer: str, *arguments: str) -> Server:
    """Describe an application under gunicorn with the settings that all have."""
    command = ("-m", "gunicorn", "-c", str(BENCH / "gunicorn_alike.py"), *arguments, "-b", "127.0.0.1:{port}")
    return Server(setting, peer, (sys.executable, *command, f"bench.peers.{peer}:app"))


def sync(peer: str) -> Server:
    """One worker, one request at a time."""
    return gunicorn(goals.SAME[0], peer, "-k", "sync", "-w", "1")


def gthread(peer: str) -> Server:
    """One worker of four threads."""
    return gunicorn(goals.SAME[1], peer, "-k", "gthread", "-w", "1", "--threads", "4")


def two_gthread(peer: str) -> Server:
    """Two workers of four threads."""
    return gunicorn(goals.SAME[2], peer, "-k", "gthread", "-w", "2", "--threads", "4")


def threads(count: int) -> Server:
    """Run ours in one worker of many threads."""
    setting = f"gunicorn, 1 gthread of {count}"
    return gunicorn(setting, "ours", "-k", "gthread", "-w", "1", "--threads", str(count))


def gevent(peer: str) -> Server:
    """One worker of greenlets."""
    return gunicorn("gunicorn, 1 gevent", peer, "-k", "gevent", "-w", "1")


def shipped() -> Server:
    """Run ours as its user does: ``gunicorn wsgi:app`` with the project's gunicorn.conf.py."""
    command = (sys.executable, "-m", "gunicorn", "-b", "127.0.0.1:{port}", "wsgi:app")
    return Server(goals.SHIPPED, "ours", command, BENCH / "project")


def granian(peer: str) -> Server:
    """One worker of granian: ours as ``nextwsgi start`` runs it, others as plain WSGI."""
    if peer == "ours":
        start = ("-m", "nextwsgi", "start", "--server", "granian", "-H", "127.0.0.1", "-p", "{port}")
        return Server(
            goals.GRANIAN, peer, (sys.executable, *start, "--", "--workers", "1"), BENCH / "project"
        )
    command = ("-m", "granian", "--interface", "wsgi", "--workers", "1", "--no-access-log", "--log-level")
    place = ("warning", "--host", "127.0.0.1", "--port", "{port}", f"bench.peers.{peer}:app")
    return Server(goals.GRANIAN, peer, (sys.executable, *command, *place))


def uvicorn() -> Server:
    """FastAPI in one process, on uvloop and httptools."""
    command = ("-m", "uvicorn", "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level")
    place = ("warning", "--host", "127.0.0.1", "--port", "{port}", "bench.peers.fastapi:app")
    return Server(goals.UVICORN, "fastapi", (sys.executable, *command, *place))


def next_start() -> Server:
    """Run the built project of Next.js."""
    command = (*NEXT, "start", "-H", "127.0.0.1", "-p", "{port}")
    return Server(goals.NEXT, "next", command, NEXT_PROJECT)


# --- Next.js ----------------------------------------------------------------------------------------------


def prepare_next() -> None:
    """Install Next.js, and build the JavaScript twins of the routes, where that is not done yet."""
    with _unavailable():
        install_next()
        if not (NEXT_PROJECT / "node_modules").is_dir():
            # Its compiler follows no link that leaves the project; hard links take no space.
            modules = CONFORMANCE / "node_modules"
            shutil.copytree(modules, NEXT_PROJECT / "node_modules", symlinks=True, copy_function=_link)
        shutil.copy(CONFORMANCE / "package.json", NEXT_PROJECT)
        shutil.rmtree(NEXT_PROJECT / "pages", ignore_errors=True)
        shutil.copytree(BENCH / "next" / "pages", NEXT_PROJECT / "pages")
        subprocess.run(
            [*NEXT, "build"], cwd=NEXT_PROJECT, env=environment(), check=True, capture_output=True, text=True
        )


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


@contextmanager
def _unavailable() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise Unavailable(f"Next.js needs Node 20 and npm: {error}") from error
    except subprocess.CalledProcessError as error:
        raise Unavailable(f"{error}: {error.stderr or ''}") from error


# --- starting and stopping --------------------------------------------------------------------------------


def environment() -> dict[str, str]:
    """Make the environment of every server. Python keeps what it compiled, whatever the shell says."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT), "NEXT_TELEMETRY_DISABLED": "1"}


@contextmanager
def running(server: Server) -> Iterator[Running]:
    """Run a server until the end of the block; Unavailable with its output where it never answers."""
    port = free_port()
    command = [part.format(port=port) for part in server.command]
    with tempfile.TemporaryFile() as log:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=server.folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # so that stopping it also stops its workers, and nothing else
        )
        try:
            _wait(process, port)
            yield Running(port, process.pid, (time.perf_counter() - start) * 1000)
        except _NeverAnswered as error:
            log.seek(0)
            raise Unavailable(f"{error}: {_tail(log.read())}") from None
        finally:
            stop(process)


class _NeverAnswered(Exception):
    pass


def _tail(log: bytes) -> str:
    return " | ".join(log.decode(errors="replace").split("\n")[-6:])


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise _NeverAnswered(f"it ended with {process.returncode}")
        with suppress(OSError, http.client.HTTPException):
            if fetch(port, "GET", "/api/hello")[0] == 200:
                return
        time.sleep(0.001)
    raise _NeverAnswered(f"no answer in {PATIENCE:.0f} seconds")


# --- asking -----------------------------------------------------------------------------------------------


def fetch(
    port: int, method: str, target: str, body: bytes = b"", headers: tuple[tuple[str, str], ...] = ()
) -> tuple[int, str | None, bytes]:
    """Ask once on a new connection; status, content type and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, target, body or None, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type"), answer.read()
    finally:
        connection.close()


def check(port: int, works: list[Work]) -> None:
    """Compare a server's answers with those wanted; Unavailable for one that differs."""
    for work in works:
        try:
            status, content_type, body = fetch(port, work.method, work.target, work.body, work.headers)
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable(f"{work.name}: {error!r}") from error
        if wrong := difference(work, status, content_type, body):
            raise Unavailable(wrong)


def next_version() -> str:
    """Give the version of Next.js that is installed."""
    package = json.loads((NEXT_PROJECT / "node_modules/next/package.json").read_text())
    return str(package["version"])

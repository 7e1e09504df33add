"""Projects of a few files under each server, one worker each."""

from __future__ import annotations

import socket
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.contract.serving import PATIENCE, Server, started
from tests.programme.sites import write

WSGI = "from nextwsgi import NextWSGI\n\napp = NextWSGI('.')\n"
CONFIG = "from nextwsgi.production import *\n"

GUNICORN = ("gunicorn", "--workers", "1", "--bind", "127.0.0.1:{port}", "wsgi:app")
COMMANDS: dict[str, tuple[str, ...]] = {
    "gunicorn sync": (*GUNICORN, "--worker-class", "sync", "--threads", "1"),
    "gunicorn gthread": GUNICORN,  # with the settings of nextwsgi.production
    "waitress": ("waitress", "--listen=127.0.0.1:{port}", "--threads=16", "wsgi:app"),
    "granian": (
        "nextwsgi",
        "start",
        "--server",
        "granian",
        "-H",
        "127.0.0.1",
        "-p",
        "{port}",
        "--",
        "--workers",
        "1",
    ),
    "development": ("nextwsgi", "dev", "--port", "{port}"),
}


@contextmanager
def served(kind: str, files: Mapping[str, str]) -> Iterator[Server]:
    """Serve a project under a server that answers by now."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root, {"wsgi.py": WSGI, "gunicorn.conf.py": CONFIG, **files})
        port = free_port()
        command = [part.format(port=port) for part in COMMANDS[kind]]
        with started(command, root) as process:
            server = Server(process, port, root / "log")
            ready(server)
            yield server


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def ready(server: Server) -> None:
    """Wait until it answers; AssertionError with its log when it ends, or does not come to it."""
    deadline = time.monotonic() + 3 * PATIENCE
    while time.monotonic() < deadline and server.process.poll() is None:
        with suppress(OSError), server.connection() as client:
            client.sendall(b"GET /is-it-there HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            if client.recv(9).startswith(b"HTTP/1."):
                return
        time.sleep(0.05)
    raise AssertionError(f"the server does not answer: {server.log.read_text()}")

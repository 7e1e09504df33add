"""Projects under real servers with as many workers as a test wants."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.contract.serving import Server, started, write

NAMES = {
    "sync": ("--worker-class", "sync", "--threads", "1"),
    "gthread": ("--worker-class", "gthread", "--threads", "1"),
    "preload": ("--preload", "--threads", "2"),
}
CONFIG = "from nextwsgi.production import *\n"
WSGI = "from nextwsgi import NextWSGI\n\napp = NextWSGI('.')\n"


def project(root: Path, routes: Mapping[str, str]) -> None:
    """Write a project with the settings of nextwsgi.production."""
    write(root, routes)
    (root / "wsgi.py").write_text(WSGI)
    (root / "gunicorn.conf.py").write_text(CONFIG)


@contextmanager
def gunicorn(root: Path, *options: str) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        bind = ("--bind", f"fd://{listener.fileno()}")
        with started(["gunicorn", *bind, *options, "wsgi:app"], root, [listener.fileno()]) as process:
            yield Server(process, listener.getsockname()[1], root / "log")


@contextmanager
def granian(root: Path, workers: int) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    place = ("-H", "127.0.0.1", "-p", str(port))
    options = ("--workers", str(workers), "--blocking-threads", "1")
    command = ["nextwsgi", "start", "--server", "granian", *place, "--", *options]
    with started(command, root) as process:
        server = Server(process, port, root / "log")
        server.logged(f"Started worker-{workers}")
        yield server


@contextmanager
def running(name: str, root: Path, workers: int) -> Iterator[Server]:
    if name == "granian":
        with granian(root, workers) as server:
            yield server
    else:
        with gunicorn(root, *NAMES[name], "--workers", str(workers)) as server:
            yield server

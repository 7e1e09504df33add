"""Connections that are kept, to a server of ``projects/kinds``."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from tests.contract.serving import PATIENCE, Server, started
from tests.programme.calls import Answer, Environ
from tests.programme.kinds import SETTINGS, project

# As many clients as a limit keeps: that it does keep no more is the row "counting".
WSGI = """
from nextwsgi import NextWSGI
from nextwsgi.middleware import windows

windows.CLIENTS = 50
app = NextWSGI('.')
"""
CONFIG = "from nextwsgi.production import *\n"


class Connection:
    """One connection, for one request after the other; the server may close it between them."""

    def __init__(self, port: int) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE * 3)

    def ask(self, variables: Environ) -> Answer:
        """Send a request and read its answer whole."""
        try:
            return self._ask(variables)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self._http.close()  # a kept connection that the server closes while the request is on its way
            return self._ask(variables)

    def _ask(self, variables: Environ) -> Answer:
        body = variables["wsgi.input"].getvalue()
        self._http.request(variables["REQUEST_METHOD"], target(variables), body, headers(variables))
        answer = self._http.getresponse()
        lines = "\n".join(f"{name}: {value}" for name, value in answer.getheaders())
        return Answer(answer.status, f"{lines}\n\n{answer.read().decode('latin-1')}")

    def close(self) -> None:
        self._http.close()


def target(variables: Environ) -> str:
    """Give what stands in the request line."""
    return str(variables["RAW_URI"])


def headers(variables: Environ) -> dict[str, str]:
    """Give the headers that a request's variables were made of."""
    named = {name[5:].replace("_", "-"): text for name, text in variables.items() if name.startswith("HTTP_")}
    if "CONTENT_TYPE" in variables:
        named["Content-Type"] = variables["CONTENT_TYPE"]
    return named


@contextmanager
def gunicorn(folder: Path, *options: str, env: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Serve the project with ``nextwsgi.production``, in one worker."""
    root = _written(folder, env)
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        bind = ("--bind", f"fd://{listener.fileno()}", "--workers", "1", *options)
        with started(["gunicorn", *bind, "wsgi:app"], root, [listener.fileno()]) as process:
            yield Server(process, listener.getsockname()[1], root / "log")


@contextmanager
def granian(folder: Path, env: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Serve it with granian, in one worker."""
    root = _written(folder, env)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    place = ("-H", "127.0.0.1", "-p", str(port))
    command = ["nextwsgi", "start", "--server", "granian", *place, "--", "--workers", "1"]
    with started(command, root) as process:
        server = Server(process, port, root / "log")
        server.logged("Started worker-1")
        yield server


SERVERS: dict[str, Callable[[Path], AbstractContextManager[Server]]] = {
    "gunicorn": gunicorn,
    "granian": granian,
}


def _written(folder: Path, env: Mapping[str, str] | None) -> Path:
    root = project(folder, front=True)
    (root / "wsgi.py").write_text(WSGI)
    (root / "gunicorn.conf.py").write_text(CONFIG)
    lines = [f"{name}={value}" for name, value in {**SETTINGS, **(env or {})}.items()]
    (root / ".env.local").write_text("\n".join(lines))
    return root


def records(server: Server) -> dict[str, Any]:
    """Ask for what ``lib/records.py`` has heard."""
    found: dict[str, Any] = json.loads(server.ask("records").rpartition(b"\r\n\r\n")[2])
    return found


def heard(server: Server, count: int) -> dict[str, Any]:
    """Wait until it has heard so much of what comes after answers, and of errors."""
    deadline = time.monotonic() + PATIENCE
    while True:
        counts = (found := records(server))["counts"]
        if counts.get("after", 0) + counts.get("error", 0) >= count or time.monotonic() > deadline:
            return found
        time.sleep(0.05)

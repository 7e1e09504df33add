"""The demo under real servers, with a database of its own, and visitors who keep their cookies."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

PATIENCE = 30.0

# As in production, but without secrets that the demo would write into .env.local.
SETTINGS = {
    "NODE_ENV": "production",
    **{name: secrets.token_urlsafe(32) for name in ("JWT_SECRET", "API_TOKEN", "AUTH_SECRET")},
}


@dataclass(frozen=True)
class Site:
    """A gunicorn that serves the demo."""

    port: int
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def gunicorn(folder: Path, env: Mapping[str, str] | None = None, *, workers: int = 1) -> Iterator[Site]:
    """Run ``gunicorn wsgi:app``; its log, and the database unless ``env`` names one, are in ``folder``."""
    # A client may connect before a worker has started: nothing here waits for the server to be ready.
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        port = listener.getsockname()[1]
        log = folder / f"gunicorn.{port}.log"
        command = [
            *(sys.executable, "-m", "gunicorn", "--workers", str(workers)),
            *("--bind", f"fd://{listener.fileno()}", "wsgi:app"),
        ]
        settings = {**SETTINGS, "DATABASE_URL": f"sqlite:///{folder / 'demo.db'}", **(env or {})}
        with log.open("wb") as file:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **settings},
                stdout=file,
                stderr=file,
                pass_fds=[listener.fileno()],
            )
        try:
            yield Site(port, log, process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


@dataclass(frozen=True)
class Reply:
    """What a visitor got: the status, the headers, and the text."""

    status: int
    headers: http.client.HTTPMessage
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


class Visitor:
    """Somebody with a browser: it keeps cookies, and says of which site the page is that sends a request."""

    def __init__(self, site: Site, *, address: str = "127.0.0.1") -> None:
        """``address`` is the visitor's own, any of 127.0.0.0/8."""
        self._site = site
        self._connection = http.client.HTTPConnection(
            "127.0.0.1", site.port, timeout=PATIENCE, source_address=(address, 0)
        )
        self.cookies: dict[str, str] = {}

    def send(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send a request, with a body as JSON where there is one, and keep the cookies of its answer."""
        own = {} if method == "GET" else {"Origin": self._site.origin}
        if self.cookies:
            own["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            own["Content-Type"] = "application/json"
        content = None if body is None else json.dumps(body)
        self._connection.request(method, path, content, {**own, **(headers or {})})
        answer = self._connection.getresponse()
        reply = Reply(answer.status, answer.headers, answer.read().decode())
        self._keep(reply)
        return reply

    def _keep(self, reply: Reply) -> None:
        for line in reply.headers.get_all("Set-Cookie", []):
            pair, _, attributes = line.partition(";")
            name, _, value = pair.partition("=")
            self.cookies[name] = value
            if "Max-Age=0" in attributes:
                del self.cookies[name]

    def close(self) -> None:
        self._connection.close()

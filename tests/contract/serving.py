"""Real servers for tests: what only a socket shows."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from nextwsgi.env import parse

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0

ROUTES = {
    "hello": """
def handler(req, res):
    res.json({"body": req.body})
""",
    "pieces": """
from pathlib import Path
import time

def handler(req, res):
    res.write("one ")
    wait(req.query["go"])
    res.end("two")

def wait(file):
    while not Path(file).exists():
        time.sleep(0.005)
""",
    "async-pieces": """
import asyncio
from pathlib import Path

async def handler(req, res):
    res.write("one ")
    while not Path(req.query["go"]).exists():
        await asyncio.sleep(0.005)
    res.end("two")
""",
    "events": """
from pages.api.pieces import wait

def handler(req, res):
    res.setHeader("Content-Type", "text/event-stream").flushHeaders()
    wait(req.query["go"])
    res.write("data: one \\n\\n")
    wait(req.query["go"] + "-on")
    res.end("data: two\\n\\n")
""",
    "stream": """
from pages.api.pieces import wait

def handler(req, res):
    def pieces():
        yield "one "
        wait(req.query["go"])
        yield "two"
    res.send(pieces())
""",
    "wsgi": """
from urllib.parse import parse_qs

from nextwsgi.wsgi import wsgi
from pages.api.pieces import wait

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield b"one "
    wait(parse_qs(environ["QUERY_STRING"])["go"][0])
    yield b"two"

handler = wsgi(app)
""",
    "wsgi-read": """
from nextwsgi.wsgi import wsgi

config = {"api": {"bodyParser": False}}

def app(environ, start_response):
    lines = [len(line) for line in environ["wsgi.input"]]
    start_response("299 Read", [("Content-Type", "text/plain")])
    return [repr(lines).encode()]

handler = wsgi(app)
""",
    "small": """
config = {"api": {"bodyParser": {"sizeLimit": 1000}}}

def handler(req, res):
    res.json(len(req.body))
""",
    "endless": """
def handler(req, res):
    while True:
        res.write("x" * 100_000)
""",
    "async-endless": """
async def handler(req, res):
    try:
        while True:
            res.write("x" * 100_000)
            await res.drain()
    finally:
        print("the handler's finally ran", flush=True)
""",
    "generator": """
def handler(req, res):
    def pieces():
        try:
            while True:
                yield "x" * 100_000
        finally:
            print("the generator was closed", flush=True)
    res.send(pieces())
""",
    "read": """
config = {"api": {"bodyParser": False}}

def handler(req, res):
    res.json(len(req.read()))
""",
    "async-ident": """
import asyncio, os, threading

lock = asyncio.Lock()

async def handler(req, res):
    async with lock:
        await asyncio.sleep(0.01)
    res.json([os.getpid(), threading.get_ident(), threading.current_thread().name])
""",
    "exits": """
import sys

async def handler(req, res):
    sys.exit(3)
""",
    "short": """
def handler(req, res):
    res.setHeader("Content-Length", 10).end("four")
""",
}


@dataclass(frozen=True)
class Server:
    """A server of one worker: its process, its port and its log."""

    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    @contextmanager
    def connection(self) -> "Iterator[socket.socket]":
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as client:
            yield client

    def ask(self, path: str, body: bytes = b"") -> bytes:
        """Give the whole answer of one request on a connection of its own."""
        with self.connection() as client:
            client.sendall(request(path, body, close=True))
            return everything(client)

    def logged(self, text: str) -> str:
        """Wait for ``text`` in the log and give the log."""
        deadline = time.monotonic() + PATIENCE
        while text not in (log := self.log.read_text()):
            assert time.monotonic() < deadline, log
            time.sleep(0.01)
        return log


def request(path: str, body: bytes = b"", *, close: bool = False, length: int | None = None) -> bytes:
    head = [
        f"POST /api/{path} HTTP/1.1",
        "Host: localhost",
        f"Content-Length: {len(body) if length is None else length}",
        *(["Connection: close"] if close else []),
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def everything(client: socket.socket) -> bytes:
    pieces = []
    while piece := client.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)


def until(client: socket.socket, end: bytes) -> bytes:
    """Read until ``end`` has come."""
    got = b""
    while end not in got:
        piece = client.recv(65536)
        assert piece, got
        got += piece
    return got


@contextmanager
def gunicorn(root: Path, worker_class: str, threads: int) -> Iterator[Server]:
    """Run gunicorn, preloaded, so that its worker is a fork of the process that has loaded the routes."""
    write(root)
    (root / "wsgi.py").write_text("from nextwsgi import NextWSGI\n\napp = NextWSGI('.')\n")
    # A client may connect before the worker has started: nothing here waits for the server to be ready.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = [
            *("gunicorn", "--preload", "--worker-class", worker_class, "--threads", str(threads)),
            *("--bind", f"fd://{listener.fileno()}", "--no-control-socket", "wsgi:app"),
        ]
        with started(command, root, [listener.fileno()]) as process:
            yield Server(process, listener.getsockname()[1], root / "log")


@contextmanager
def granian(root: Path, *options: str) -> Iterator[Server]:
    """Run granian, which has no wsgi.py to load, until it answers."""
    write(root)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    place = ("-H", "127.0.0.1", "-p", str(port))
    command = ["nextwsgi", "start", "--server", "granian", *place, "--", "--workers", "1", *options]
    with started(command, root) as process:
        server = Server(process, port, root / "log")
        server.logged("Started worker-1")
        yield server


SERVERS: dict[str, Callable[[Path], AbstractContextManager[Server]]] = {
    "sync": lambda root: gunicorn(root, "sync", 1),
    "gthread": lambda root: gunicorn(root, "gthread", 4),
    "granian": granian,
    "granian-asyncio": lambda root: granian(root, "--loop", "asyncio"),
}


def write(root: Path, routes: Mapping[str, str] = ROUTES) -> None:
    """Write route files into a project."""
    (root / "pages" / "api").mkdir(parents=True, exist_ok=True)
    for name, source in routes.items():
        (root / "pages" / "api" / f"{name}.py").write_text(source)


@contextmanager
def started(
    command: Sequence[str], root: Path, fds: Sequence[int] = ()
) -> "Iterator[subprocess.Popen[bytes]]":
    """Run a Python module, and tell it to stop in the end; it logs to ``log`` in the project."""
    # In this process nextwsgi.testing sets NODE_ENV to "test", and reads the demo's .env.test for tests/demo:
    # with them no .env.local would be read, and no secret of the project's own.
    read = parse((ROOT / ".env.test").read_text()).items()
    inherited = {name: value for name, value in os.environ.items() - read if name != "NODE_ENV"}
    with (root / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=root,
            env={**inherited, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=log,
            stderr=log,
            pass_fds=fds,
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)

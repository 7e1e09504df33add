"""What only a socket shows: pieces as they arrive, answers to a client that still sends, lost clients."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

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
    "stream": """
from pages.api.pieces import wait

def handler(req, res):
    def pieces():
        yield "one "
        wait(req.query["go"])
        yield "two"
    res.send(pieces())
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
    """A gunicorn of one worker, its port and its log."""

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


@pytest.fixture(scope="module", params=["sync", "gthread"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run gunicorn, preloaded, so that its worker is a fork of the process that has loaded the routes."""
    root = tmp_path_factory.mktemp(request.param)
    (root / "pages" / "api").mkdir(parents=True)
    for name, source in ROUTES.items():
        (root / "pages" / "api" / f"{name}.py").write_text(source)
    (root / "wsgi.py").write_text("from nextwsgi import NextWSGI\n\napp = NextWSGI('.')\n")
    # A client may connect before the worker has started: nothing here waits for the server to be ready.
    with socket.create_server(("127.0.0.1", 0)) as listener, (root / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "--preload", "--worker-class", request.param),
                *("--threads", "4" if request.param == "gthread" else "1", "--workers", "1"),
                *("--bind", f"fd://{listener.fileno()}", "--no-control-socket", "wsgi:app"),
            ],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=log,
            stderr=log,
            pass_fds=[listener.fileno()],
        )
        try:
            yield Server(listener.getsockname()[1], root / "log")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


@pytest.mark.parametrize("path", ["pieces", "async-pieces", "stream"])
def test_each_piece_arrives_when_it_is_written(server: Server, path: str, tmp_path: Path) -> None:
    go = tmp_path / "go"
    with server.connection() as client:
        client.sendall(request(f"{path}?go={go}", close=True))
        assert b"two" not in until(client, b"one ")
        go.touch()
        assert b"two" in everything(client)


def test_a_413_can_be_read_while_a_long_body_is_being_sent(server: Server) -> None:
    body = b"x" * 3_000_000
    answer = server.ask("small", body)
    assert answer.startswith(b"HTTP/1.1 413 Body exceeded 1000 limit\r\n")
    assert answer.endswith(b"\r\n\r\nBody exceeded 1000 limit")


def test_a_413_can_be_read_while_chunks_go_on_without_end(server: Server) -> None:
    with server.connection() as client:
        client.sendall(b"POST /api/small HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"400\r\n" + b"x" * 0x400 + b"\r\n"
        client.settimeout(0.001)
        got = b""
        deadline = time.monotonic() + PATIENCE
        while b"Body exceeded 1000 limit\r\n" not in got or not got.endswith(b"limit"):
            assert time.monotonic() < deadline, got
            client.sendall(chunk)
            with suppress(TimeoutError):
                got += client.recv(65536)
    assert got.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("server", ["gthread"], indirect=True)  # sync closes every connection
def test_the_connection_goes_on_after_the_413_of_a_small_body(server: Server) -> None:
    with server.connection() as client:
        client.sendall(request("small", b"x" * 1001))
        assert b"413 Body exceeded" in until(client, b"\r\n\r\nBody exceeded 1000 limit")
        client.sendall(request("small", b"x" * 1000, close=True))
        assert everything(client).endswith(b"\r\n\r\n1000")


def test_a_client_gone_in_mid_body_leaves_no_traceback(server: Server) -> None:
    before = server.log.stat().st_size
    with server.connection() as client:
        client.sendall(request("hello", b"half", length=100))
    assert server.ask("hello", b"next").endswith(b'{"body":"next"}')
    assert "Traceback" not in server.log.read_text()[before:]


@pytest.mark.parametrize("path", ["endless", "async-endless"])
def test_a_client_gone_in_mid_answer_leaves_no_traceback(server: Server, path: str) -> None:
    before = server.log.stat().st_size
    with server.connection() as client:
        client.sendall(request(path))
        until(client, b"xxxx")
    assert server.ask("hello", b"next").endswith(b'{"body":"next"}')
    if path == "async-endless":
        server.logged("the handler's finally ran")
    assert "Traceback" not in server.log.read_text()[before:]


def test_a_short_answer_ends_its_connection(server: Server) -> None:
    with server.connection() as client:
        client.sendall(request("short") + request("hello"))
        assert everything(client).endswith(b"\r\n\r\nfour")
    server.logged("6 bytes fewer than the Content-Length")


def test_a_preloaded_worker_runs_its_loop_in_its_own_process(server: Server) -> None:
    answers = {server.ask("async-ident").rpartition(b"\r\n\r\n")[2] for _ in range(3)}
    assert len(answers) == 1
    assert answers.pop().endswith(b',"nextwsgi-loop"]')


def test_a_handler_that_exits_takes_no_later_request_with_it(server: Server) -> None:
    assert server.ask("exits").startswith(b"HTTP/1.1 500 Internal Server Error")
    assert server.ask("async-ident").endswith(b',"nextwsgi-loop"]')

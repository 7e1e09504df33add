"""WebSockets under real servers: those that can, those that cannot, and a worker that stops."""

from __future__ import annotations

import signal
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.contract import serving
from tests.contract.serving import PATIENCE, Server, started
from tests.contract.sockets import TEXT, close_frame, connected, frame, until

ROUTES = {
    "echo": """
from nextwsgi.websocket import accept

def handler(req, res):
    ws = accept(req, res)
    for message in ws:
        if message == "fail":
            raise ValueError("a mistake")
        ws.send(message)
""",
    "busy": """
import time
from nextwsgi.websocket import accept

def handler(req, res):
    accept(req, res)
    time.sleep(60)
""",
    "flood": """
from nextwsgi.websocket import accept

def handler(req, res):
    ws = accept(req, res)
    while True:
        ws.send(b"x" * 100_000)
""",
    "hello": "def handler(req, res):\n    res.json('hello')\n",
}
SETTINGS = "from nextwsgi.production import *\nworkers = 1\nthreads = 8\n"
MOST = 6  # of 8 threads


@contextmanager
def serve(root: Path, *command: str, settings: str = SETTINGS) -> Iterator[Server]:
    """Run a server on a port of its own until it answers."""
    serving.write(root, ROUTES)
    (root / "wsgi.py").write_text("from nextwsgi import NextWSGI\n\napp = NextWSGI('.')\n")
    (root / "gunicorn.conf.py").write_text(settings)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with started([part.format(port=port) for part in command], root) as process:
        server = Server(process, port, root / "log")
        until(lambda: _answers(port))
        yield server


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


GUNICORN = ("gunicorn", "--bind", "127.0.0.1:{port}", "--log-level", "debug", "wsgi:app")
ABLE = {"gthread": GUNICORN, "dev": ("nextwsgi", "dev", "-p", "{port}")}


@pytest.mark.parametrize("name", ABLE)
def test_a_conversation_leaves_nothing_on_the_socket_and_no_traceback(tmp_path: Path, name: str) -> None:
    with serve(tmp_path, *ABLE[name]) as server:
        for _ in range(3):
            with connected(server.port, "/api/echo") as raw:
                assert raw.status == 101
                raw.send(frame(TEXT, b"x"))
                assert raw.read() == (TEXT, b"x")
                raw.send(close_frame(1000, "bye"))
                assert raw.ending() == (1000, "bye")
        with connected(server.port, "/api/echo") as raw:
            raw.vanish()
        with connected(server.port, "/api/echo", {"Origin": "http://evil.example"}) as raw:
            assert raw.status == 403
        assert server.ask("hello").endswith(b'"hello"')
        log = server.log.read_text()
        assert "Traceback" not in log
        assert "rror" not in log.replace("errorlog", "")


@pytest.mark.parametrize("name", ABLE)
def test_a_mistake_of_the_handler_is_logged_once_and_told_as_1011(tmp_path: Path, name: str) -> None:
    with serve(tmp_path, *ABLE[name]) as server:
        with connected(server.port, "/api/echo") as raw:
            raw.send(frame(TEXT, b"fail"))
            assert raw.ending() == (1011, "")
        assert server.logged("a mistake").count("ValueError: a mistake") == 1
        assert server.ask("hello").endswith(b'"hello"')


def test_conversations_leave_threads_for_plain_requests(tmp_path: Path) -> None:
    with serve(tmp_path, *GUNICORN) as server, ExitStack() as stack:
        opened = [stack.enter_context(connected(server.port, "/api/echo")) for _ in range(MOST)]
        assert [each.status for each in opened] == [101] * MOST
        for _ in range(20):
            refused = stack.enter_context(connected(server.port, "/api/echo"))
            assert (refused.status, refused.header("Retry-After")) == (503, ["5"])
        begin = time.monotonic()
        for _ in range(20):
            assert server.ask("hello").endswith(b'"hello"')
        assert time.monotonic() - begin < 2
        for each in opened:
            each.send(frame(TEXT, b"still there"))
            assert each.read() == (TEXT, b"still there")
        assert server.log.read_text().count("more are answered 503") == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_stops_tells_its_clients_and_is_gone_soon(tmp_path: Path, number: int) -> None:
    with serve(tmp_path, *GUNICORN) as server, ExitStack() as stack:
        quiet = [stack.enter_context(connected(server.port, "/api/echo")) for _ in range(3)]
        stack.enter_context(connected(server.port, "/api/flood"))  # which reads nothing
        stack.enter_context(connected(server.port, "/api/flood")).vanish()
        time.sleep(0.2)  # gunicorn hangs in itself where SIGINT meets it just as it starts a thread
        begin = time.monotonic()
        server.process.send_signal(number)
        assert [each.ending() for each in quiet] == [(1001, "the server stops")] * 3
        assert time.monotonic() - begin < 2
        server.process.wait(PATIENCE)
        assert time.monotonic() - begin < 8  # of graceful_timeout's 25
        assert "Traceback" not in server.log.read_text()


def test_a_reload_ends_the_conversations_of_the_old_worker(tmp_path: Path) -> None:
    with serve(tmp_path, *GUNICORN) as server, connected(server.port, "/api/echo") as old:
        server.process.send_signal(signal.SIGHUP)
        assert old.ending() == (1001, "the server stops")
        with connected(server.port, "/api/echo") as new:
            new.send(frame(TEXT, b"x"))
            assert new.read() == (TEXT, b"x")


def test_a_worker_that_has_had_its_max_requests_is_replaced_at_once(tmp_path: Path) -> None:
    command = (*GUNICORN, "--max-requests", "3")
    with serve(tmp_path, *command) as server, connected(server.port, "/api/echo") as old:
        begin = time.monotonic()
        for _ in range(5):
            assert server.ask("hello").endswith(b'"hello"')
        assert old.ending() == (1001, "the server stops")
        assert time.monotonic() - begin < 10


UNABLE: dict[str, tuple[Sequence[str], str, str]] = {
    "sync": ((*GUNICORN, "--worker-class", "sync", "--threads", "1"), SETTINGS, "a worker without threads"),
    "plain gunicorn": ((*GUNICORN, "--threads", "4"), "", "from nextwsgi.production import *"),
    "waitress": (("waitress", "--listen", "127.0.0.1:{port}", "wsgi:app"), "", "waitress cannot do them"),
    "granian": (
        (
            *("nextwsgi", "start", "--server", "granian", "-H", "127.0.0.1", "-p", "{port}"),
            *("--", "--workers", "1"),
        ),
        "",
        "granian cannot do them",
    ),
}


@pytest.mark.parametrize("name", UNABLE)
def test_a_server_that_cannot_says_which_one_can(tmp_path: Path, name: str) -> None:
    command, settings, reason = UNABLE[name]
    with serve(tmp_path, *command, settings=settings) as server:
        for _ in range(3):
            with connected(server.port, "/api/echo") as raw:
                assert raw.status == 501
        log = server.logged(reason)
        assert log.count("WebSockets are answered 501") == 1
        assert "worker_class gthread" in log


def test_tls_of_gunicorn_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pair.pem").write_bytes(_pair())
    secured = f"{SETTINGS}certfile = keyfile = 'pair.pem'\n"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        serve(tmp_path, *GUNICORN, settings=secured) as server,
        socket.create_connection(("127.0.0.1", server.port)) as plain,
        context.wrap_socket(plain) as client,
    ):
        client.sendall(
            b"GET /api/echo HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        assert client.recv(4096).startswith(b"HTTP/1.1 501 ")
        server.logged("cannot do them")


def _pair() -> bytes:
    """Make a key and a certificate of its own."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    begin = datetime.now(UTC) - timedelta(hours=1)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = made.not_valid_before(begin).not_valid_after(begin + timedelta(days=1))
    signed = dated.serial_number(x509.random_serial_number()).sign(key, hashes.SHA256())
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(pem, form, serialization.NoEncryption())
    return secret + signed.public_bytes(pem)

"""The development server over real connections."""

import logging
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from nextwsgi.dev.server import listen, make
from tests.unit.dev.site import Site

ECHO = "def handler(req, res):\n    res.send(req.body)\n"
LENGTH = """
config = {"api": {"bodyParser": False}}

def handler(req, res):
    res.json(sum(map(len, req)))
"""
SEEN = "def handler(req, res):\n    res.json([req.url, req.query.get('id')])\n"
PATIENCE = 10.0

Connection = socket.socket


@pytest.fixture
def port(site: Site, caplog: pytest.LogCaptureFixture) -> Iterator[int]:
    """Serve the site from a thread."""
    caplog.set_level(logging.INFO)
    server = make(site.app, listen("127.0.0.1", 0))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.port
    server.shutdown()
    thread.join()


def send(port: int, text: str) -> Connection:
    connection = socket.create_connection(("127.0.0.1", port), PATIENCE)
    connection.sendall(text.encode("latin-1"))
    return connection


def ask(port: int, line: str, *headers: str, body: str = "") -> bytes:
    """Send a request and read all that comes back."""
    head = "\r\n".join([line, "Host: localhost", *headers])
    with send(port, f"{head}\r\n\r\n{body}") as connection:
        return b"".join(iter(lambda: connection.recv(65536), b""))


def wait_for_log(caplog: pytest.LogCaptureFixture, text: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while text not in caplog.text and time.monotonic() < deadline:
        time.sleep(0.005)
    assert text in caplog.text


def test_an_answer_says_how_long_it_is(site: Site, port: int) -> None:
    site.write("pages/api/a.py")
    head, _, body = ask(port, "GET /api/a HTTP/1.1").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Content-Length: 7" in head
    assert body == b'"hello"'


def test_each_request_is_one_line_of_the_log(site: Site, port: int, caplog: pytest.LogCaptureFixture) -> None:
    site.write("pages/api/a.py")
    ask(port, "GET /api/a\x1b?token=hidden HTTP/1.1")
    wait_for_log(caplog, "GET /api/a\\x1b 404 in ")
    assert "hidden" not in caplog.text


def test_continue_is_said_once(site: Site, port: int) -> None:
    site.write("pages/api/echo.py", ECHO)
    answer = ask(port, "POST /api/echo HTTP/1.1", "Expect: 100-continue", "Content-Length: 3", body="abc")
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\nabc")


def test_chunked_bodies_are_read(site: Site, port: int) -> None:
    site.write("pages/api/echo.py", ECHO)
    answer = ask(
        port, "POST /api/echo HTTP/1.1", "Transfer-Encoding: chunked", body="3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n"
    )
    assert answer.endswith(b"\r\n\r\nabcd")


@pytest.mark.parametrize(
    ("target", "status", "told"),
    [
        ("/api/a%2Fb", 200, b'["/api/a%2Fb","a/b"]'),
        ("/api/%FF", 400, b"400"),
        ("/api//a", 308, b"/api/a"),
        ("//api/a", 308, b"/api/a"),
        ("//[", 308, b"/["),
        ("/api/a#part", 200, b'["/api/a","a"]'),
        ("http://localhost/api/a%2Fb", 200, b'["/api/a%2Fb","a/b"]'),
    ],
)
def test_targets_arrive_as_they_were_sent(
    site: Site, port: int, target: str, status: int, told: bytes
) -> None:
    site.write("pages/api/[id].py", SEEN)
    answer = ask(port, f"GET {target} HTTP/1.1")
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert told in answer


def test_the_host_of_an_absolute_target_is_checked(port: int) -> None:
    assert ask(port, "GET http://evil.example/api/a HTTP/1.1").startswith(b"HTTP/1.1 403 ")


def test_pieces_go_out_as_they_are_written(site: Site, port: int) -> None:
    site.write(
        "pages/api/a.py",
        "import threading\ngo_on = threading.Event()\n\n\ndef handler(req, res):\n"
        "    if req.query:\n        go_on.set()\n        return res.end()\n"
        "    res.write('first')\n    go_on.wait(10)\n    res.end('second')\n",
    )
    with send(port, "GET /api/a HTTP/1.1\r\nHost: localhost\r\n\r\n") as connection:
        got = b""
        while b"first" not in got:
            got += connection.recv(65536)
        ask(port, "GET /api/a?go=on HTTP/1.1")
        while b"second" not in got:
            got += connection.recv(65536)
    assert b"\r\n\r\n5\r\nfirst\r\n6\r\nsecond\r\n" in got


def test_http_1_0_is_sent_no_chunks(site: Site, port: int) -> None:
    site.write("pages/api/a.py", "def handler(req, res):\n    res.write('a')\n    res.end('b')\n")
    answer = ask(port, "GET /api/a HTTP/1.0")
    assert b"Transfer-Encoding" not in answer
    assert answer.endswith(b"\r\n\r\nab")


def test_a_failure_on_the_way_cuts_the_connection(
    site: Site, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    site.write("pages/api/a.py", "def handler(req, res):\n    res.write('a')\n    raise ValueError('late')\n")
    answer = ask(port, "GET /api/a HTTP/1.1")
    assert answer.endswith(b"1\r\na\r\n")  # and no chunk that ends them
    wait_for_log(caplog, "GET /api/a 200 in ")
    assert caplog.text.count("ValueError: late") == 1


def test_what_no_application_should_raise_is_logged_and_ends_one_connection(
    site: Site, port: int, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write("pages/api/a.py")
    with monkeypatch.context() as patched:
        patched.setattr(site.app, "_refresh", lambda: 1 // 0)
        assert ask(port, "GET /api/a HTTP/1.1") == b""
    wait_for_log(caplog, "GET /api/a: the server failed")
    assert ask(port, "GET /api/a HTTP/1.1").startswith(b"HTTP/1.1 200 ")


def test_a_client_that_is_gone_leaves_no_traceback(
    site: Site, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    site.write(
        "pages/api/a.py",
        "def handler(req, res):\n    for _ in range(1000):\n        res.write('x' * 100000)\n",
    )
    with send(port, "GET /api/a HTTP/1.1\r\nHost: localhost\r\n\r\n") as connection:
        connection.recv(10)
    wait_for_log(caplog, "GET /api/a 200 in ")
    assert "Traceback" not in caplog.text


def test_a_request_line_that_cannot_be_read_is_logged_escaped(
    port: int, caplog: pytest.LogCaptureFixture
) -> None:
    with send(port, "NO\x1bNSENSE\r\n\r\n") as connection:
        assert b"400" in connection.recv(65536)
    wait_for_log(caplog, "NO\\\\x1bNSENSE")


def test_a_port_that_is_taken_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize(
    "lines",
    [
        *(["Content-Length: -5"], ["Content-Length: +5"], ["Content-Length: 1_0"], ["Content-Length: five"]),
        *(["Content-Length: 5", "Content-Length: 5"], ["Content-Length: 5", "Transfer-Encoding: chunked"]),
        *(["Transfer-Encoding: gzip"], ["Transfer-Encoding: chunked, chunked"]),
    ],
)
def test_a_body_whose_end_cannot_be_told_is_refused_as_servers_do(
    site: Site, port: int, lines: list[str]
) -> None:
    site.write("pages/api/echo.py", ECHO)
    answer = ask(port, "POST /api/echo HTTP/1.1", *lines, body="5\r\nabcde\r\n0\r\n\r\n")
    assert b" 400 Where the body ends cannot be told\r\n" in answer.partition(b"\n")[0] + b"\n"
    assert answer.count(b"HTTP/1.") == 1


def test_a_chunk_that_breaks_off_is_no_body(site: Site, port: int) -> None:
    """Werkzeug's reader fills it up with zeros, up to the gigabytes that the chunk had announced."""
    site.write("pages/api/length.py", LENGTH)
    head = "POST /api/length HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    with send(port, f"{head}fffffff\r\nabcde") as connection:
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(65536).split(b" ")[1] == b"400"

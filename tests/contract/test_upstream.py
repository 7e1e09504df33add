"""Rewrites to another origin: what is passed on, and what becomes of an origin that does not behave."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
import time
from io import BytesIO
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from nextwsgi.errors import BrokenAnswer
from nextwsgi.front import upstream
from tests.contract.client import Body, Client
from tests.contract.origin import head_of, origin, saying
from tests.contract.projects import MakeProject


def away(project: MakeProject, place: str) -> Client:
    rules = f'[{{"source": "/x/:path*", "destination": "{place}/:path*"}}]'
    return project({"next.config.py": f'config = {{"rewrites": {rules}}}'})


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("said", "status", "body"),
    [
        (OK + b"\r\nuntil the end", 200, b"until the end"),
        (b"HTTP/1.0 200 OK\r\n\r\nold", 200, b"old"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n", 200, b"onetwo"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, b""),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 1\r\n\r\na", 200, b"a"),
        (
            b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 2 + OK + b"Content-Length: 1\r\n\r\na",
            200,
            b"a",
        ),
        (b"HTTP/1.1 599 \r\nContent-Length: 1\r\n\r\na", 599, b"a"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", 502, b"Bad Gateway"),
        (b"", 502, b"Bad Gateway"),
        (b"nonsense\r\n\r\n", 502, b"Bad Gateway"),
        (b"HTTP/1.1 2000 OK\r\n\r\n", 502, b"Bad Gateway"),
        (OK + b"X: " + b"x" * 70_000 + b"\r\n\r\n", 502, b"Bad Gateway"),
        (OK + b"X-A: 1\r\n" * 200 + b"\r\n", 502, b"Bad Gateway"),
        (OK + b"X-A: \x01\r\n\r\n", 502, b"Bad Gateway"),
        (OK + b"X-A: a\rX-Evil: 1\r\n\r\n", 502, b"Bad Gateway"),
        (OK + b"X A: a\r\nX-Frame-Options: DENY\r\n\r\n", 502, b"Bad Gateway"),
        (OK + b"nonsense\r\nX-Frame-Options: DENY\r\n\r\n", 502, b"Bad Gateway"),
        (OK + b"Content-Length: 2\r\nContent-Length: 4\r\n\r\nokok", 502, b"Bad Gateway"),
        (OK + b"Content-Length: -3\r\n\r\nabc", 502, b"Bad Gateway"),
        (OK + b"Content-Length: +3\r\n\r\nabc", 502, b"Bad Gateway"),
        (OK + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\na", 200, b"a"),
        (OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 502, b"Bad Gateway"),
        (
            OK + b"Content-Length: 3\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            200,
            b"hello",
        ),
        (b"HTTP/1.1 103 Early Hints\r\n\r\n" * 101, 502, b"Bad Gateway"),
    ],
)
def test_each_answer_has_its_form(project: MakeProject, said: bytes, status: int, body: bytes) -> None:
    with origin(saying(said)) as place:
        answer = away(project, place)("/x/a")
    assert (answer.status, answer.body) == (status, body)


def test_an_origin_that_hangs_up_upon_a_body_is_a_502(project: MakeProject) -> None:
    with origin(saying(b"")) as place:
        assert away(project, place)("/x/a", method="POST", body=b"text").status == 502


def test_header_lines_come_as_they_were_sent(project: MakeProject) -> None:
    lines = [
        b"Set-Cookie: a=1",
        b"Set-Cookie: b=2",
        b"X-Fold: one\r\n  two",
        b"X-Word: \xe9t\xe9",
        b"Content-Length: 0",
    ]
    with origin(saying(OK + b"\r\n".join([*lines, b"\r\n"]))) as place:
        answer = away(project, place)("/x/a")
    assert answer.lines == [
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("x-fold", "one two"),
        ("x-word", "\xe9t\xe9"),
        ("content-length", "0"),
    ]


def test_a_reason_that_cannot_be_sent_is_cleaned(project: MakeProject) -> None:
    with origin(saying(b"HTTP/1.1 200 O\x01K\xe9\r\nContent-Length: 0\r\n\r\n")) as place:
        assert away(project, place)("/x/a").reason == "OK"


@pytest.mark.parametrize(
    "said",
    [
        OK + b"Content-Length: 9\r\n\r\nhalf",
        OK + b"Transfer-Encoding: chunked\r\n\r\n9\r\nhalf",
        OK + b"Transfer-Encoding: chunked\r\n\r\nnonsense\r\n",
    ],
)
def test_an_answer_that_breaks_off_is_cut_and_logged(
    project: MakeProject, said: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with origin(saying(said)) as place:
        answer = away(project, place).exchange("/x/a")
    assert isinstance(answer.failure, BrokenAnswer)
    assert "another origin broke off its answer" in caplog.text


def test_an_answer_that_never_ends_is_cut_when_nothing_comes(
    project: MakeProject, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(upstream, "SECONDS", 0.2)

    def stall(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(OK + b"\r\nbegun")
        connection.recv(1)

    with origin(stall) as place:
        answer = away(project, place).exchange("/x/a")
    assert (answer.body, type(answer.failure)) == (b"begun", BrokenAnswer)
    assert "timed out" in caplog.text


def test_pieces_reach_the_client_as_they_are_sent(project: MakeProject) -> None:
    go_on = threading.Event()

    def slowly(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(OK + b"\r\nfirst")
        assert go_on.wait(10)
        connection.sendall(b"second")

    with origin(slowly) as place:
        app = away(project, place).app
        pieces = iter(app(_environ("/x/a"), lambda status, lines: lambda piece: None))
        assert next(pieces) == b"first"
        go_on.set()
        assert next(pieces) == b"second"


def test_a_client_that_leaves_ends_the_exchange(project: MakeProject) -> None:
    left = threading.Event()

    def endless(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(OK + b"Content-Length: 100000000\r\n\r\n")
        try:
            while True:
                connection.sendall(b"x" * 65536)
        except OSError:
            left.set()

    with origin(endless) as place:
        away(project, place).exchange("/x/a", taken=2)
        assert left.wait(5)


def echo(connection: socket.socket) -> None:
    """Send back what comes, as it comes."""
    head, _, piece = head_of(connection).partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    connection.sendall(OK + b"Content-Length: %d\r\n\r\n" % length + piece)
    length -= len(piece)
    while length:
        piece = connection.recv(65536)
        connection.sendall(piece)
        length -= len(piece)


def test_an_origin_may_answer_while_it_reads(project: MakeProject) -> None:
    body = bytes(range(256)) * 80_000  # 20 MB: more than all buffers on the way hold
    with origin(echo) as place:
        answer = away(project, place)("/x/a", method="POST", body=body)
    assert answer.body == body


def test_a_request_that_goes_round_and_round_is_a_508(project: MakeProject) -> None:
    got: list[str] = []

    def back(connection: socket.socket) -> None:
        head = head_of(connection).decode()
        got.append(head.partition("via: ")[2].partition("\r\n")[0])
        answer = client("/x/a", headers={"Via": got[-1]})
        connection.sendall(b"HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n" % answer.status)

    with origin(back) as place:
        client = away(project, place)
        assert client("/x/a", headers={"Via": "1.1 front"}).status == 508
    assert got == [f"1.1 front{', 1.1 nextwsgi' * times}" for times in range(1, 6)]


def test_a_body_in_chunks_stays_so(project: MakeProject) -> None:
    got = []

    def note(connection: socket.socket) -> None:
        text = head_of(connection)
        while not text.endswith(b"0\r\n\r\n"):
            text += connection.recv(65536)
        got.append(text)
        connection.sendall(OK + b"Content-Length: 2\r\n\r\nok")

    headers = {
        "Expect": "100-continue",
        "TE": "trailers",
        "Upgrade": "websocket",
        "Connection": "Upgrade, X-Hop",
        "X-Hop": "1",
    }
    with origin(note) as place:
        answer = away(project, place)("/x/a", method="POST", body=b"text", chunked=True, headers=headers)
    assert answer.body == b"ok"
    head, _, body = got[0].lower().partition(b"\r\n\r\n")
    assert body == b"4\r\ntext\r\n0\r\n\r\n"
    names = [line.partition(b":")[0] for line in head.splitlines()[1:]]
    own = [b"via", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto"]
    assert names == [b"host", b"transfer-encoding", *own]


@pytest.mark.parametrize("size", [1000, 10_000_000])
def test_an_answer_to_a_body_that_is_not_read_is_passed_on(project: MakeProject, size: int) -> None:
    with origin(saying(b"HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig")) as place:
        body = Body(b"x" * size)
        answer = away(project, place).exchange("/x/a", method="POST", body=body, length=str(size))
    # An origin that closes upon unread bytes may take its answer back with them: that is TCP's way.
    assert (answer.status, answer.body) in ((413, b"big"), (502, b"Bad Gateway"), (413, b""))


@pytest.mark.parametrize("size", [1000, 1_000_000])
def test_a_client_that_leaves_in_its_body_is_no_fault_of_the_origin(project: MakeProject, size: int) -> None:
    def wait(connection: socket.socket) -> None:
        while connection.recv(65536):
            pass

    with origin(wait) as place:
        body = Body(b"x" * (size // 2))
        answer = away(project, place).exchange("/x/a", method="POST", body=body, length=str(size))
    assert (answer.status, answer.failure) == (400, None)


def test_a_client_that_still_sends_gets_its_answer(project: MakeProject) -> None:
    """The origin reads nothing beyond the head, and keeps the connection until it has been answered."""

    def early(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(OK + b"Content-Length: 5\r\n\r\nearly")
        time.sleep(0.3)

    size = 30_000_000
    with origin(early) as place:
        body = Body(b"x" * size)
        answer = away(project, place)("/x/a", method="POST", body=body, length=str(size))
    assert answer.body == b"early"
    assert body.unread() == b""


def hanging_up(connection: socket.socket) -> None:
    connection.sendall(OK + b"\r\n")


def test_https_to_what_speaks_no_tls_is_a_502(project: MakeProject) -> None:
    with origin(hanging_up) as place:
        assert away(project, place.replace("http:", "https:"))("/x/a").status == 502


def test_a_certificate_that_nobody_vouches_for_is_a_502(
    project: MakeProject, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))

    def secretly(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secret:
            secret.recv(1)

    with origin(secretly) as place:
        assert away(project, place.replace("http:", "https:"))("/x/a").status == 502
    assert "certificate verify failed" in caplog.text


def test_bodies_go_over_tls(project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))

    def secretly(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secret:
            echo(secret)

    body = b"x" * 100_000
    with origin(secretly) as place:
        client = away(project, place.replace("http:", "https:"))
        assert client("/x/a", method="POST", body=body).body == body


def certificate(folder: Path) -> Path:
    """Make a certificate of 127.0.0.1 that vouches for itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(1))
        .not_valid_after(now + datetime.timedelta(1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "certificate.pem").write_bytes(key.private_bytes(*form) + made.public_bytes(Encoding.PEM))
    return folder / "certificate.pem"


def _environ(path: str) -> dict[str, object]:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "RAW_URI": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
    }


@pytest.mark.parametrize("named", ["content-length", "close, Content-Length", "host, content-length, via"])
def test_a_body_never_passes_for_a_request_of_its_own(project: MakeProject, named: str) -> None:
    heads: list[bytes] = []

    def answer(connection: socket.socket) -> None:
        heads.append(head_of(connection))
        connection.sendall(OK + b"Content-Length: 0\r\n\r\n")

    body = b"GET /admin HTTP/1.1\r\n\r\n"
    with origin(answer) as place:
        client = away(project, place)
        assert client("/x/a", method="POST", body=body, headers={"Connection": named}).status == 200
    assert heads[0].count(b"\r\ncontent-length: 23\r\n") == 1

"""What deploy/ ships, run as it is: nginx before gunicorn changes nothing but what it is there for."""

from __future__ import annotations

import configparser
import gzip
import http.client
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from lib.uploads import FIELDS, LIMIT
from nextwsgi import production
from nextwsgi.lasting import SHARE
from tests.contract.serving import everything, until
from tests.contract.sockets import TEXT, connected, frame
from tests.demo.nginx import MISSING, command, missing
from tests.programme.deployed import CONFIG, adapted, nginx
from tests.programme.site import served

pytestmark = pytest.mark.skipif(missing, reason=MISSING)

PATIENCE = 20.0


@dataclass(frozen=True)
class Ports:
    """Where the same site answers."""

    front: int
    direct: int


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ports]:
    with (
        served(workers=1, folder=tmp_path_factory.mktemp("site")) as (server, _),
        nginx(tmp_path_factory.mktemp("nginx"), server.port) as front,
    ):
        yield Ports(front, server.port)


def asked(
    port: int,
    path: str,
    method: str = "GET",
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    *,
    address: str = "127.0.0.1",
) -> tuple[http.client.HTTPResponse, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, PATIENCE, (address, 0))) as connection:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer, answer.read()


def sent(port: int, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as client:
        client.sendall(data)
        return everything(client)


def test_nginx_takes_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "nginx.conf").write_text(adapted(tmp_path, 8081, 8082))
    run = subprocess.run([*command(tmp_path), "-t"], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "warn" not in run.stderr


@pytest.mark.parametrize(
    "path",
    [
        "/api/a%2Fb",
        "/api/a%2fb/%2F",
        "/api/a//b",
        "/api/a/./b",
        "/api/a/b/../c",
        "/api/a%2e%2e%2fb",
        "/api/%E2%82%AC%20%25",
        "/api/a;b=c,d'e(f)!*~",
        "/api/%ff",
        "/api/a/",
        "/api/x?a=%2F&b=//&c=%zz&&",
        '/api/x?"<>^`{|}',
        "//example.com/api/x",
    ],
)
def test_a_path_arrives_as_it_was_sent(ports: Ports, path: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    front, direct = sent(ports.front, request), sent(ports.direct, request)

    def told(answer: bytes) -> tuple[list[bytes], list[bytes]]:
        """Give the status, where it leads, and the URL that the handler saw."""
        return re.findall(rb"^HTTP/1.1 (\d+)|(?mi:^location: (.*)\r)", answer), re.findall(
            rb'"url":".*?"', answer
        )

    assert told(front) == told(direct)


def test_a_body_over_nginxs_limit_is_refused_by_nginx(ports: Ports) -> None:
    answer, body = asked(ports.front, "/api/echo?id=1", "POST", b"x" * (11 * 1024 * 1024 + 1))
    assert answer.status == 413
    assert b"<center>nginx</center>" in body


def test_a_body_over_the_routes_limit_is_refused_by_the_route(ports: Ports) -> None:
    answer, body = asked(
        ports.front, "/api/slow", "POST", b"x" * (1024 * 1024 + 1), {"Content-Type": "text/plain"}
    )
    assert (answer.status, body) == (413, b"Body exceeded 1mb limit")


def test_the_demos_largest_upload_passes() -> None:
    found = re.search(r"client_max_body_size (\d+)m;", CONFIG.read_text())
    assert found is not None
    framing = 8 * 1024
    assert LIMIT + FIELDS + framing < int(found[1]) * 1024 * 1024


def test_nginx_closes_idle_connections_before_gunicorn_does() -> None:
    upstream = CONFIG.read_text().partition("upstream nextwsgi")[2]
    found = re.search(r"keepalive_timeout (\d+)s;", upstream)
    assert found is not None
    assert int(found[1]) < production.keepalive


def ticks(port: int) -> bool:
    """Read two events of a stream, and leave; False where there are too many readers."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as client:
        client.sendall(b"GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        if b" 503 " in until(client, b"\r\n\r\n"):
            return False
        until(client, b"data: tick\n\n")
        return bool(until(client, b"data: tick\n\n"))


def test_event_streams_pass_at_once_and_readers_who_leave_are_noticed(ports: Ports) -> None:
    most = int(production.threads * SHARE)
    with ThreadPoolExecutor(most) as readers:
        for _ in range(2):
            asked_for = list(readers.map(ticks, [ports.front] * most))
            assert any(asked_for)
    deadline = time.monotonic() + PATIENCE
    while not ticks(ports.front):
        assert time.monotonic() < deadline, "readers who left are still counted"


@pytest.mark.parametrize("query", ["", "&text=no"])
def test_pieces_pass_at_once_unless_they_are_compressed_and_then_where_the_route_says_so(
    ports: Ports, query: str
) -> None:
    head = (
        f"GET /api/long-stream?pieces=100{query} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", ports.front), 8) as client:  # the end comes after 10 seconds
        client.sendall(head.encode())
        until(client, b"\r\n\r\n")
        assert client.recv(1000)
        assert client.recv(1000)


def test_websockets_pass(ports: Ports) -> None:
    with connected(ports.front, "/api/socket", {"Host": f"localhost:{ports.front}"}) as client:
        assert client.status == 101
        client.send(frame(TEXT, b"hello"))
        assert client.read() == (TEXT, b"hello")


def test_a_page_of_the_same_host_may_open_a_websocket_and_no_other(ports: Ports) -> None:
    host = f"localhost:{ports.front}"
    for origin, status in ((f"http://{host}", 101), ("http://evil.example", 403)):
        with connected(ports.front, "/api/socket", {"Host": host, "Origin": origin}) as client:
            assert client.status == status


def test_no_other_protocol_is_switched_to(ports: Ports) -> None:
    headers = {
        "Upgrade": "h2c",
        "Connection": "Upgrade, HTTP2-Settings",
        "HTTP2-Settings": "AAMAAABkAAQAAP__",
    }
    answer, body = asked(ports.front, "/api/x", headers=headers)
    assert answer.status == 200
    assert b'"upgrade"' not in body


@pytest.mark.parametrize("spoofed", ["198.51.100.1", "198.51.100.1, 198.51.100.2"])
def test_a_client_is_counted_by_its_own_address(ports: Ports, spoofed: str) -> None:
    address = "127.0.0.3" if "," in spoofed else "127.0.0.2"
    statuses = [
        asked(ports.front, "/api/path", headers={"X-Forwarded-For": f"{spoofed}{n}"}, address=address)[
            0
        ].status
        for n in range(6)
    ]
    assert statuses == [200] * 5 + [429]


def test_what_a_client_says_of_proxies_is_gone(ports: Ports) -> None:
    names = ("For", "Host", "Proto", "Port", "Protocol", "Ssl")
    spoofed = {f"X-Forwarded-{name}": "https" if name.startswith("Pro") else "on" for name in names}
    given = {**spoofed, "X-Real-IP": "on", "Forwarded": "for=on", "Proxy": "on", "SCRIPT_NAME": "/api"}
    _, body = asked(ports.front, "/api/x", headers={"Host": "example.com", **given})
    for wrong in (b"on", b"https", b"for=on"):
        assert b'"' + wrong + b'"' not in body
    assert b'"x-forwarded-for":"127.0.0.1"' in body
    assert b'"x-forwarded-proto":"http"' in body
    assert b'"host":"example.com"' in body


@pytest.mark.parametrize("name", ["SCRIPT_NAME", "PATH_INFO"])
def test_gunicorn_takes_no_clients_header_for_a_path(ports: Ports, name: str) -> None:
    answer, body = asked(ports.direct, "/api/x", headers={name: "/api"})
    assert answer.status == 200
    assert b'"url":"/api/x"' in body
    assert b"name" not in body
    assert b"path-info" not in body


def test_answers_are_compressed_and_still_known_by_their_etag(ports: Ports) -> None:
    path = "/api/many"
    answer, body = asked(ports.front, path, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(body) == b'{"many":[' + b"0," * 999 + b"0]}"
    unchanged = {"Accept-Encoding": "gzip", "If-None-Match": answer.headers["ETag"]}
    assert asked(ports.front, path, headers=unchanged)[0].status == 304


def test_a_session_in_several_cookies_passes(ports: Ports) -> None:
    answer, body = asked(ports.front, "/api/x", headers={"Cookie": f"a={'x' * 12_000}"})
    assert (answer.status, len(body) > 12_000) == (200, True)


@contextmanager
def forgetful() -> Iterator[tuple[int, list[bytes]]]:
    """Take connections and close the first of each request without an answer; the port, and what came."""
    came: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE)

        def serve() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                with client:
                    came.append(until(client, b"\r\n\r\n"))
                    if len(came) % 2 == 0:
                        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1], came
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(PATIENCE)


@pytest.mark.parametrize(("method", "status", "times"), [("GET", 200, 2), ("PUT", 200, 2), ("POST", 502, 1)])
def test_what_a_killed_worker_lost_is_asked_again_once_where_that_does_no_harm(
    tmp_path: Path, method: str, status: int, times: int
) -> None:
    with forgetful() as (behind, came), nginx(tmp_path, behind) as front:
        answer, _ = asked(front, "/", method)
    assert (answer.status, len(came)) == (status, times)


def test_the_unit_of_systemd_is_understood_and_outlasts_gunicorn() -> None:
    file = CONFIG.parent / "nextwsgi.service"
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # systemd tells cases apart
    unit.read(file)
    assert int(unit["Service"]["TimeoutStopSec"]) > 2 * production.graceful_timeout
    if (program := shutil.which("systemd-analyze")) is not None:
        run = subprocess.run([program, "verify", str(file)], capture_output=True, text=True, check=False)
        told = [line for line in run.stderr.splitlines() if "is not executable" not in line]
        assert not [line for line in told if file.name in line], run.stderr

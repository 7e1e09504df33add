"""/api/events: what is said in the chat, as it is said."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from lib.redis_channel import RedisChannels
from nextwsgi.testing import Client
from tests.contract.redis_server import RedisServer, needs_redis
from tests.demo import nginx
from tests.demo.chromium import PROGRAM, open_page
from tests.demo.serving import Site, Visitor, gunicorn

PATIENCE = 20.0
HELLO = json.dumps({"name": "Ada", "text": "Hello\u2028you"})

# Of each of two workers, which may have six of them held.
THREADS, HELD = 8, 6
pytestmark = needs_redis


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server.url
    server.stop()


@pytest.fixture(scope="module")
def site(redis: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run the demo in two workers."""
    env = {"REDIS_URL": redis, "GUNICORN_CMD_ARGS": f"--threads {THREADS}"}
    with gunicorn(tmp_path_factory.mktemp("site"), env, workers=2) as running:
        yield running


@pytest.fixture(scope="module")
def channels(redis: str) -> RedisChannels:
    """Stand for another process that publishes."""
    return RedisChannels(redis)


class Reader:
    """Somebody who reads the events as they come."""

    def __init__(self, port: int, *, gzip: bool = False, method: str = "GET") -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        encoding = "Accept-Encoding: gzip\r\n" if gzip else ""
        request = f"{method} /api/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{encoding}\r\n"
        self._socket.sendall(request.encode())
        self.got = b""
        head, _, self.got = self.until(b"\r\n\r\n").partition(b"\r\n\r\n")
        self.head = f"{head.decode()}\r\n"
        self.status = int(head[9:12])

    def until(self, end: bytes) -> bytes:
        """Read until ``end`` has come."""
        while end not in self.got:
            piece = self._socket.recv(65536)
            assert piece, self.got
            self.got += piece
        return self.got

    def rest(self) -> bytes:
        """Read to the end."""
        while piece := self._socket.recv(65536):
            self.got += piece
        return self.got

    def more(self) -> bytes:
        """Give what comes next."""
        return self._socket.recv(65536)

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def join(port: int, *, gzip: bool = False) -> Reader:
    """Read once there is room: whoever left just now has left within a second."""
    deadline = time.monotonic() + 5
    while (reader := Reader(port, gzip=gzip)).status == 503:
        reader.close()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return reader


def event(text: str) -> bytes:
    return f"data: {text}\n\n".encode()


def line(text: str) -> str:
    return json.dumps({"name": "Ada", "text": text})


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods(demo: Client, method: str) -> None:
    found = demo.request(method, "/api/events")
    assert (found.status, found.headers.getlist("Allow")) == (405, ["GET", "HEAD"])


def test_readers_of_all_workers_get_what_is_said_as_it_is_said(site: Site, channels: RedisChannels) -> None:
    with ExitStack() as readers:
        # As many as are more than one worker may have.
        all_ = [readers.enter_context(join(site.port)) for _ in range(HELD + 1)]
        for number in range(5):
            begun = time.monotonic()
            channels.publish("chat", line(f"number {number}"))
            for reader in all_:
                reader.until(event(line(f"number {number}")))
            assert time.monotonic() - begun < 1
    assert "\r\nContent-Type: text/event-stream; charset=utf-8\r\n" in all_[0].head


def test_head_is_answered_and_holds_nothing(site: Site) -> None:
    time.sleep(1.1)  # those of the other tests have left
    for _ in range(2 * THREADS + 1):
        with Reader(site.port, method="HEAD") as reader:
            assert reader.status == 200


def test_plain_requests_go_on_beside_as_many_readers_as_there_may_be(site: Site) -> None:
    with ExitStack() as readers:
        all_ = [readers.enter_context(Reader(site.port)) for _ in range(2 * THREADS)]
        refused = [each for each in all_ if each.status == 503]
        assert len(refused) >= 2 * (THREADS - HELD)
        assert "\r\nRetry-After: 5\r\n" in refused[0].head
        for _ in range(10):
            visitor = Visitor(site)
            assert visitor.send("GET", "/api/hello").status == 200
            visitor.close()
    assert site.log.read_text().count("event streams and WebSockets are open in this worker") <= 2
    # All have left: within seconds as many come in.
    with ExitStack() as readers:
        for _ in range(HELD + 1):
            readers.enter_context(join(site.port))


@pytest.mark.skipif(
    shutil.which("curl") is None and not os.environ.get("CI"),
    reason="there is no curl; with CI set this would fail",
)
def test_curl_shows_them(site: Site, channels: RedisChannels) -> None:
    with curl_events(site.port) as curl:
        assert curl.stdout is not None
        channels.publish("chat", HELLO)
        assert curl.stdout.readline() == b"\n"
        assert curl.stdout.readline() == f"data: {HELLO}\n".encode()


@contextmanager
def curl_events(port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """Have curl read the events, once there is room, up to the end of the first line."""
    command = ["curl", "-sN", "--max-time", "20", f"http://127.0.0.1:{port}/api/events"]
    deadline = time.monotonic() + 5
    while True:
        with subprocess.Popen(command, stdout=subprocess.PIPE) as curl:
            assert curl.stdout is not None
            if (first := curl.stdout.readline()) == b":\n":
                yield curl
                curl.kill()
                return
        assert first.startswith(b"Too many open connections")
        assert time.monotonic() < deadline
        time.sleep(0.05)


# --- Behind a proxy ---------------------------------------------------------------------------------------

PLAIN, ALL = "", "gzip_types *;"


@pytest.mark.skipif(nginx.missing, reason=nginx.MISSING)
@pytest.mark.parametrize("settings", [PLAIN, ALL, f"{ALL} proxy_http_version 1.1;"])
@pytest.mark.parametrize("gzip", [False, True])
def test_each_event_passes_a_proxy_as_it_is_written(
    site: Site, channels: RedisChannels, tmp_path: Path, settings: str, gzip: bool
) -> None:
    with nginx.running(tmp_path, site.port, settings) as port, join(port, gzip=gzip) as reader:
        compressed = gzip and settings != PLAIN
        assert ("Content-Encoding: gzip" in reader.head) == compressed
        assert "X-Accel" not in reader.head
        shown = _Shown(compressed)
        for number in range(3):
            begun = time.monotonic()
            channels.publish("chat", line(f"number {number}"))
            while event(line(f"number {number}")) not in shown.text:
                shown.add(reader)
            assert time.monotonic() - begun < 1
            assert b"number %d" % (number + 1) not in shown.text


class _Shown:
    """What a reader has seen by now, taken out of chunks and compression."""

    def __init__(self, compressed: bool) -> None:
        self.text = b""
        self._unzip = zlib.decompressobj(31) if compressed else None
        self._left = b""

    def add(self, reader: Reader) -> None:
        self._left, reader.got = self._left + reader.got + (reader.more() if not reader.got else b""), b""
        while b"\r\n" in self._left:
            size, _, rest = self._left.partition(b"\r\n")
            if len(rest) < int(size, 16) + 2:
                return
            piece, self._left = rest[: int(size, 16)], rest[int(size, 16) + 2 :]
            self.text += self._unzip.decompress(piece) if self._unzip else piece


@pytest.mark.skipif(nginx.missing, reason=nginx.MISSING)
def test_a_reader_who_leaves_behind_a_proxy_is_noticed(site: Site, tmp_path: Path) -> None:
    with nginx.running(tmp_path, site.port) as port:
        for _ in range(3 * THREADS):
            join(port).close()


# --- In a browser -----------------------------------------------------------------------------------------

READ = """new Promise((done, fail) => {
  const source = new EventSource("/api/events");
  source.onmessage = ({ data }) => { source.close(); done(data); };
  source.onopen = () => fetch("/api/hello").then(() => document.title = "open");
  setTimeout(() => fail(new Error("no event")), 10000);
})"""


@pytest.mark.skipif(
    PROGRAM is None and not os.environ.get("CI"), reason="there is no chromium; with CI set this would fail"
)
def test_a_browser_reads_them_and_comes_again_to_a_server_that_was_restarted(
    site: Site, channels: RedisChannels, tmp_path: Path, redis: str
) -> None:
    with open_page() as page:
        page.call("Page.navigate", url=site.origin)
        page.run(f"window.found = {READ}; 0")
        _until(lambda: page.run("document.title") == "open")
        channels.publish("chat", HELLO)
        assert page.run("window.found") == HELLO

        with gunicorn(tmp_path, {"REDIS_URL": redis}) as other:
            page.call("Page.navigate", url=other.origin)
            page.run(
                "window.seen = []; window.source = new EventSource('/api/events');"
                "source.onopen = () => seen.push('open'); source.onmessage = (e) => seen.push(e.data); 0"
            )
            _until(lambda: page.run("seen.length") == 1)
            other.process.send_signal(signal.SIGHUP)  # a new worker, and the old one stops
            _until(lambda: page.run("seen.length") == 2)
            channels.publish("chat", HELLO)
            _until(lambda: page.run("seen.length") == 3)
            assert page.run("seen") == ["open", "open", HELLO]
            page.run("source.close()")


def _until(holds: object) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)


# --- The end of a worker ----------------------------------------------------------------------------------


def test_a_server_that_stops_ends_them_and_does_not_wait_for_them(tmp_path: Path, redis: str) -> None:
    with gunicorn(tmp_path, {"REDIS_URL": redis}) as site, ExitStack() as readers:
        all_ = [readers.enter_context(Reader(site.port)) for _ in range(10)]
        begun = time.monotonic()
        site.process.send_signal(signal.SIGTERM)
        for reader in all_:
            got = reader.rest()
            assert b"retry: " in got
            assert got.endswith(b"\r\n0\r\n\r\n")  # a whole answer
        site.process.wait(PATIENCE)
        assert time.monotonic() - begun < 8
    assert "Traceback" not in site.log.read_text()

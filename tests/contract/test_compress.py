"""``compress`` of next.config: who gets an encoded answer, and that pieces arrive as they are written."""

from __future__ import annotations

import gc
import gzip
import http.client
import io
import socket
import sys
import tracemalloc
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from nextwsgi import NextWSGI
from nextwsgi.serverless import aws_lambda
from tests.contract.client import Client
from tests.contract.compression import CASES, PROJECT, Case, decoded
from tests.contract.lambda_events import version_2
from tests.contract.origin import head_of, origin
from tests.contract.projects import MakeProject
from tests.contract.serving import PATIENCE, ROUTES, SERVERS, Server, started, write
from tests.contract.sockets import TEXT, connected, serving

CONFIG = {"next.config.py": 'config = {"compress": True}'}
GZIP = {"Accept-Encoding": "gzip"}


@pytest.fixture(scope="module")
def twins() -> Iterator[Client]:
    """Serve the Python half of the project that Next.js was asked in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [*sys.path])
        patch.setenv("COMPRESS", "1")
        patch.delenv("NEXT_PORT", raising=False)
        before = set(sys.modules)
        app = NextWSGI(PROJECT)
        yield Client(app)
        app.project.close()
        for name in set(sys.modules) - before:
            del sys.modules[name]


def varies(client: Client) -> bool:
    """Tell whether the last answer's Vary names Accept-Encoding, or anything."""
    names = [name.strip().lower() for line in client.answer.all("Vary") for name in line.split(",")]
    return "accept-encoding" in names


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.method} {case.target} {case.accept}")
def test_what_is_compressed_is_what_next_compresses(twins: Client, case: Case) -> None:
    headers = {} if case.accept is None else {"Accept-Encoding": case.accept}
    target = case.target_of("python")
    plain = twins(target, method=case.method).body
    answer = twins(target, method=case.method, headers=headers)
    encoding = answer.header("Content-Encoding") or ""
    assert (encoding, varies(twins)) == (case.encoding, case.varies)
    assert decoded(encoding, answer.body) == plain
    if encoding in ("gzip", "deflate"):
        assert answer.all("Content-Length") == answer.all("Accept-Ranges") == []
        assert len(answer.body) < len(plain) or "length=20" in case.target


def test_nothing_is_compressed_without_it_and_nothing_varies(project: MakeProject) -> None:
    for config in ("{}", '{"compress": False}'):
        client = project({"next.config.py": f"config = {config}", "public/a.txt": "a" * 5000})
        answer = client("/a.txt", headers=GZIP)
        assert (answer.header("Content-Encoding"), answer.header("Vary")) == (None, None)
        assert answer.body == b"a" * 5000


def test_what_vary_says_is_kept_on_one_line(project: MakeProject) -> None:
    route = """
def handler(req, res):
    res.setHeader("Vary", ["Origin", "Cookie"]).json("<" * 2000)
"""
    answer = project({**CONFIG, "pages/api/a.py": route})("/api/a")
    assert answer.header("Vary") == "Origin, Cookie, Accept-Encoding"


def test_an_etag_stays_and_answers_304(twins: Client) -> None:
    answer = twins("/long.txt", headers=GZIP)
    etag = answer.header("ETag") or ""
    assert etag == twins("/long.txt").header("ETag") != ""
    again = twins("/long.txt", headers={**GZIP, "If-None-Match": etag})
    assert (again.status, again.body, again.header("Content-Encoding")) == (304, b"", None)


def test_a_part_of_a_file_is_a_part_of_it_as_it_is(twins: Client) -> None:
    answer = twins("/long.txt", headers={**GZIP, "Range": "bytes=0-2047"})
    assert (answer.status, answer.header("Content-Encoding")) == (206, None)
    assert answer.body == (PROJECT / "public" / "long.txt").read_bytes()[:2048]


def test_headers_of_the_configuration_decide_too(project: MakeProject) -> None:
    rule = '{"source": "/api/secret", "headers": [{"key": "Cache-Control", "value": "no-transform"}]}'
    config = {"next.config.py": f'config = {{"compress": True, "headers": [{rule}]}}'}
    route = 'def handler(req, res):\n    res.json("a" * 5000)\n'
    client = project({**config, "pages/api/secret.py": route, "pages/api/open.py": route})
    assert client("/api/open", headers=GZIP).header("Content-Encoding") == "gzip"
    assert client("/api/secret", headers=GZIP).header("Content-Encoding") is None


# --- other origins ----------------------------------------------------------------------------------------

AWAY = '{{"compress": True, "rewrites": [{{"source": "/x", "destination": "{}/x"}}]}}'


def test_an_answer_of_another_origin_is_compressed_unless_it_is(project: MakeProject) -> None:
    body = b"abcdefgh" * 1000
    squeezed = gzip.compress(body)

    def answering(encoding: bytes, sent: bytes) -> Callable[[socket.socket], None]:
        def answer(client: socket.socket) -> None:
            head_of(client)
            length = b"%d" % len(sent)
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + encoding
            client.sendall(head + b"Content-Length: " + length + b"\r\n\r\n" + sent)

        return answer

    for encoding, sent in ((b"", body), (b"Content-Encoding: gzip\r\n", squeezed)):
        with origin(answering(encoding, sent)) as place:
            client = project({"next.config.py": f"config = {AWAY.format(place)}"})
            answer = client("/x", headers=GZIP)
        assert answer.all("Content-Encoding") == ["gzip"]
        assert gzip.decompress(answer.body) == body
        assert answer.header("Vary") == "Accept-Encoding"


# --- whole, or cut off ------------------------------------------------------------------------------------

BREAKS = """
def handler(req, res):
    def pieces():
        yield "a" * 5000
        raise OSError("the disk is gone")
    res.setHeader("Content-Type", "text/plain").send(pieces())
"""


def test_an_answer_that_breaks_off_has_no_end(project: MakeProject) -> None:
    client = project({**CONFIG, "pages/api/a.py": BREAKS})
    answer = client.exchange("/api/a", headers=GZIP)
    assert type(answer.failure).__name__ == "BrokenAnswer"
    decoder = zlib.decompressobj(31)
    assert decoder.decompress(answer.body) == b"a" * 5000
    assert not decoder.eof


ENDLESS = """
from pathlib import Path

def handler(req, res):
    def pieces():
        try:
            while True:
                yield "a" * 5000
        finally:
            Path(req.query["file"]).write_text("closed")
    res.setHeader("Content-Type", "text/plain").send(pieces())
"""


def test_a_client_that_leaves_closes_the_source(project: MakeProject, tmp_path: Path) -> None:
    client = project({**CONFIG, "pages/api/a.py": ENDLESS})
    answer = client.exchange(f"/api/a?file={tmp_path}/told", headers=GZIP, taken=3)
    assert isinstance(answer.failure, BrokenPipeError)
    assert (tmp_path / "told").read_text() == "closed"


LONG = """
def handler(req, res):
    res.setHeader("Content-Type", "text/plain")
    piece = bytes(range(256)) * 256
    res.send(piece for _ in range(int(req.query["pieces"])))
"""


def test_memory_does_not_grow_with_the_answer(project: MakeProject) -> None:
    app = project({**CONFIG, "pages/api/a.py": LONG}).app
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/api/a",
        "QUERY_STRING": "pieces=200",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "HTTP_ACCEPT_ENCODING": "gzip",
    }
    pieces = app(environ, lambda status, headers: len)
    decoder, size = zlib.decompressobj(31), 0
    gc.collect()
    tracemalloc.start()
    for piece in pieces:
        size += len(decoder.decompress(piece))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    pieces.close()  # type: ignore[attr-defined]  # it streams
    assert (size, decoder.eof) == (200 * 65536, True)
    assert peak < 1024 * 1024


def test_an_event_of_lambda_gets_it_as_bytes(twins: Client) -> None:
    event = version_2("GET", "/api/python-sized", query="how=json", headers={"accept-encoding": "gzip"})
    answer = aws_lambda(twins.app)(event, None)
    assert answer["isBase64Encoded"] is True
    body = b64decode(answer["body"])
    assert gzip.decompress(body) == twins("/api/python-sized?how=json").body


# --- real servers -----------------------------------------------------------------------------------------

TEXTUAL = """
lines = [{"key": "Content-Type", "value": "text/plain"}]
config = {"compress": True, "headers": [{"source": "/:path*", "headers": lines}]}
"""


@contextmanager
def waitress(root: Path) -> Iterator[Server]:
    """Run waitress."""
    write(root)
    (root / "wsgi.py").write_text("from nextwsgi import NextWSGI\n\napp = NextWSGI('.')\n")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with started(["waitress", f"--listen=127.0.0.1:{port}", "wsgi:app"], root) as process:
        server = Server(process, port, root / "log")
        server.logged("Serving on")
        yield server


_TEXT = 'res.setHeader("Content-Type", "text/plain").send'
RUN = {**SERVERS, "waitress": waitress}


@pytest.fixture(scope="module", params=["sync", "gthread", "granian", "waitress"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = tmp_path_factory.mktemp(request.param)
    (root / "next.config.py").write_text(TEXTUAL)
    write(root, {f"text-{name}": ROUTES[name].replace("res.send", _TEXT) for name in ("stream", "generator")})
    with RUN[request.param](root) as running:
        yield running


class Reader:
    """A client that decodes what comes as it comes."""

    def __init__(self, server: Server, path: str, method: str = "GET") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        self._connection.request(method, f"/api/{path}", headers=GZIP)
        self._decoder = zlib.decompressobj(31)
        self.answer = self._connection.getresponse()
        assert self.answer.getheader("Content-Encoding") == "gzip"

    def until(self, end: bytes) -> bytes:
        got = b""
        while end not in got:
            piece = self.answer.read1()
            assert piece, got
            got += self._decoder.decompress(piece)
        return got

    def rest(self) -> bytes:
        got = self._decoder.decompress(self.answer.read())
        assert self._decoder.eof
        assert not self._decoder.unused_data
        return got

    def close(self) -> None:
        self._connection.close()
        self.answer.close()


@pytest.mark.parametrize("path", ["pieces", "async-pieces", "text-stream"])
def test_each_piece_arrives_when_it_is_written(server: Server, path: str, tmp_path: Path) -> None:
    with closing(Reader(server, f"{path}?go={tmp_path}/go")) as reader:
        assert b"two" not in reader.until(b"one ")
        (tmp_path / "go").touch()
        assert reader.rest() == b"two"


def test_events_arrive_one_by_one_after_their_head(server: Server, tmp_path: Path) -> None:
    with closing(Reader(server, f"events?go={tmp_path}/go")) as reader:
        (tmp_path / "go").touch()
        assert reader.until(b"data: one \n\n") == b"data: one \n\n"
        (tmp_path / "go-on").touch()
        assert reader.rest() == b"data: two\n\n"


@pytest.mark.parametrize("path", ["endless", "async-endless", "text-generator"])
def test_a_client_gone_in_mid_answer_ends_it(server: Server, path: str) -> None:
    before = server.log.stat().st_size
    with closing(Reader(server, path)) as reader:
        reader.until(b"xxxx")
    if path != "endless":
        server.logged("the handler's finally ran" if path == "async-endless" else "the generator was closed")
    assert b'{"body":"next"}' in server.ask("hello", b"next")
    assert "Traceback" not in server.log.read_text()[before:]


TALKS = """
from nextwsgi.websocket import accept

def handler(req, res):
    accept(req, res).send("a" * 5000)
"""


def test_a_websocket_is_left_alone(project: MakeProject) -> None:
    app = project({**CONFIG, "pages/api/x.py": TALKS}).app
    with serving(app) as port, connected(port, headers=GZIP) as raw:
        assert (raw.status, raw.header("Content-Encoding"), raw.header("Vary")) == (101, [], [])
        assert raw.read() == (TEXT, b"a" * 5000)

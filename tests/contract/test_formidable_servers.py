"""Uploads under real servers: what only a socket shows."""

import hashlib
import os
import socket
import time
from collections.abc import Iterator
from json import loads
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.contract.serving import PATIENCE, SERVERS, Server, everything, write

ROUTES = {
    "upload": """
from nextwsgi.formidable import formidable

config = {"api": {"bodyParser": False}}

def begun(part):
    print(f"upload has begun {part.originalFilename}", flush=True)
    return True

def handler(req, res):
    form = formidable(uploadDir="./uploads", maxFileSize=100_000_000, hashAlgorithm="md5", filter=begun)
    fields, files = form.parse(req)
    res.json({"fields": fields, "files": files, "memory": memory()})

def memory():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
""",
    "async-upload": """
from nextwsgi.formidable import formidable
from pages.api.upload import begun, memory

config = {"api": {"bodyParser": False}}

async def handler(req, res):
    form = formidable(uploadDir="./uploads", maxFileSize=100_000_000, hashAlgorithm="md5", filter=begun)
    fields, files = await form.parse(req)
    res.json({"fields": fields, "files": files, "memory": memory()})
""",
}

START = (
    b'--xx\r\nContent-Disposition: form-data; name="name"\r\n\r\nAda\r\n'
    b'--xx\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\n"
)
END = b"\r\n--xx--\r\n"
both = pytest.mark.parametrize("route", list(ROUTES))


@pytest.fixture(scope="module", params=["sync", "gthread", "granian"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = tmp_path_factory.mktemp(request.param)
    write(root, ROUTES)
    with SERVERS[request.param](root) as server:
        yield server


def head(route: str, framing: str) -> bytes:
    lines = [
        f"POST /api/{route} HTTP/1.1",
        *("Host: localhost", "Connection: close", "Content-Type: multipart/form-data; boundary=xx", framing),
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def told(answer: bytes) -> Any:
    assert answer.startswith(b"HTTP/1.1 200 "), answer
    start = answer.index(b"{")
    return loads(answer[start : answer.rindex(b"}") + 1])


def uploads(server: Server) -> list[Path]:
    return list((server.log.parent / "uploads").glob("*"))


def gone(server: Server) -> bool:
    end = time.monotonic() + PATIENCE
    while uploads(server) and time.monotonic() < end:
        time.sleep(0.01)
    return not uploads(server)


@both
@pytest.mark.parametrize("size", [0, 1, 3_000_000])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_file_arrives_whole(server: Server, route: str, size: int, chunked: bool) -> None:
    content = os.urandom(size) + b"\r\n--x"
    body = START + content + END
    with server.connection() as client:
        if chunked:
            client.sendall(head(route, "Transfer-Encoding: chunked"))
            for at in range(0, len(body), 77_777):
                piece = body[at : at + 77_777]
                client.sendall(b"%x\r\n%b\r\n" % (len(piece), piece))
            client.sendall(b"0\r\n\r\n")
        else:
            client.sendall(head(route, f"Content-Length: {len(body)}") + body)
        answer = told(everything(client))
    [file] = answer["files"]["file"]
    assert (answer["fields"], file["size"]) == ({"name": ["Ada"]}, len(content))
    assert file["hash"] == hashlib.md5(content).hexdigest()
    assert Path(file["filepath"]).read_bytes() == content
    Path(file["filepath"]).unlink()


@both
@pytest.mark.parametrize("framing", ["Content-Length: 1000000", "Transfer-Encoding: chunked"])
def test_a_client_that_leaves_leaves_no_file(server: Server, route: str, framing: str) -> None:
    uuid = uuid4().hex
    body = START.replace(b"a.bin", uuid.encode()) + b"x" * 200_000
    with server.connection() as client:
        client.sendall(head(route, framing))
        client.sendall(b"%x\r\n%b\r\n" % (len(body), body) if "chunked" in framing else body)
        server.logged(f"upload has begun {uuid}")
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # not even a goodbye
    assert gone(server)


@both
def test_a_body_that_is_cut_is_answered_400(server: Server, route: str) -> None:
    body = START + b"x" * 100_000
    with server.connection() as client:
        client.sendall(head(route, f"Content-Length: {len(body)}") + body)
        assert everything(client).startswith(b"HTTP/1.1 400 ")
    assert gone(server)


@both
def test_a_large_file_takes_no_memory(server: Server, route: str) -> None:
    def send(size: int) -> int:
        with server.connection() as client:
            client.sendall(head(route, f"Content-Length: {len(START) + size + len(END)}") + START)
            for _ in range(size // 1_000_000):
                client.sendall(b"\r\n" * 500_000)
            client.sendall(END)
            answer = told(everything(client))
        [file] = answer["files"]["file"]
        Path(file["filepath"]).unlink()
        assert file["size"] == size
        return int(answer["memory"])

    before = send(1_000_000)
    assert send(80_000_000) - before < 8 * 1024  # KiB

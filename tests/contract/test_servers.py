"""What only a socket shows: pieces as they arrive, answers to a client that still sends, lost clients."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.contract.serving import PATIENCE, SERVERS, Server, everything, request, until


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run each server with one worker."""
    with SERVERS[request.param](tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.mark.parametrize("path", ["pieces", "async-pieces", "stream", "wsgi"])
def test_each_piece_arrives_when_it_is_written(server: Server, path: str, tmp_path: Path) -> None:
    go = tmp_path / "go"
    with server.connection() as client:
        client.sendall(request(f"{path}?go={go}", close=True))
        assert b"two" not in until(client, b"one ")
        go.touch()
        assert b"two" in everything(client)


def test_the_head_of_events_arrives_before_them_and_each_alone(server: Server, tmp_path: Path) -> None:
    with server.connection() as client:
        client.sendall(request(f"events?go={tmp_path}/go", close=True))
        assert b"data" not in until(client, b"\r\n\r\n")
        (tmp_path / "go").touch()
        assert b"two" not in until(client, b"data: one \n\n")
        (tmp_path / "go-on").touch()
        assert b"data: two\n\n" in everything(client)


def test_a_413_can_be_read_while_a_long_body_is_being_sent(server: Server) -> None:
    body = b"x" * 3_000_000
    answer = server.ask("small", body)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert answer.endswith(b"\r\n\r\nBody exceeded 1000 limit")


def test_a_413_can_be_read_while_chunks_go_on_without_end(server: Server) -> None:
    with server.connection() as client:
        client.sendall(b"POST /api/small HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"400\r\n" + b"x" * 0x400 + b"\r\n"
        client.settimeout(0.001)
        got = b""
        deadline = time.monotonic() + PATIENCE
        while not got.endswith(b"\r\n\r\nBody exceeded 1000 limit"):
            assert time.monotonic() < deadline, got
            client.sendall(chunk)
            with suppress(TimeoutError):
                got += client.recv(65536)
    assert got.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("server", ["gthread", "granian"], indirect=True)  # sync closes every connection
def test_the_connection_goes_on_after_the_413_of_a_small_body(server: Server) -> None:
    with server.connection() as client:
        client.sendall(request("small", b"x" * 1001))
        assert b" 413 " in until(client, b"\r\n\r\nBody exceeded 1000 limit")
        client.sendall(request("small", b"x" * 1000, close=True))
        assert everything(client).endswith(b"\r\n\r\n1000")


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunks"])
def test_a_wsgi_application_reads_all_of_its_body_and_nothing_of_what_follows(
    server: Server, chunked: bool
) -> None:
    lines = [b"x" * 100_000 + b"\n", b"\n", b"yy"]
    whole = request("wsgi-read", b"".join(lines))
    if chunked:
        head = b"POST /api/wsgi-read HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        whole = head + b"".join(b"%x\r\n%b\r\n" % (len(line), line) for line in lines) + b"0\r\n\r\n"
    with server.connection() as client:
        client.sendall(whole + request("hello", b"next", close=True))
        answer = everything(client)
    assert answer.startswith(b"HTTP/1.1 299 ")
    assert b"[100001, 1, 2]" in answer
    # A sync worker closes each connection.
    assert answer.endswith(b'{"body":"next"}') or b"Connection: close" in answer.partition(b"\r\n\r\n")[0]


def test_a_client_gone_in_mid_body_leaves_no_traceback(server: Server) -> None:
    before = server.log.stat().st_size
    with server.connection() as client:
        client.sendall(request("hello", b"half", length=100))
    assert server.ask("hello", b"next").endswith(b'{"body":"next"}')
    assert "Traceback" not in server.log.read_text()[before:]


def test_chunks_that_break_off_are_no_whole_body(server: Server) -> None:
    with server.connection() as client:
        client.sendall(
            b"POST /api/read HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nhe"
        )
        client.shutdown(socket.SHUT_WR)
        assert not everything(client).startswith(b"HTTP/1.1 200 ")


LOGGED = {"async-endless": "the handler's finally ran", "generator": "the generator was closed"}


@pytest.mark.parametrize("path", ["endless", *LOGGED])
def test_a_client_gone_in_mid_answer_leaves_no_traceback(server: Server, path: str) -> None:
    before = server.log.stat().st_size
    with server.connection() as client:
        client.sendall(request(path))
        until(client, b"xxxx")
    assert server.ask("hello", b"next").endswith(b'{"body":"next"}')
    server.logged(LOGGED.get(path, ""))
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

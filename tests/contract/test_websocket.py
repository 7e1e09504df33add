"""``accept``: conversations under the development server, whose threads are in this process."""

from __future__ import annotations

import asyncio
import logging
import random
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import simple_websocket  # type: ignore[import-untyped]

from nextwsgi import websocket
from nextwsgi.lasting import Lasting
from nextwsgi.project import Project
from nextwsgi.server import after
from nextwsgi.websocket import ConnectionClosed, WebSocket, accept, accepting, conversation, line
from tests.contract.client import Handler, Req, Res, Serve, application
from tests.contract.sockets import (
    BINARY,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    Raw,
    close_frame,
    connected,
    descriptors,
    frame,
    serving,
    until,
)

Open = Callable[..., Any]


@pytest.fixture(autouse=True)
def lasting(monkeypatch: pytest.MonkeyPatch) -> Lasting:
    """Count the conversations of one test."""
    own = Lasting()
    monkeypatch.setattr(accepting, "lasting", own)
    monkeypatch.setattr(conversation, "lasting", own)
    return own


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "PARTING_SECONDS", 0.1)


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Callable[[Handler], int]]:
    """Serve one handler; the port."""
    with ExitStack() as stack:

        def make(handler: Handler) -> int:
            project = Project(tmp_path)
            stack.callback(project.close)
            return stack.enter_context(serving(application(handler, None, "/api/x", project)))

        yield make


@contextmanager
def client(port: int, **options: Any) -> Iterator[Any]:
    """Connect simple-websocket's client."""
    own = simple_websocket.Client(f"ws://127.0.0.1:{port}/api/x", **options)
    try:
        yield own
    finally:
        if own.connected:
            own.close()
        own.thread.join(5)


def echo(req: Req, res: Res) -> None:
    ws = accept(req, res)
    for message in ws:
        ws.send(message)


# --- Messages ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    ["Hello", "", "Größe \U0001f600 \x00", "x" * 2**20, b"\0\xff", b"", b"\xff" * 2**20],
    ids=["text", "no text", "unicode", "long text", "bytes", "no bytes", "many bytes"],
)
def test_a_message_comes_back_as_it_was_sent(talk: Callable[[Handler], int], message: str | bytes) -> None:
    with client(talk(echo)) as ws:
        ws.send(message)
        assert ws.receive(20) == message


def test_messages_keep_their_order(talk: Callable[[Handler], int]) -> None:
    with client(talk(echo)) as ws:
        for number in range(500):
            ws.send(str(number))
        assert [ws.receive(20) for _ in range(500)] == [str(number) for number in range(500)]


def test_a_message_in_pieces_is_one(talk: Callable[[Handler], int]) -> None:
    with connected(talk(echo)) as raw:
        raw.send(frame(TEXT, b"Gr\xc3", last=False) + frame(PING, b"?"))
        raw.send(frame(CONTINUATION, b"\xb6", last=False) + frame(CONTINUATION, b"\xc3\x9fe"))
        assert raw.read() == (PONG, b"?")
        assert raw.read() == (TEXT, "Größe".encode())


def test_receive_waits_as_long_as_it_is_told(talk: Callable[[Handler], int]) -> None:
    def handler(req: Req, res: Res) -> None:
        ws = accept(req, res)
        ws.send(str(ws.receive(0)))
        ws.send(str(ws.receive(0.01)))
        ws.send(str(ws.receive()))

    with client(talk(handler)) as ws:
        assert [ws.receive(5), ws.receive(5)] == ["None", "None"]
        ws.send("here")
        assert ws.receive(5) == "here"


@pytest.mark.parametrize("data", [bytearray(b"ab"), memoryview(b"ab")])
def test_what_is_like_bytes_is_sent_as_bytes(talk: Callable[[Handler], int], data: Any) -> None:
    with client(talk(lambda req, res: accept(req, res).send(data))) as ws:
        assert ws.receive(5) == b"ab"


def test_half_a_surrogate_pair_leaves_as_it_leaves_node(talk: Callable[[Handler], int]) -> None:
    with client(talk(lambda req, res: accept(req, res).send("a\ud83d"))) as ws:
        assert ws.receive(5) == "a�"


def test_other_values_are_refused_with_what_to_do(talk: Callable[[Handler], int]) -> None:
    told: list[str] = []

    def handler(req: Req, res: Res) -> None:
        ws: Any = accept(req, res)
        with pytest.raises(TypeError) as caught:
            ws.send({"a": 1})
        told.append(str(caught.value))

    with client(talk(handler)):
        until(lambda: told)
    assert told == ["ws.send takes str or bytes, not dict: json.dumps makes text of others"]


def test_several_threads_send_whole_messages(talk: Callable[[Handler], int]) -> None:
    def handler(req: Req, res: Res) -> None:
        ws = accept(req, res)
        senders = [threading.Thread(target=ws.send, args=(letter * 100_000,)) for letter in "abcdefgh"]
        for each in senders:
            each.start()
        for each in senders:
            each.join()

    with client(talk(handler)) as ws:
        assert sorted(ws.receive(5)[:1] for _ in range(8)) == list("abcdefgh")


# --- The end ----------------------------------------------------------------------------------------------


def test_a_conversation_ends_with_its_handler(talk: Callable[[Handler], int], lasting: Lasting) -> None:
    with connected(talk(lambda req, res: accept(req, res).send("all"))) as raw:
        assert raw.read() == (TEXT, b"all")
        assert raw.ending() == (1000, "")
    until(lambda: not lasting._open)


def test_the_handler_chooses_code_and_reason(talk: Callable[[Handler], int]) -> None:
    def handler(req: Req, res: Res) -> None:
        ws = accept(req, res)
        ws.close(4001, "Größe")
        ws.close(4002, "later")
        assert ws.closed
        with pytest.raises(ConnectionClosed):
            ws.send("x")

    with connected(talk(handler)) as raw:
        assert raw.ending() == (4001, "Größe")


def test_a_long_reason_is_cut(talk: Callable[[Handler], int]) -> None:
    with connected(talk(lambda req, res: accept(req, res).close(4000, "ö" * 100))) as raw:
        assert raw.ending() == (4000, "ö" * 61)


@pytest.mark.parametrize("code", [0, 999, 5000, True, "1000", None])
def test_a_code_that_is_none_is_refused(
    talk: Callable[[Handler], int], code: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with connected(talk(lambda req, res: accept(req, res).close(code))) as raw:
        assert raw.ending() == (1011, "")
    assert f"{code!r} is no code of a WebSocket's end: it is from 1000 to 4999" in caplog.text


def test_the_client_closes(talk: Callable[[Handler], int], lasting: Lasting) -> None:
    with connected(talk(echo)) as raw:
        raw.send(close_frame(4010, "bye"))
        assert raw.ending() == (4010, "bye")
        until(lambda: not lasting._open)


def test_what_came_before_the_end_is_received(talk: Callable[[Handler], int]) -> None:
    got: list[str | bytes] = []
    go = threading.Event()

    def handler(req: Req, res: Res) -> None:
        ws = accept(req, res)
        until(lambda: ws.closed)
        got.extend(ws)
        with pytest.raises(ConnectionClosed):
            ws.receive()
        go.set()

    with connected(talk(handler)) as raw:
        raw.send(frame(TEXT, b"a") + frame(TEXT, b"b") + close_frame(1000))
        assert go.wait(5)
    assert got == ["a", "b"]


def test_a_handler_that_fails_closes_with_1011_and_is_logged_once(
    talk: Callable[[Handler], int], caplog: pytest.LogCaptureFixture, lasting: Lasting
) -> None:
    def handler(req: Req, res: Res) -> None:
        accept(req, res)
        raise ValueError("a mistake")

    with connected(talk(handler)) as raw:
        assert raw.ending() == (1011, "")
    until(lambda: not lasting._open)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == [
        "GET /api/x failed (pages/api/x.py)"
    ]


@pytest.mark.parametrize(
    "answer", [lambda res: res.json({}), lambda res: res.write("x"), lambda res: res.status(200).send("x")]
)
def test_res_cannot_answer_any_more(
    talk: Callable[[Handler], int], caplog: pytest.LogCaptureFixture, answer: Callable[[Res], object]
) -> None:
    def handler(req: Req, res: Res) -> None:
        accept(req, res)
        assert res.headersSent
        answer(res)

    with connected(talk(handler)) as raw:
        assert raw.ending() == (1011, "")
    assert "the answer is a WebSocket: send with ws.send, not with res" in caplog.text


@pytest.mark.parametrize("answer", [lambda res: res.end(), lambda res: res.send(iter(["x"]))])
def test_the_end_of_res_is_the_end_of_the_conversation(
    talk: Callable[[Handler], int], answer: Callable[[Res], object]
) -> None:
    def handler(req: Req, res: Res) -> None:
        accept(req, res)
        answer(res)

    with connected(talk(handler)) as raw:
        assert raw.ending() == (1000, "")


def test_what_after_was_given_is_done_at_the_end(talk: Callable[[Handler], int]) -> None:
    order: list[str] = []

    def handler(req: Req, res: Res) -> None:
        ws = accept(req, res)
        after(lambda: order.append("after"))
        for message in ws:
            order.append(str(message))

    with connected(talk(handler)) as raw:
        raw.send(frame(TEXT, b"a") + frame(TEXT, b"b") + close_frame(1000))
        raw.rest()
    until(lambda: len(order) == 3)
    assert order == ["a", "b", "after"]


@pytest.mark.parametrize("leave", [lambda raw: raw.vanish(), lambda raw: raw.socket.close()])
def test_a_client_that_vanishes_frees_its_thread_at_once(
    talk: Callable[[Handler], int], lasting: Lasting, leave: Callable[[Raw], None]
) -> None:
    with connected(talk(echo)) as raw:
        until(lambda: lasting._open)
        begin = time.monotonic()
        leave(raw)
        until(lambda: not lasting._open)
    assert time.monotonic() - begin < 2


def test_a_client_that_never_closes_its_side_is_waited_for_a_little(
    talk: Callable[[Handler], int], lasting: Lasting
) -> None:
    with connected(talk(lambda req, res: accept(req, res).send("x"))) as raw:
        until(lambda: not lasting._open)
        raw.send(frame(TEXT, b"more"))


def test_nothing_is_left_of_conversations_that_ended(
    talk: Callable[[Handler], int], lasting: Lasting
) -> None:
    port = talk(echo)
    before = set(threading.enumerate())

    def converse(count: int) -> None:
        for number in range(count):
            with connected(port) as raw:
                raw.send(frame(TEXT, b"x"))
                raw.read()
                if number % 2:
                    raw.send(close_frame(1000))
                    raw.rest()
        until(lambda: not lasting._open)

    converse(4)
    until(lambda: set(threading.enumerate()) <= before)
    open_files = descriptors()
    converse(40)
    until(lambda: set(threading.enumerate()) <= before and descriptors() <= open_files)


# --- Ping -------------------------------------------------------------------------------------------------


def test_a_client_that_answers_pings_stays(
    talk: Callable[[Handler], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "PING_SECONDS", 0.05)
    with connected(talk(echo)) as raw:
        for _ in range(6):
            assert raw.read() == (PING, b"")
            raw.send(frame(PONG))
        raw.send(frame(TEXT, b"still here"))
        while (got := raw.read())[0] == PING:
            raw.send(frame(PONG))
        assert got == (TEXT, b"still here")


def test_a_client_that_answers_none_is_gone(
    talk: Callable[[Handler], int], monkeypatch: pytest.MonkeyPatch, lasting: Lasting
) -> None:
    monkeypatch.setattr(conversation, "PING_SECONDS", 0.05)
    with connected(talk(echo)) as raw:
        assert raw.ending() == (1008, "Ping/Pong timeout")
        until(lambda: not lasting._open)


def test_a_slow_handler_does_not_make_its_client_look_gone(
    talk: Callable[[Handler], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "PING_SECONDS", 0.1)
    monkeypatch.setattr(conversation, "UNREAD_MESSAGES", 1)

    def handler(req: Req, res: Res) -> None:
        ws = accept(req, res)
        time.sleep(0.5)
        for message in ws:
            time.sleep(0.02)
            ws.send(message)

    with client(talk(handler)) as ws:
        for number in range(30):
            ws.send(str(number) + "x" * 50_000)
        assert [ws.receive(5).rstrip("x") for _ in range(30)] == [str(number) for number in range(30)]


# --- Limits -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_a_message_over_the_limit_is_refused_before_it_is_there(
    talk: Callable[[Handler], int], opcode: int
) -> None:
    with connected(talk(echo)) as raw:
        raw.send(frame(opcode, length=2**40))
        raw.send(b"x" * (conversation.LONGEST + 1))
        assert raw.ending() == (1009, "Message is too big")


def test_pieces_that_pass_the_limit_together_are_refused(talk: Callable[[Handler], int]) -> None:
    with connected(talk(echo)) as raw:
        raw.send(frame(BINARY, b"x" * 2**19, last=False) + frame(CONTINUATION, b"x" * 2**19, last=False))
        raw.send(frame(CONTINUATION, b"x"))
        assert raw.ending() == (1009, "Message is too big")


def test_what_a_handler_does_not_receive_stays_with_the_client(
    talk: Callable[[Handler], int], lasting: Lasting
) -> None:
    waiting: list[WebSocket] = []
    go = threading.Event()

    def handler(req: Req, res: Res) -> None:
        waiting.append(accept(req, res))
        go.wait(20)

    with connected(talk(handler)) as raw:
        raw.socket.settimeout(0.5)
        with pytest.raises(TimeoutError):
            _send_for_ever(raw)
        assert sum(map(len, waiting[0]._peer.input_buffer)) < 2 * conversation.LONGEST
        go.set()
        until(lambda: not lasting._open)


def _send_for_ever(raw: Raw) -> None:
    while True:
        raw.send(frame(BINARY, b"x" * 100_000))


def test_a_client_that_does_not_read_is_given_up(
    talk: Callable[[Handler], int], monkeypatch: pytest.MonkeyPatch, lasting: Lasting
) -> None:
    monkeypatch.setattr(conversation, "SEND_SECONDS", 0.2)

    def handler(req: Req, res: Res) -> None:
        ws = accept(req, res)
        while True:
            ws.send(b"x" * 2**20)

    with connected(talk(handler)):
        until(lambda: lasting._open)
        until(lambda: not lasting._open)


def test_nothing_is_compressed(talk: Callable[[Handler], int]) -> None:
    offer = {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}
    with connected(talk(echo), headers=offer) as raw:
        assert raw.status == 101
        assert raw.header("Sec-WebSocket-Extensions") == []
        raw.send(frame(TEXT | 0x40, b"\xf2H\xcd\xc9\xc9\x07\x00"))
        assert raw.ending()[0] == 1002


def test_conversations_beyond_the_limit_are_told_to_come_again(
    talk: Callable[[Handler], int], lasting: Lasting, caplog: pytest.LogCaptureFixture
) -> None:
    lasting.limit(4)
    port = talk(echo)
    with ExitStack() as stack:
        for _ in range(3):
            assert stack.enter_context(connected(port)).status == 101
        for _ in range(3):
            refused = stack.enter_context(connected(port))
            assert refused.status == 503
            assert refused.header("Retry-After") == ["5"]
            assert b'"error":' in refused.rest()
    assert caplog.text.count("more are answered 503") == 1
    until(lambda: not lasting._open)
    with connected(port) as raw:
        assert raw.status == 101


# --- Who may connect --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("example.com", None, 101),
        ("example.com", "http://example.com", 101),
        ("example.com", "https://example.com", 101),
        ("example.com:8000", "http://example.com:8000", 101),
        ("example.com", "https://partner.example", 101),
        ("example.com", "https://evil.example", 403),
        ("example.com", "https://example.com.evil.example", 403),
        ("example.com", "https://sub.example.com", 403),
        ("example.com", "https://partner.example:444", 403),
        ("example.com:8000", "http://example.com:8001", 403),
        ("example.com", "null", 403),
        ("example.com", "file://", 403),
        ("example.com", "", 403),
    ],
)
def test_pages_of_other_sites_are_refused_before_the_handshake(
    talk: Callable[[Handler], int], host: str, origin: str | None, status: int
) -> None:
    port = talk(lambda req, res: accept(req, res, origins=["https://partner.example"]).close())
    with connected(port, headers={"Host": host, "Origin": origin}) as raw:
        assert raw.status == status


@pytest.mark.parametrize("origins", ["https://example.com", ["*"], ["example.com"]])
def test_origins_that_are_none_are_a_mistake(serve: Serve, origins: Any, caplog: Any) -> None:
    assert serve(lambda req, res: accept(req, res, origins=origins))().status == 500
    assert "origins" in caplog.text


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"Upgrade": None}, 426),
        ({"Upgrade": "h2c"}, 426),
        ({"Connection": "keep-alive"}, 426),
        ({"Connection": None}, 426),
        ({"Sec-WebSocket-Version": None}, 426),
        ({"Sec-WebSocket-Version": "8"}, 426),
        ({"Sec-WebSocket-Key": None}, 400),
        ({"Sec-WebSocket-Key": "short"}, 400),
        ({"Sec-WebSocket-Key": "é" * 24}, 400),
        ({"Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg== "}, 101),
        ({"Upgrade": "h2c, WebSocket", "Connection": "keep-alive, UPGRADE"}, 101),
        ({"Content-Length": "0"}, 101),
    ],
)
def test_what_is_no_handshake_is_told_so(
    talk: Callable[[Handler], int], changes: dict[str, str | None], status: int
) -> None:
    with connected(talk(echo), headers=changes) as raw:
        assert raw.status == status
        if status == 426:
            assert raw.header("Upgrade") == ["websocket"]
            assert "Upgrade" in raw.header("Connection")
            wanted = "Sec-WebSocket-Version" in changes
            assert raw.header("Sec-WebSocket-Version") == ["13"] * wanted


@pytest.mark.parametrize("line", ["POST {} HTTP/1.1", "GET {} HTTP/1.0"])
def test_another_method_or_version_is_told_to_upgrade(talk: Callable[[Handler], int], line: str) -> None:
    with connected(talk(echo), line=line) as raw:
        assert raw.status == 426


def test_a_body_is_refused(talk: Callable[[Handler], int]) -> None:
    port = talk(echo)
    with socket.create_connection(("127.0.0.1", port)) as plain:
        plain.sendall(
            b"GET /api/x HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n"
            b"Content-Length: 2\r\n\r\nhi"
        )
        assert plain.recv(65536).startswith(b"HTTP/1.1 400 ")


def test_a_client_that_left_before_the_handshake_is_no_error(
    talk: Callable[[Handler], int], lasting: Lasting, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    def handler(req: Req, res: Res) -> None:
        req._environ["werkzeug.socket"].shutdown(socket.SHUT_WR)
        accept(req, res)

    with socket.create_connection(("127.0.0.1", talk(handler))) as plain:
        plain.sendall(
            b"GET /api/x HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        until(lambda: "GET /api/x 101 in" in caplog.text)
    assert "the client left before the WebSocket was open" in caplog.text
    assert not lasting._open
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


# --- Where there can be none ------------------------------------------------------------------------------


def test_an_async_handler_is_told_to_be_none(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    async def handler(req: Req, res: Res) -> None:
        await asyncio.sleep(0)
        accept(req, res)

    assert serve(handler)().status == 500
    assert "write def handler, not async def" in caplog.text


@pytest.mark.parametrize(
    ("environ", "reason"),
    [
        ({}, "cannot do them"),
        ({"gunicorn.socket": object(), "wsgi.multithread": True}, "gunicorn/x cannot do them"),
        ({"gunicorn.socket": "plain", "wsgi.multithread": False}, "a worker without threads"),
        ({"gunicorn.socket": "plain", "wsgi.multithread": True}, "lacks the line"),
    ],
)
def test_a_server_that_cannot_says_so_once(
    serve: Serve, caplog: pytest.LogCaptureFixture, environ: dict[str, Any], reason: str
) -> None:
    accepting._tell.cache_clear()
    with socket.socket() as plain:
        if environ.get("gunicorn.socket") == "plain":
            environ["gunicorn.socket"] = plain
        if environ:
            environ["SERVER_SOFTWARE"] = "gunicorn/x"
        ask = serve(echo)
        for _ in range(3):
            answer = ask(environ=environ)
            assert answer.status == 501
            assert answer.json() == {"error": "This server cannot do WebSockets"}
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(told) == 1
    assert reason in told[0]
    assert "worker_class gthread" in told[0]


def test_a_second_accept_is_refused_and_the_client_sees_an_end(
    talk: Callable[[Handler], int], caplog: pytest.LogCaptureFixture
) -> None:
    def handler(req: Req, res: Res) -> None:
        accept(req, res)
        accept(req, res)

    with connected(talk(handler)) as raw:
        assert raw.ending()[0] == 1011
    until(lambda: "accept() was called already" in caplog.text)


@pytest.mark.parametrize("begin", [lambda res: res.json({"a": 1}), lambda res: res.send(iter(["a"]))])
def test_an_answer_that_has_begun_becomes_no_websocket(
    talk: Callable[[Handler], int], caplog: pytest.LogCaptureFixture, begin: Callable[[Res], object]
) -> None:
    def handler(req: Req, res: Res) -> None:
        begin(res)
        accept(req, res)

    with connected(talk(handler)) as raw:
        assert b" 101 " not in raw.head
    until(lambda: "the answer has begun: call accept(req, res) first" in caplog.text)


@pytest.mark.parametrize("code", [1004, 1005, 1006, 1015])
def test_codes_that_are_never_sent_are_refused(talk: Callable[[Handler], int], code: int) -> None:
    refused: list[str] = []

    def handler(req: Req, res: Res) -> None:
        ws = accept(req, res)
        try:
            ws.close(code)
        except ValueError as error:
            refused.append(str(error))

    with connected(talk(handler)) as raw:
        raw.ending()
    assert refused == [f"{code} is no code of a WebSocket's end: it is from 1000 to 4999"]


def test_the_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "simple_websocket", None)
    monkeypatch.delitem(sys.modules, "nextwsgi.websocket")
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'nextwsgi\[websocket\]'"):
        __import__("nextwsgi.websocket")
    monkeypatch.setitem(sys.modules, "nextwsgi.websocket", websocket)


# --- A worker that stops ----------------------------------------------------------------------------------


def test_a_worker_that_stops_tells_all(talk: Callable[[Handler], int], lasting: Lasting) -> None:
    port = talk(echo)
    with ExitStack() as stack:
        clients = [stack.enter_context(connected(port)) for _ in range(5)]
        until(lambda: len(lasting._open) == 5)
        stopping = threading.Thread(target=lasting.stop)
        stopping.start()
        assert [each.ending() for each in clients] == [(1001, "the server stops")] * 5
        stopping.join(5)
        until(lambda: not lasting._open)
        late = stack.enter_context(connected(port))
        assert late.ending() == (1001, "the server stops")


def test_a_worker_that_stops_cuts_those_who_take_nothing(
    talk: Callable[[Handler], int], lasting: Lasting
) -> None:
    def handler(req: Req, res: Res) -> None:
        ws = accept(req, res)
        while True:
            ws.send(b"x" * 2**20)

    with connected(talk(handler)) as raw:
        until(lambda: lasting._open and next(iter(lasting._open))._sending.locked())  # type: ignore[attr-defined]
        begin = time.monotonic()
        lasting.stop()
        until(lambda: not lasting._open)
        assert time.monotonic() - begin < 2
        assert raw


def test_a_handler_that_waits_for_something_else_is_cut_off(
    talk: Callable[[Handler], int], lasting: Lasting, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nextwsgi import lasting as module

    monkeypatch.setattr(module, "PARTING_SECONDS", 0.1)
    go = threading.Event()

    def handler(req: Req, res: Res) -> None:
        accept(req, res)
        go.wait(20)

    with connected(talk(handler)) as raw:
        until(lambda: lasting._open)
        lasting.stop()
        assert raw.ending() == (1001, "the server stops")
        go.set()
        until(lambda: not lasting._open)


def test_one_that_is_sending_just_now_is_cut_off(talk: Callable[[Handler], int], lasting: Lasting) -> None:
    go = threading.Event()

    def handler(req: Req, res: Res) -> None:
        ws = accept(req, res)
        with ws._sending:
            go.wait(20)

    with connected(talk(handler)) as raw:
        until(lambda: lasting._open and next(iter(lasting._open))._sending.locked())  # type: ignore[attr-defined]
        next(iter(lasting._open)).stop()
        assert raw.rest() == b""  # no close frame: its place is taken
        go.set()
        until(lambda: not lasting._open)


def test_one_that_has_not_begun_is_left_alone(lasting: Lasting) -> None:
    with socket.socket() as plain:
        ws = WebSocket(plain)
        ws.stop()
        ws.cut()
        assert plain.fileno() >= 0


def test_one_that_waits_for_another_to_send_waits_no_longer_than_it_may() -> None:
    here, there = socket.socketpair()
    with here, there:
        own = line.Line(here, lambda: None)
        own.limit(0.05)
        with own._sending, pytest.raises(TimeoutError):
            own.send(b"x")
        assert there.recv(1) == b""


# --- Anything at all --------------------------------------------------------------------------------------


def test_no_bytes_make_an_error_or_leave_a_thread(
    talk: Callable[[Handler], int], lasting: Lasting, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    port = talk(echo)
    chance = random.Random(19)
    for number in range(150):
        with connected(port) as raw:
            raw.socket.settimeout(5)
            try:
                for _ in range(chance.randrange(1, 6)):
                    raw.send(_anything(chance))
                if number % 3:
                    raw.socket.shutdown(socket.SHUT_WR)
                    raw.rest()
            except OSError:
                pass
    until(lambda: not lasting._open)
    assert caplog.text == ""


def _anything(chance: random.Random) -> bytes:
    """Give frames, whole and broken, and bytes that are none."""
    payload = chance.randbytes(chance.choice([0, 1, 2, 125, 126, 127, 70_000]))
    kind = chance.randrange(5)
    if kind == 0:
        return payload
    if kind == 1:
        return frame(TEXT, payload.decode("latin-1").encode(), last=chance.random() < 0.7)
    if kind == 2:
        return close_frame(chance.randrange(65536), "x" * chance.randrange(123))
    whole = frame(chance.randrange(256), payload, length=chance.choice([None, 2**63 - 1, 2**64 - 1, 5]))
    return whole[: chance.randrange(len(whole))] if kind == 3 else whole


def test_a_fault_in_the_reader_ends_the_conversation(
    talk: Callable[[Handler], int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(line.Line, "recv", lambda *_: 1 // 0)
    with connected(talk(echo)) as raw:
        raw.send(frame(TEXT, b"x"))
        assert raw.rest() == b""
    assert "a WebSocket's reader failed" in caplog.text

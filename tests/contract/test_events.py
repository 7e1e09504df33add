"""``EventStream``: an answer that goes on, event by event."""

import asyncio
import logging
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from nextwsgi import events as module
from nextwsgi.errors import ApiError, BrokenAnswer, ClientDisconnected
from nextwsgi.events import EventStream
from nextwsgi.lasting import Lasting
from tests.contract.client import Req, Res, Serve

PARTING = re.compile(rb"retry: [2-5][0-9]{3}\n\n$")


@pytest.fixture(autouse=True)
def lasting(monkeypatch: pytest.MonkeyPatch) -> Lasting:
    """Give each test what lasts of its own."""
    own = Lasting()
    monkeypatch.setattr(module, "lasting", own)
    return own


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a comment due every 20 milliseconds."""
    monkeypatch.setattr(module, "BEAT_SECONDS", 0.02)


@contextmanager
def connected() -> Iterator[tuple[socket.socket, dict[str, object]]]:
    """Yield the reader's end of a connection, and what a server tells a handler of the other."""
    reader, own = socket.socketpair()
    with reader, own:
        yield reader, {"gunicorn.socket": own}


def later(seconds: float, act: Any) -> threading.Timer:
    timer = threading.Timer(seconds, act)
    timer.start()
    return timer


# --- What is sent -----------------------------------------------------------------------------------------


def two(req: Req, res: Res) -> None:
    with EventStream(req, res) as events:
        events.send({"n": 1}, event="add", id=1)
        events.send("two\nlines")


async def two_async(req: Req, res: Res) -> None:
    with EventStream(req, res) as events:
        await events.send({"n": 1}, event="add", id=1)
        await asyncio.sleep(0)
        await events.send("two\nlines")


async def two_without_await(req: Req, res: Res) -> None:
    with EventStream(req, res) as events:
        events.send({"n": 1}, event="add", id=1)
        events.send("two\nlines")


ALIKE = pytest.mark.parametrize("handler", [two, two_async, two_without_await])


@ALIKE
def test_events_are_sent_one_by_one_with_what_proxies_need(serve: Serve, handler: Any) -> None:
    answer = serve(handler)()
    assert answer.status == 200
    assert answer.header("Content-Type") == "text/event-stream; charset=utf-8"
    assert answer.header("Cache-Control") == "no-cache, no-transform"
    assert answer.header("X-Accel-Buffering") == "no"
    assert answer.header("Content-Length") is None
    assert [piece for piece in answer.written if piece] == [
        b":\n\n",
        b'event: add\nid: 1\ndata: {"n":1}\n\n',
        b"data: two\ndata: lines\n\n",
    ]


@ALIKE
def test_what_has_ended_holds_nothing(serve: Serve, handler: Any, lasting: Lasting) -> None:
    lasting.limit(1)
    client = serve(handler)
    for _ in range(3):
        assert client().status == 200


@ALIKE
def test_head_gets_the_head_and_is_not_waited_for(serve: Serve, handler: Any) -> None:
    answer = serve(handler)(method="HEAD")
    assert (answer.status, answer.body) == (200, b"")


def test_head_ends_one_who_waits(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        with EventStream(req, res) as events:
            assert not events.wait(60)

    async def sleeper(req: Req, res: Res) -> None:
        with EventStream(req, res):
            await asyncio.sleep(60)

    for each in (handler, sleeper):
        assert serve(each)(method="HEAD").body == b""


@pytest.mark.parametrize(("sent", "read"), [({}, ""), ({"Last-Event-ID": "41"}, "41")])
def test_the_last_event_of_a_reader_who_comes_again_is_known(
    serve: Serve, sent: dict[str, str], read: str
) -> None:
    answer = serve(lambda req, res: res.json(EventStream(req, res).last_event_id))(headers=sent)
    assert answer.json() == read


def test_until_it_is_entered_the_answer_can_be_another(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        EventStream(req, res)
        res.status(401).json({})

    answer = serve(handler)()
    assert (answer.status, answer.header("X-Accel-Buffering")) == (401, None)


def test_it_begins_with_with(serve: Serve) -> None:
    answers: list[str] = []

    def handler(req: Req, res: Res) -> None:
        try:
            EventStream(req, res).send("x")
        except RuntimeError as error:
            answers.append(str(error))
        res.end()

    serve(handler)()
    assert answers == ["an EventStream begins with: with EventStream(req, res) as events:"]


# --- Waiting ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("quick")
def test_a_comment_keeps_a_silent_stream_open(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        with EventStream(req, res) as events:
            assert events.wait(0.1)

    async def sleeper(req: Req, res: Res) -> None:
        with EventStream(req, res):
            await asyncio.sleep(0.1)

    for each in (handler, sleeper):
        body = serve(each)().body
        assert set(body.split(b"\n\n")) == {b":", b""}
        assert 3 <= body.count(b":") <= 6


def test_waiting_takes_as_long_as_it_was_told(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        with EventStream(req, res) as events:
            for seconds in (0.0, -1.0, 0.05):
                assert events.wait(seconds)

    begun = time.monotonic()
    assert serve(handler)().body == b":\n\n"
    assert 0.05 <= time.monotonic() - begun < 2


def test_async_handlers_wait_for_something_else(serve: Serve) -> None:
    said: list[str] = []

    async def handler(req: Req, res: Res) -> None:
        with EventStream(req, res) as events:
            try:
                events.wait(1)
            except RuntimeError as error:
                said.append(str(error))

    serve(handler)()
    assert said == ["events.wait() blocks: in async def use await asyncio.sleep(1)"]


def test_other_threads_do_not_write(serve: Serve) -> None:
    said: list[str] = []

    def handler(req: Req, res: Res) -> None:
        def other() -> None:
            try:
                events.send("x")
            except RuntimeError as error:
                said.append(str(error))

        with EventStream(req, res) as events:
            thread = threading.Thread(target=other)
            thread.start()
            thread.join()

    assert serve(handler)().body == b":\n\n"
    assert "belongs to the handler's thread" in said[0]


# --- Readers who leave ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("quick")
def test_a_reader_who_left_is_noticed_by_the_comment(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    ended: list[str] = []

    def handler(req: Req, res: Res) -> None:
        with EventStream(req, res) as events:
            while events.wait(5):
                pass
            assert not events.wait(5)
            ended.append("def")

    async def sleeper(req: Req, res: Res) -> None:
        try:
            with EventStream(req, res):
                await asyncio.sleep(60)
        finally:
            ended.append("async")

    for each in (handler, sleeper):
        answer = serve(each).exchange(taken=2)
        assert isinstance(answer.failure, OSError)
    assert ended == ["def", "async"]
    assert "Traceback" not in caplog.text


def test_a_reader_who_left_is_noticed_at_once_where_the_server_shows_the_connection(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    def handler(req: Req, res: Res) -> None:
        with EventStream(req, res) as events:
            while events.wait(60):
                pass
            with pytest.raises(ClientDisconnected, match="the reader has left"):
                events.send("x")
            raise ClientDisconnected("as send does")

    async def sleeper(req: Req, res: Res) -> None:
        with EventStream(req, res):
            await asyncio.sleep(60)

    for each in (handler, sleeper):
        with connected() as (reader, environ):
            timer = later(0.05, reader.close)
            begun = time.monotonic()
            serve(each).exchange(environ=environ)
            assert time.monotonic() - begun < 5
            timer.join()
    assert [record.levelno for record in caplog.records if record.levelno > logging.INFO] == []


def test_a_reader_who_sends_has_not_left(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        with EventStream(req, res) as events:
            assert events.wait(0.05)

    with connected() as (reader, environ):
        reader.send(b"GET /the/next HTTP/1.1\r\n")
        assert serve(handler)(environ=environ).body == b":\n\n"


def test_the_connection_is_left_as_it_was(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        with EventStream(req, res):
            assert req._environ["gunicorn.socket"].gettimeout() == module.WRITE_SECONDS

    with connected() as (_, environ):
        own = environ["gunicorn.socket"]
        assert isinstance(own, socket.socket)
        own.settimeout(7)
        serve(handler)(environ=environ)
        assert own.gettimeout() == 7


def test_systems_that_tell_nothing_of_the_connection_do_as_well(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "departures", lambda: None)
    with connected() as (_, environ):
        assert serve(two)(environ=environ).body.endswith(b"data: two\ndata: lines\n\n")


def test_a_reader_who_takes_nothing_is_given_up(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    def handler(req: Req, res: Res) -> None:
        with EventStream(req, res) as events:
            events.send("x")

    def stalls(piece: bytes) -> None:
        raise TimeoutError("timed out")

    caplog.set_level(logging.INFO)
    client = serve(handler)
    with pytest.raises(ClientDisconnected):
        client.app(_plain(), lambda status, headers: stalls)
    assert "the client takes nothing" in caplog.text


def _plain() -> dict[str, Any]:
    return {"REQUEST_METHOD": "GET", "PATH_INFO": "/api/x", "QUERY_STRING": "", "RAW_URI": "/api/x"}


def test_what_waits_for_a_slow_reader_is_bounded_in_async_def(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 1000)
    sent: list[int] = []

    async def handler(req: Req, res: Res) -> None:
        with EventStream(req, res) as events:
            for number in range(100):
                events.send("x" * 100)  # without await
                sent.append(number)
            await asyncio.sleep(60)

    with connected() as (reader, environ):
        answer = serve(handler).exchange(environ=environ)
        assert isinstance(answer.failure, ClientDisconnected)
        assert reader.recv(1) == b""  # it was cut
    assert len(sent) < 20


# --- Too many, and the end of a worker --------------------------------------------------------------------


@ALIKE
def test_beyond_the_limit_the_answer_is_503(serve: Serve, handler: Any, lasting: Lasting) -> None:
    lasting.limit(1)
    refused: list[Any] = []

    def first(req: Req, res: Res) -> None:
        with EventStream(req, res):
            refused.append(serve(handler)())

    assert serve(first)().status == 200
    assert (refused[0].status, refused[0].header("Retry-After")) == (503, "5")
    assert refused[0].header("Content-Type") is None


def waits(req: Req, res: Res) -> None:
    with EventStream(req, res) as events:
        events.send("one")
        while events.wait(60):
            pass


def sends(req: Req, res: Res) -> None:
    with EventStream(req, res) as events:
        events.send("one")
        while True:
            time.sleep(0.15)
            events.send("two")


async def sleeps(req: Req, res: Res) -> None:
    with EventStream(req, res) as events:
        await events.send("one")
        await asyncio.sleep(60)


async def stubborn(req: Req, res: Res) -> None:
    with EventStream(req, res) as events:
        await events.send("one")
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await events.send("two")


ENDLESS = pytest.mark.parametrize("handler", [waits, sends, sleeps, stubborn])


@ENDLESS
def test_a_worker_that_stops_ends_them_and_has_readers_come_again(
    serve: Serve, handler: Any, lasting: Lasting, caplog: pytest.LogCaptureFixture
) -> None:
    timer = later(0.1, lasting.stop)
    begun = time.monotonic()
    answer = serve(handler)()
    assert time.monotonic() - begun < 5
    timer.join()
    assert answer.body.startswith(b":\n\ndata: one\n\n")
    assert PARTING.search(answer.body)
    assert [record.levelno for record in caplog.records if record.levelno > logging.INFO] == []


def test_they_end_once(serve: Serve, lasting: Lasting) -> None:
    async def handler(req: Req, res: Res) -> None:
        with EventStream(req, res):
            for _ in range(2):
                for each in lasting._those_open():
                    each.stop()
            await asyncio.sleep(60)

    assert serve(handler)().body.count(b"retry: ") == 1


@ALIKE
def test_a_worker_that_has_stopped_sends_readers_on(serve: Serve, handler: Any, lasting: Lasting) -> None:
    lasting.stop()
    answer = serve(handler)()
    assert answer.status == 200  # EventSource would give up for good after 503
    assert PARTING.search(answer.body)


def test_a_reader_who_does_not_take_the_end_is_cut(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, lasting: Lasting
) -> None:
    monkeypatch.setattr("nextwsgi.lasting.PARTING_SECONDS", 0.05)

    def handler(req: Req, res: Res) -> None:
        with EventStream(req, res):
            req._environ["gunicorn.socket"].recv(1)  # hangs as a write does

    with connected() as (reader, environ):
        timer = later(0.05, lasting.stop)
        begun = time.monotonic()
        serve(handler).exchange(environ=environ)
        assert time.monotonic() - begun < 5
        assert reader.recv(1) == b""
        timer.join()


def test_what_is_gone_or_unknown_cannot_be_cut(serve: Serve, lasting: Lasting) -> None:
    def handler(req: Req, res: Res) -> None:
        with EventStream(req, res):
            for each in lasting._those_open():
                each.cut()

    assert serve(handler)().status == 200
    with connected() as (reader, environ):
        own = environ["gunicorn.socket"]
        assert isinstance(own, socket.socket)

        def closes(req: Req, res: Res) -> None:
            with EventStream(req, res):
                own.shutdown(socket.SHUT_RDWR)
                reader.close()
                for each in lasting._those_open():
                    each.cut()

        assert serve(closes)(environ=environ).status == 200


@pytest.mark.parametrize("kind", ["def", "async"])
def test_an_exception_cuts_the_answer(serve: Serve, kind: str, lasting: Lasting) -> None:
    def handler(req: Req, res: Res) -> None:
        with EventStream(req, res):
            raise ValueError("odd")

    async def async_handler(req: Req, res: Res) -> None:
        handler(req, res)

    answer = serve(handler if kind == "def" else async_handler).exchange()
    assert isinstance(answer.failure, OSError)
    assert lasting._those_open() == []


def test_a_reader_who_left_before_the_head_holds_nothing(serve: Serve, lasting: Lasting) -> None:
    assert isinstance(serve(two).exchange(taken=0).failure, OSError)
    assert lasting._those_open() == []


def test_the_end_of_the_loop_ends_them(serve: Serve, lasting: Lasting) -> None:
    async def handler(req: Req, res: Res) -> None:
        with EventStream(req, res):
            [own] = lasting._those_open()
            ended.append(own)
            await asyncio.sleep(60)

    ended: list[Any] = []
    client = serve(handler)
    timer = later(0.1, client.app.project.close)
    client.exchange()
    timer.join()
    ended[0].stop()  # the worker's own end comes too late


# --- Mistakes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "begin", [lambda res: res.json(1), lambda res: res.write("a"), lambda res: res.send(iter("a"))]
)
def test_what_has_begun_otherwise_becomes_no_stream(serve: Serve, begin: Any) -> None:
    def handler(req: Req, res: Res) -> None:
        begin(res)
        with (
            pytest.raises(RuntimeError, match="the answer has begun: nothing may be sent before"),
            EventStream(req, res),
        ):
            pass
        res.end()

    assert serve(handler)().status == 200


def test_a_stream_begins_once_and_ends_with_its_with(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        with EventStream(req, res) as events:
            events.send("one")
            with pytest.raises(RuntimeError, match="this EventStream has begun already"):
                events.__enter__()
        with pytest.raises(RuntimeError, match="the EventStream has ended with its with"):
            events.send("late")

    assert serve(handler)().status == 200


def test_a_server_that_bounds_no_streams_is_told_once(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    module._tell.cache_clear()
    client = serve(two)
    for _ in range(2):
        client(environ={"SERVER_SOFTWARE": "gunicorn/27.0"})
    client(environ={"SERVER_SOFTWARE": "Werkzeug/3.1"})
    [told] = caplog.messages
    assert told.startswith("each event stream holds a thread of gunicorn/27.0, and nothing bounds how many")


def test_an_api_error_in_an_open_stream_is_logged(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    def handler(req: Req, res: Res) -> None:
        with EventStream(req, res):
            raise ApiError(404, "none")

    assert isinstance(serve(handler).exchange().failure, BrokenAnswer)
    assert caplog.messages == ["GET /api/x failed (pages/api/x.py)"]

"""``after``: work that is done once the client has its answer, whatever the answer is."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nextwsgi import ApiError, testing
from nextwsgi.errors import BrokenAnswer
from nextwsgi.project import Project
from nextwsgi.server import after
from tests.contract.client import Body, Client, Handler, Req, Res, Serve, application

PATIENCE = 10.0


class Desk:
    """What has happened, in order, and a way to wait for it."""

    def __init__(self) -> None:
        self.events: list[object] = []
        self._changed = threading.Condition()

    def note(self, event: object) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait_for(self, event: object) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: event in self.events, PATIENCE), self.events


@pytest.fixture
def desk() -> Desk:
    return Desk()


def both(desk: Desk) -> list[Handler]:
    """A def and an async def handler that leave work and answer."""

    def plain(req: Req, res: Res) -> None:
        after(lambda: desk.note("done"))
        res.json({"ok": True})

    async def waiting(req: Req, res: Res) -> None:
        await asyncio.sleep(0)
        after(lambda: desk.note("done"))
        res.json({"ok": True})

    async def ready(req: Req, res: Res) -> None:
        after(lambda: desk.note("done"))
        res.json({"ok": True})

    return [plain, waiting, ready]


@pytest.mark.parametrize("which", [0, 1, 2])
def test_it_is_done_after_the_server_has_sent_the_answer(serve: Serve, desk: Desk, which: int) -> None:
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/api/x"}
    result = serve(both(desk)[which]).app(environ, lambda *_: desk.events.append)
    assert b"".join(result) == b'{"ok":true}'
    desk.note("sent")
    result.close()  # type: ignore[attr-defined]
    desk.wait_for("done")
    assert desk.events == ["sent", "done"]


def test_the_client_does_not_wait_for_it(serve: Serve, desk: Desk) -> None:
    go = threading.Event()

    def handler(req: Req, res: Res) -> None:
        after(lambda: desk.note(go.wait(PATIENCE)))
        res.end("here")

    assert serve(handler)().body == b"here"
    assert desk.events == []
    go.set()
    desk.wait_for(True)


def test_an_async_callback_and_a_coroutine_run_on_the_loop_of_the_handlers(serve: Serve, desk: Desk) -> None:
    async def callback() -> None:
        await asyncio.sleep(0)
        desk.note(asyncio.get_running_loop())

    async def handler(req: Req, res: Res) -> None:
        after(callback)
        after(callback())
        await asyncio.sleep(0)
        desk.note("handler")
        res.json(id(asyncio.get_running_loop()))

    loop = serve(handler)().json()
    for _ in range(1000):
        if len(desk.events) == 3:
            break
        threading.Event().wait(0.01)
    assert [id(each) for each in desk.events[1:]] == [loop, loop]


def left(desk: Desk, then: Callable[[Req, Res], object]) -> Handler:
    def handler(req: Req, res: Res) -> object:
        after(lambda: desk.note("done"))
        return then(req, res)

    return handler


def fail(req: Req, res: Res) -> None:
    raise ZeroDivisionError


def fail_after_json(req: Req, res: Res) -> None:
    res.json({})
    raise ZeroDivisionError


def refuse(req: Req, res: Res) -> None:
    raise ApiError(404, "No such user")


def nothing(req: Req, res: Res) -> None:
    pass


@pytest.mark.parametrize(
    ("then", "status"), [(fail, 500), (fail_after_json, 200), (refuse, 404), (nothing, 500)]
)
def test_it_is_done_when_the_handler_fails(
    serve: Serve, desk: Desk, then: Callable[[Req, Res], object], status: int
) -> None:
    assert serve(left(desk, then))().status == status
    desk.wait_for("done")


def test_it_is_done_when_the_answer_breaks_on_the_way(serve: Serve, desk: Desk) -> None:
    def then(req: Req, res: Res) -> None:
        res.write("half")
        raise ZeroDivisionError

    answer = serve(left(desk, then)).exchange()
    assert isinstance(answer.failure, BrokenAnswer)
    desk.wait_for("done")


def test_it_is_done_when_the_client_has_left(serve: Serve, desk: Desk) -> None:
    def then(req: Req, res: Res) -> None:
        res.write("half")
        res.write("half")

    answer = serve(left(desk, then)).exchange(taken=1)
    assert isinstance(answer.failure, BrokenPipeError)
    desk.wait_for("done")


def test_it_is_done_when_the_rest_of_the_body_is_drained(serve: Serve, desk: Desk) -> None:
    body = Body(b"x" * 100_000)
    client = serve(left(desk, lambda req, res: res.end("early")), {"api": {"bodyParser": False}})
    assert client(method="POST", body=body, length="100000").body == b"early"
    desk.wait_for("done")
    assert body.unread() == b""


@pytest.mark.parametrize("asynchronous", [False, True])
def test_what_a_stream_leaves_behind_is_done_after_its_last_piece(
    serve: Serve, desk: Desk, asynchronous: bool
) -> None:
    def pieces() -> Iterator[str]:
        yield "one "
        after(lambda: desk.note("done"))
        yield "two"
        desk.note("end")

    async def async_pieces() -> AsyncIterator[str]:
        for piece in pieces():
            yield piece

    client = serve(lambda req, res: res.send(async_pieces() if asynchronous else pieces()))
    assert client().body == b"one two"
    desk.wait_for("done")
    assert desk.events == ["end", "done"]


def test_a_callback_may_leave_more(serve: Serve, desk: Desk) -> None:
    def again() -> None:
        after(lambda: desk.note("again"))
        desk.note("first")

    def handler(req: Req, res: Res) -> None:
        after(again)
        res.end()

    serve(handler)()
    desk.wait_for("again")
    desk.wait_for("first")


def test_what_outlives_its_request_has_its_work_done_at_once(serve: Serve, desk: Desk) -> None:
    go = threading.Event()
    context: list[contextvars.Context] = []

    def handler(req: Req, res: Res) -> None:
        context.append(contextvars.copy_context())
        res.end()

    def task() -> None:
        go.wait(PATIENCE)
        context[0].run(after, lambda: desk.note("done"))

    thread = threading.Thread(target=task)
    thread.start()
    serve(handler)()
    go.set()
    thread.join()
    desk.wait_for("done")


def test_a_callback_sees_the_context_variables_of_its_handler(serve: Serve, desk: Desk) -> None:
    user: contextvars.ContextVar[str] = contextvars.ContextVar("user")

    def handler(req: Req, res: Res) -> None:
        user.set("ada")
        after(lambda: desk.note(user.get()))
        res.end()

    serve(handler)()
    desk.wait_for("ada")


@pytest.mark.parametrize("error", [ZeroDivisionError, SystemExit, asyncio.CancelledError])
def test_what_it_raises_is_logged_and_the_next_is_done(
    serve: Serve, desk: Desk, caplog: pytest.LogCaptureFixture, error: type[BaseException]
) -> None:
    def bad() -> None:
        raise error

    def handler(req: Req, res: Res) -> None:
        after(bad)
        after(lambda: desk.note("done"))
        res.end()

    with caplog.at_level(logging.ERROR, "nextwsgi"):
        assert serve(handler)().status == 200
        desk.wait_for("done")
        for _ in range(500):
            if caplog.records:
                break
            threading.Event().wait(0.01)
    [record] = caplog.records
    assert record.message == "what after() was given failed"
    assert record.exc_info
    assert record.exc_info[0] is error


@pytest.mark.parametrize("value", [None, 1, "text", {}])
def test_what_cannot_be_called_is_refused_where_it_is_given(serve: Serve, value: Any) -> None:
    def handler(req: Req, res: Res) -> None:
        with pytest.raises(TypeError, match="after takes a function without arguments, not"):
            after(value)
        res.end()

    assert serve(handler)().status == 200


def test_outside_a_request_it_is_an_error() -> None:
    def ask() -> None:
        with pytest.raises(RuntimeError, match="outside a request: call it in a handler"):
            after(lambda: None)
        told.append(True)

    told: list[bool] = []
    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert told


def test_in_a_test_it_is_done_before_the_answer_is_given(desk: Desk) -> None:
    for handler in both(desk):
        assert testing.Client(handler).get("/").status == 200
    assert desk.events == ["done"] * 3


def test_another_request_s_work_is_its_own(tmp_path: Path, desk: Desk) -> None:
    project = Project(tmp_path)
    barrier = threading.Barrier(8, timeout=PATIENCE)

    def handler(req: Req, res: Res) -> None:
        barrier.wait()
        number = req.query["n"]
        after(lambda: desk.note((number, res.statusCode)))
        res.status(200 + int(str(number))).end()

    app = application(handler, None, "/api/x", project)
    threads = [threading.Thread(target=lambda n=n: Client(app)(f"/api/x?n={n}")) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for n in range(8):
        desk.wait_for((str(n), 200 + n))
    assert len(desk.events) == 8
    project.close()


def test_a_process_that_exits_does_what_is_left_first(tmp_path: Path) -> None:
    program = f"""
import time
from nextwsgi.server import after
from tests.contract.client import Client, application
from nextwsgi.project import Project
from pathlib import Path

async def slow_async():
    import asyncio
    await asyncio.sleep(0.5)
    print("async", flush=True)

def slow():
    time.sleep(0.5)
    print("slow", flush=True)

def handler(req, res):
    for _ in range(50):
        after(slow)
    after(slow_async)
    res.end("answered")

print(Client(application(handler, None, "/api/x", Project(Path({str(tmp_path)!r}))))().body.decode())
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    lines = done.stdout.split()
    assert (lines[0], done.stdout.count("slow"), lines.count("async"), done.stderr) == ("answered", 50, 1, "")


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_worker_that_ends_waits_for_it_and_does_at_once_what_still_comes(
    serve: Serve, desk: Desk, asynchronous: bool
) -> None:
    async def later() -> None:
        await asyncio.sleep(0.05)
        desk.note("done")

    def handler(req: Req, res: Res) -> None:
        after(later if asynchronous else lambda: desk.note(threading.Event().wait(0.05) or "done"))
        res.end()

    client = serve(handler)
    client.app.project.finish_work()
    client()
    client.app.project.finish_work()
    assert desk.events == ["done"]
    client()
    assert desk.events == ["done", "done"]


def test_its_threads_end_with_the_project(serve: Serve, desk: Desk) -> None:
    def handler(req: Req, res: Res) -> None:
        after(lambda: desk.note(threading.current_thread()))
        res.end()

    client = serve(handler)
    client()
    client.app.project.finish_work()
    client.app.project.close()
    [thread] = desk.events
    assert isinstance(thread, threading.Thread)
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_what_is_left_behind_before_a_stream_is_done_after_it(serve: Serve, desk: Desk) -> None:
    def handler(req: Req, res: Res) -> None:
        after(lambda: desk.note("done"))
        res.send(iter(["one ", "two"]))

    assert serve(handler)().body == b"one two"
    desk.wait_for("done")

"""``async def`` handlers: one loop, in one thread, for all requests of a process."""

import asyncio
import contextvars
import threading
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from nextwsgi.auth import get_session
from nextwsgi.errors import BrokenAnswer
from nextwsgi.middleware.handlers import awaitable
from tests.contract.client import Body, Req, Res, Serve
from tests.unit.auth.making import SECRET

PATIENCE = 10.0


def test_an_async_handler_answers(serve: Serve) -> None:
    async def handler(req: Req, res: Res) -> None:
        await asyncio.sleep(0)
        res.status(201).json({"body": req.body})

    answer = serve(handler)(method="POST", body=b"text")
    assert (answer.status, answer.json()) == (201, {"body": "text"})


def test_a_def_that_returns_an_awaitable_is_awaited(serve: Serve) -> None:
    class Later:
        def __init__(self, res: Res) -> None:
            self.res = res

        def __await__(self) -> Any:
            yield from asyncio.sleep(0).__await__()
            self.res.end("later")

    assert serve(lambda req, res: Later(res))().body == b"later"


def test_all_handlers_that_wait_run_on_one_loop_in_one_thread(serve: Serve) -> None:
    seen: set[tuple[int, int]] = set()

    async def handler(req: Req, res: Res) -> None:
        seen.add((id(asyncio.get_running_loop()), threading.get_ident()))
        await asyncio.sleep(0)
        res.end()

    client = serve(handler)
    in_eight_threads(client.exchange)
    client()
    [(_, ident)] = seen
    assert ident != threading.get_ident()


def test_handlers_without_await_share_that_loop_and_never_run_beside_others(serve: Serve) -> None:
    loops: set[asyncio.AbstractEventLoop] = set()
    running = most = 0

    async def alone(req: Req, res: Res) -> None:
        nonlocal running, most
        loops.add(asyncio.get_running_loop())
        running += 1
        most = max(most, running)
        time.sleep(0.002)
        running -= 1
        res.end()

    async def waiting(req: Req, res: Res) -> None:
        await asyncio.sleep(0)
        await alone(req, res)

    client = serve(lambda req, res: alone(req, res) if "alone" in req.query else waiting(req, res))
    in_eight_threads(lambda: [client(path) for path in ("/api/x", "/api/x?alone=1") * 2])
    assert len(loops) == 1
    assert most == 1


def test_what_a_handler_without_await_begins_goes_on(serve: Serve) -> None:
    ended = threading.Event()

    async def later() -> None:
        await asyncio.sleep(0.01)
        ended.set()

    kept: list[object] = []

    async def handler(req: Req, res: Res) -> None:
        kept.append(asyncio.create_task(later()))
        res.end()

    assert serve(handler)().status == 200
    assert ended.wait(PATIENCE)


def test_a_timer_set_without_await_wakes_the_loop(serve: Serve) -> None:
    ended = threading.Event()

    async def handler(req: Req, res: Res) -> None:
        asyncio.get_running_loop().call_later(0.01, ended.set)
        res.end()

    assert serve(handler)().status == 200
    assert ended.wait(PATIENCE)


def test_a_handler_without_await_keeps_its_context_to_itself(serve: Serve) -> None:
    name = contextvars.ContextVar("name", default="")

    async def handler(req: Req, res: Res) -> None:
        before = name.get()
        name.set("set")
        res.send(before)

    client = serve(handler)
    assert [client().body, client().body] == [b"", b""]


def test_a_handler_without_await_writes_and_fails_as_others_do(serve: Serve) -> None:
    async def handler(req: Req, res: Res) -> None:
        if req.query["do"] == "write":
            res.write("a")
            res.write("b")
            res.end("c")
        elif req.query["do"] == "cancel":
            raise asyncio.CancelledError
        elif req.query["do"] == "break":
            res.write("a")
            raise KeyError("why")
        else:
            req.read()

    client = serve(handler)
    assert client("/api/x?do=write").body == b"abc"
    assert client("/api/x?do=cancel").status == 500
    assert client("/api/x?do=read").status == 500
    assert isinstance(client.exchange("/api/x?do=break").failure, BrokenAnswer)


def in_eight_threads(work: Callable[[], object]) -> None:
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_what_a_module_makes_for_the_loop_works_across_requests(serve: Serve) -> None:
    queue: asyncio.Queue[str] = asyncio.Queue(1)
    lock = asyncio.Lock()

    async def handler(req: Req, res: Res) -> None:
        async with lock:
            if req.query:
                await queue.put(str(req.query["put"]))
                res.end()
            else:
                res.end(await queue.get())

    client = serve(handler)
    for word in ("one", "two"):
        client(f"/api/x?put={word}")
        assert client().body == word.encode()


def test_requests_wait_for_each_other_without_a_thread_of_the_loop(serve: Serve) -> None:
    met = asyncio.Barrier(3)

    async def handler(req: Req, res: Res) -> None:
        await asyncio.wait_for(met.wait(), PATIENCE)
        res.end("met")

    client = serve(handler)
    bodies: list[bytes] = []
    app = client.app

    def ask() -> None:
        bodies.append(type(client)(app)().body)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bodies == [b"met"] * 3


def test_a_task_left_behind_goes_on_after_the_answer(serve: Serve) -> None:
    answered, done = threading.Event(), threading.Event()
    kept: list[asyncio.Task[None]] = []

    async def later() -> None:
        await asyncio.to_thread(answered.wait, PATIENCE)
        done.set()

    async def handler(req: Req, res: Res) -> None:
        kept.append(asyncio.create_task(later()))
        res.end("answered")

    assert serve(handler)().body == b"answered"
    assert not done.is_set()
    answered.set()
    assert done.wait(PATIENCE)


@pytest.mark.parametrize("use", [lambda req, res: res.write("late"), lambda req, res: res.end("late")])
def test_what_is_left_behind_adds_nothing_to_an_answer_that_ended(
    serve: Serve, use: Callable[[Req, Res], object]
) -> None:
    answered, done = threading.Event(), threading.Event()
    kept: list[asyncio.Task[None]] = []

    async def later(req: Req, res: Res) -> None:
        await asyncio.to_thread(answered.wait, PATIENCE)
        use(req, res)
        done.set()

    async def handler(req: Req, res: Res) -> None:
        kept.append(asyncio.create_task(later(req, res)))
        res.write("answer")

    client = serve(handler)
    answer = client()
    answered.set()
    assert done.wait(PATIENCE)
    assert answer.body == b"answer"


def test_what_is_left_behind_cannot_write_into_a_stream(serve: Serve) -> None:
    streaming, told = threading.Event(), threading.Event()
    kept: list[asyncio.Task[None]] = []

    async def later(req: Req, res: Res) -> None:
        await asyncio.to_thread(streaming.wait, PATIENCE)
        with pytest.raises(RuntimeError, match="the handler is done"):
            res.write("between")
        told.set()

    def pieces() -> Any:
        yield "one "
        streaming.set()
        assert told.wait(PATIENCE)
        yield "two"

    async def handler(req: Req, res: Res) -> None:
        kept.append(asyncio.create_task(later(req, res)))
        res.send(pieces())

    assert serve(handler)().body == b"one two"


def test_what_is_left_behind_cannot_read_on(serve: Serve) -> None:
    answered, told = threading.Event(), threading.Event()
    kept: list[asyncio.Task[None]] = []

    async def later(chunks: AsyncIterator[bytes]) -> None:
        await asyncio.to_thread(answered.wait, PATIENCE)
        with pytest.raises(RuntimeError, match="the handler is done"):
            await anext(chunks)
        told.set()

    async def handler(req: Req, res: Res) -> None:
        chunks = aiter(req)
        await anext(chunks)
        kept.append(asyncio.create_task(later(chunks)))
        res.end()

    client = serve(handler, {"api": {"bodyParser": False}})
    client(method="POST", body=b"x" * 100_000)
    answered.set()
    assert told.wait(PATIENCE)


def test_an_exception_is_a_500_with_its_traceback_in_the_log(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    async def handler(req: Req, res: Res) -> None:
        await asyncio.sleep(0)
        raise ValueError("why")

    assert serve(handler)().status == 500
    assert "in handler" in caplog.text
    assert "ValueError: why" in caplog.text


def test_an_exception_after_a_write_cuts_the_connection(serve: Serve) -> None:
    async def handler(req: Req, res: Res) -> None:
        res.write("half ")
        raise ValueError

    answer = serve(handler).exchange()
    assert answer.body == b"half "
    assert isinstance(answer.failure, BrokenAnswer)


def test_a_handler_that_cancels_itself_is_a_500(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    async def handler(req: Req, res: Res) -> None:
        raise asyncio.CancelledError

    assert serve(handler)().status == 500
    assert "the handler was cancelled" in caplog.text


def test_a_client_that_left_is_seen_even_where_nobody_waits(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "nextwsgi")

    async def handler(req: Req, res: Res) -> None:
        res.write("one")
        res.end("two")

    answer = serve(handler).exchange(taken=1)
    assert isinstance(answer.failure, BrokenPipeError)
    assert caplog.messages == ["GET /api/x: the client left before its answer was complete"]


def test_a_missed_length_cuts_the_connection(serve: Serve) -> None:
    async def handler(req: Req, res: Res) -> None:
        res.setHeader("Content-Length", 10).end("four")

    answer = serve(handler).exchange()
    assert answer.body == b"four"
    assert isinstance(answer.failure, BrokenAnswer)


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204)])
def test_answers_without_a_body_write_none(serve: Serve, method: str, status: int) -> None:
    async def handler(req: Req, res: Res) -> None:
        res.status(status).write("text")
        res.end()

    answer = serve(handler)(method=method)
    assert (answer.status, answer.body) == (status, b"")


def test_context_variables_of_the_server_are_seen(serve: Serve) -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable")

    async def handler(req: Req, res: Res) -> None:
        res.end(variable.get())

    client = serve(handler)

    def ask() -> bytes:
        variable.set("of the server")
        return client().body

    assert contextvars.copy_context().run(ask) == b"of the server"


def test_body_and_answer_pass_through_the_requests_own_thread(serve: Serve) -> None:
    threads: list[int] = []

    class Watched(Body):
        def read(self, size: int) -> bytes:
            threads.append(threading.get_ident())
            return super().read(size)

    async def handler(req: Req, res: Res) -> None:
        async for chunk in req:
            res.write(chunk)
        assert res._errands is not None
        res._errands.post(lambda: threads.append(threading.get_ident()))

    client = serve(handler, {"api": {"bodyParser": False}})
    assert client(method="POST", body=Watched(b"text"), length="4").body == b"text"
    assert threads == [threading.get_ident()] * 2


def test_an_answer_that_is_taken_back_leaves_nothing_of_itself(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTH_SECRET", SECRET)

    async def handler(req: Req, res: Res) -> None:
        get_session(req)  # which is not awaited, so that everybody was let in
        res.setHeader("Set-Cookie", "a=1").setHeader("X-Own", "1")
        res.status(201).json({"private": True})

    answer = serve(handler)()
    assert (answer.status, answer.reason) == (500, "Internal Server Error")
    assert (answer.lines, answer.body) == ([("X-Own", "1")], b"Internal Server Error")


def test_an_answer_without_headers_is_taken_back_too(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTH_SECRET", SECRET)

    async def handler(req: Req, res: Res) -> None:
        get_session(req)
        res.end("private")

    answer = serve(handler)()
    assert (answer.status, answer.lines, answer.body) == (500, [], b"Internal Server Error")


def test_after_a_def_that_wrote_the_loop_waits_for_no_client_either(serve: Serve) -> None:
    taken = threading.Event()
    seen: list[bytes] = []
    part: Any = awaitable(lambda req, res: res.write("b"))

    async def handler(req: Req, res: Res) -> None:
        res.write("a")
        await res.drain()
        await part(req, res)
        assert res._errands is not None
        res._errands.post(taken.wait)  # a client that takes nothing yet
        res.write("c")
        seen.append(client.answer.body)
        taken.set()

    client = serve(handler)
    assert client().body == b"abc"
    assert seen == [b"ab"]

"""One event loop a process: what passes through it, what is cancelled, and what is left when it closes."""

import asyncio
import gc
import logging
import os
import signal
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from nextwsgi import loop as module
from nextwsgi.loop import Errands, Loop

PATIENCE = 10.0


@pytest.fixture
def loop() -> Iterator[Loop]:
    found = Loop()
    yield found
    found.close()


def run(loop: Loop, coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine that needs no errands."""
    return loop.run(coroutine, loop.errands())


class Waiting(threading.Thread):
    """A request's thread, which waits for its coroutine."""

    def __init__(self, loop: Loop, coroutine: Coroutine[Any, Any, Any]) -> None:
        super().__init__()
        self.failure: BaseException | None = None
        self._loop = loop
        self._coroutine = coroutine
        self.start()

    def run(self) -> None:
        try:
            run(self._loop, self._coroutine)
        except BaseException as error:  # noqa: BLE001 - looked at by the test
            self.failure = error


async def forever(begun: threading.Event, ended: list[str]) -> None:
    try:
        begun.set()
        await asyncio.sleep(PATIENCE * 10)
    finally:
        ended.append("ended")


# --- errands


def test_run_gives_what_the_coroutine_returns(loop: Loop) -> None:
    assert run(loop, asyncio.sleep(0, "value")) == "value"


def test_run_raises_what_the_coroutine_raises(loop: Loop) -> None:
    async def fail() -> None:
        raise KeyError("why")

    with pytest.raises(KeyError, match="why"):
        run(loop, fail())


def test_a_loop_that_checks_its_threads_is_left_to_its_own(loop: Loop) -> None:
    async def thread() -> int:
        return threading.get_ident()

    assert run(loop, thread()) == threading.get_ident()
    loop.errands().loop.set_debug(True)
    assert run(loop, thread()) != threading.get_ident()


def test_errands_are_done_in_turn_in_the_callers_thread(loop: Loop) -> None:
    done: list[tuple[int, int]] = []
    errands = loop.errands()

    def job(number: int) -> Callable[[], object]:
        return lambda: done.append((number, threading.get_ident()))

    async def handler() -> str:
        errands.post(job(1))
        await errands.run(job(2))
        errands.post(job(3))
        return await errands.run(lambda: "result")

    assert loop.run(handler(), errands) == "result"
    assert done == [(number, threading.get_ident()) for number in (1, 2, 3)]


def test_an_errand_that_is_waited_for_raises_where_it_is_waited_for(loop: Loop) -> None:
    errands = loop.errands()

    def fail() -> None:
        raise OSError("read")

    async def handler() -> str:
        with pytest.raises(OSError, match="read"):
            await errands.run(fail)
        return "went on"

    assert loop.run(handler(), errands) == "went on"


def failing(errands: Errands) -> OSError:
    """Post an errand that fails."""
    error = OSError("write")

    def fail() -> None:
        raise error

    errands.post(fail)
    return error


def test_an_errand_that_fails_cancels_the_coroutine_and_waits_for_its_end(loop: Loop) -> None:
    errands = loop.errands()
    ended: list[str] = []

    async def handler() -> None:
        failing(errands)
        errands.post(lambda: ended.append("never done"))
        try:
            await asyncio.sleep(PATIENCE * 10)
        finally:
            await asyncio.sleep(0.01)
            with pytest.raises(OSError, match="write"):
                errands.post(lambda: None)
            ended.append("cleaned up")

    with pytest.raises(OSError, match="write"):
        loop.run(handler(), errands)
    assert ended == ["cleaned up"]


def test_an_errand_that_fails_is_told_though_the_coroutine_ended_well(loop: Loop) -> None:
    errands = loop.errands()

    async def handler() -> None:
        failing(errands)

    with pytest.raises(OSError, match="write"):
        loop.run(handler(), errands)


def test_an_errand_that_fails_is_told_though_the_coroutine_hid_it(loop: Loop) -> None:
    errands = loop.errands()

    async def handler() -> str:
        failing(errands)
        with pytest.raises(asyncio.CancelledError):
            await asyncio.sleep(PATIENCE * 10)
        return "hidden"

    with pytest.raises(OSError, match="write"):
        loop.run(handler(), errands)


def test_an_error_of_the_coroutines_own_clean_up_is_not_hidden(loop: Loop) -> None:
    errands = loop.errands()

    async def handler() -> None:
        failing(errands)
        try:
            await asyncio.sleep(PATIENCE * 10)
        finally:
            raise KeyError("clean-up")

    with pytest.raises(KeyError, match="clean-up"):
        loop.run(handler(), errands)


def test_the_cause_of_a_failed_errand_is_kept(loop: Loop) -> None:
    errands = loop.errands()
    cause = BrokenPipeError()

    def fail() -> None:
        raise OSError("write") from cause

    async def handler() -> None:
        errands.post(fail)
        await asyncio.sleep(PATIENCE * 10)

    with pytest.raises(OSError, match="write") as caught:
        loop.run(handler(), errands)
    assert caught.value.__cause__ is cause


def test_once_the_coroutine_is_done_there_are_no_more_errands(loop: Loop) -> None:
    errands = loop.errands()
    loop.run(asyncio.sleep(0), errands)
    with pytest.raises(RuntimeError, match="the handler is done"):
        errands.post(lambda: None)


@pytest.mark.parametrize("fails", [False, True])
def test_the_result_of_an_errand_nobody_waits_for_is_dropped(loop: Loop, fails: bool) -> None:
    errands = loop.errands()
    begun, go = threading.Event(), threading.Event()

    def job() -> None:
        begun.set()
        go.wait(PATIENCE)
        if fails:
            raise OSError

    async def handler() -> None:
        waiting = asyncio.create_task(errands.run(job))
        await asyncio.to_thread(begun.wait, PATIENCE)
        waiting.cancel()
        await asyncio.wait([waiting])
        go.set()

    loop.run(handler(), errands)
    run(loop, asyncio.sleep(0))  # the dropped result has passed through the loop


# --- what ends a process


class Stop(BaseException):
    """What a server's signal handler raises in the thread that waits."""


@pytest.mark.parametrize("error", [SystemExit(1), KeyboardInterrupt(), Stop()])
def test_a_worker_told_to_stop_cancels_the_handler_and_does_not_wait(
    loop: Loop, error: BaseException
) -> None:
    errands = loop.errands()
    ended = threading.Event()

    def stop() -> None:
        raise error

    async def handler() -> None:
        errands.post(stop)
        try:
            await asyncio.sleep(PATIENCE * 10)
        finally:
            with pytest.raises(RuntimeError, match="the handler is done"):
                await errands.run(lambda: None)
            ended.set()

    with pytest.raises(type(error)):
        loop.run(handler(), errands)
    assert ended.wait(PATIENCE)


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()])
def test_a_handler_that_exits_takes_no_other_with_it(loop: Loop, error: BaseException) -> None:
    begun, go = threading.Event(), threading.Event()

    async def exits() -> None:
        raise error

    async def other() -> None:
        begun.set()
        await asyncio.to_thread(go.wait, PATIENCE)

    waiting = Waiting(loop, other())
    assert begun.wait(PATIENCE)
    with pytest.raises(type(error)):
        run(loop, exits())
    assert run(loop, asyncio.sleep(0, "goes on")) == "goes on"
    go.set()
    waiting.join(PATIENCE)
    assert waiting.failure is None


def test_a_task_left_behind_that_exits_takes_no_other_with_it(loop: Loop) -> None:
    kept: list[asyncio.Task[None]] = []

    async def exits() -> None:
        raise SystemExit(3)

    async def handler() -> None:
        kept.append(asyncio.create_task(exits()))

    run(loop, handler())
    assert run(loop, asyncio.sleep(0.01, "goes on")) == "goes on"
    with pytest.raises(SystemExit):
        kept[0].result()


# --- one loop for all


def test_a_thousand_coroutines_wait_at_once(loop: Loop) -> None:
    count = 1000
    arrived = 0
    all_there = asyncio.Event()

    async def handler() -> None:
        nonlocal arrived
        arrived += 1
        if arrived == count:
            all_there.set()
        await asyncio.wait_for(all_there.wait(), PATIENCE * 3)

    waiting = [Waiting(loop, handler()) for _ in range(count)]
    for thread in waiting:
        thread.join()
    assert arrived == count
    assert [thread.failure for thread in waiting if thread.failure] == []


def test_what_a_run_costs(loop: Loop, capsys: pytest.CaptureFixture[str]) -> None:
    async def nothing() -> None:
        pass

    run(loop, nothing())
    begin = time.perf_counter()
    for _ in range(200):
        run(loop, nothing())
    micros = (time.perf_counter() - begin) / 200 * 1e6
    with capsys.disabled():
        print(f"\n{micros:.0f} us for an async handler that never waits", end=" ")


# --- fork


FORK = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


@FORK
def test_after_a_fork_the_child_has_a_loop_of_its_own(loop: Loop) -> None:
    thread = run(loop, _ident())
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - nothing of the child is measured
        signal.alarm(int(PATIENCE))
        try:
            loop_ident = run(loop, _ident())
            os.write(writer, b"own" if loop_ident != 0 and _loop_threads() == 1 else b"not its own")
            loop.close()
            os.write(writer, b", closed" if _loop_threads() == 0 else b", left")
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as result:
        assert result.read() == "own, closed"
    os.waitpid(child, 0)
    assert run(loop, _ident()) == thread


@FORK
def test_a_loop_that_the_parent_started_is_not_the_childs_to_close(loop: Loop) -> None:
    run(loop, asyncio.sleep(0))
    child = os.fork()
    if child == 0:  # pragma: no cover - nothing of the child is measured
        signal.alarm(int(PATIENCE))
        loop.close()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert run(loop, asyncio.sleep(0, "goes on")) == "goes on"


def test_close_leaves_the_loop_of_another_process_alone(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    run(loop, asyncio.sleep(0))
    before = _loop_threads()  # other tests have loops of their own
    running = loop._running
    monkeypatch.setattr("os.getpid", lambda: -1)
    loop.close()
    monkeypatch.undo()
    assert _loop_threads() == before
    loop._running = running


async def _ident() -> int:
    return threading.get_ident()


def _loop_threads() -> int:
    return sum(thread.name == "nextwsgi-loop" for thread in threading.enumerate())


# --- close


def test_close_cancels_everything_and_leaves_nothing(caplog: pytest.LogCaptureFixture) -> None:
    gc.collect()
    descriptors, threads = _descriptors(), threading.active_count()
    loop = Loop()
    begun = threading.Event()
    ended: list[str] = []
    kept: list[asyncio.Task[None]] = []
    generators: list[AsyncIterator[int]] = []

    async def count() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            ended.append("generator ended")

    async def leave_behind() -> None:
        generators.append(count())
        await anext(generators[0])
        kept.append(asyncio.create_task(forever(begun, ended)))

    run(loop, leave_behind())
    assert begun.wait(PATIENCE)
    waiting = Waiting(loop, forever(begun, ended))
    while len(asyncio.all_tasks(kept[0].get_loop())) < 2:
        time.sleep(0.001)
    loop.close()
    waiting.join(PATIENCE)
    assert str(waiting.failure) == "the handler was cancelled"
    assert ended.count("ended") == 2
    assert "generator ended" in ended
    kept.clear()
    generators.clear()
    gc.collect()  # a pending task would warn
    assert _descriptors() <= descriptors
    assert threading.active_count() <= threads
    assert caplog.records == []


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_close_of_a_loop_that_never_ran_does_nothing() -> None:
    Loop().close()


def test_after_close_the_next_request_starts_a_loop_again(loop: Loop) -> None:
    run(loop, asyncio.sleep(0))
    loop.close()
    assert run(loop, asyncio.sleep(0, "again")) == "again"


def test_a_request_that_comes_while_the_loop_closes_is_cancelled(loop: Loop) -> None:
    blocked, go = threading.Event(), threading.Event()

    async def block() -> None:
        blocked.set()
        go.wait(PATIENCE)

    first = Waiting(loop, block())
    assert blocked.wait(PATIENCE)
    running = loop.errands().loop
    late = Waiting(loop, asyncio.sleep(PATIENCE * 10))
    deadline = time.monotonic() + PATIENCE
    while not running._ready and time.monotonic() < deadline:  # type: ignore[attr-defined]
        time.sleep(0.001)
    threading.Timer(0.05, go.set).start()
    loop.close()
    for thread in (first, late):
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_a_task_that_resists_is_abandoned(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "SHUTDOWN_SECONDS", 0.05)
    loop = Loop()
    begun = asyncio.Event()
    kept: list[asyncio.Task[None]] = []

    async def resist() -> None:
        begun.set()
        while True:
            try:
                await asyncio.sleep(PATIENCE * 10)
            except asyncio.CancelledError:
                continue

    async def leave_behind() -> None:
        kept.append(asyncio.create_task(resist()))
        await begun.wait()

    run(loop, leave_behind())
    begin = time.monotonic()
    loop.close()
    assert time.monotonic() - begin < PATIENCE
    with caplog.at_level(logging.CRITICAL, "asyncio"):  # it is destroyed while pending, and says so
        kept.clear()
        gc.collect()


def test_a_handler_that_blocks_the_loop_does_not_block_close(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SHUTDOWN_SECONDS", 0.05)
    loop = Loop()
    blocked, go = threading.Event(), threading.Event()

    async def block() -> None:
        blocked.set()
        go.wait(PATIENCE)

    waiting = Waiting(loop, block())
    assert blocked.wait(PATIENCE)
    assert loop._running is not None
    _, running, thread = loop._running
    loop.close()
    go.set()
    thread.join(PATIENCE)
    running.run_until_complete(asyncio.sleep(0))
    running.close()
    waiting.join(PATIENCE)
    assert not waiting.is_alive()


def test_a_request_that_comes_while_the_loop_closes_is_cancelled_and_not_forgotten(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wait() -> None:
        await asyncio.sleep(3600)

    errands = loop.errands()
    late: list[threading.Thread] = []
    failures: list[str] = []

    def come() -> None:
        with pytest.raises(RuntimeError) as caught:
            loop.run(wait(), errands)
        failures.append(str(caught.value))

    async def cancel_others_with_a_late_one() -> None:
        await genuine()
        late.append(threading.Thread(target=come, daemon=True))
        late[0].start()
        await asyncio.to_thread(late[0].join, 0.2)  # it has had time to come

    genuine = module._cancel_others
    monkeypatch.setattr(module, "_cancel_others", cancel_others_with_a_late_one)
    loop.close()
    late[0].join(PATIENCE)
    assert failures == ["the handler was cancelled"]

"""``with_rate_limit`` on Redis: one count for all processes, and what happens while Redis is away."""

from __future__ import annotations

import asyncio
import http.client
import logging
import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pytest
import redis as redis_py

from nextwsgi.middleware import compose, redis, with_rate_limit
from nextwsgi.middleware.redis import SharedWindows, shared_windows
from tests.contract.client import Answer, Req, Res, Serve
from tests.contract.redis_server import RedisServer, needs_redis
from tests.contract.serving import gunicorn, write

pytestmark = needs_redis


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def server(one: RedisServer, monkeypatch: pytest.MonkeyPatch) -> RedisServer:
    """Name a Redis that is empty, and that nobody in this process knows yet."""
    with closing(redis_py.Redis.from_url(one.url)) as client:
        client.flushall()
    return _named(one, monkeypatch)


@pytest.fixture
def brittle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    """Name a Redis that the test may stop."""
    server = RedisServer(tmp_path)
    server.start()
    yield _named(server, monkeypatch)
    server.stop()


def _named(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> RedisServer:
    shared_windows.cache_clear()
    monkeypatch.setenv("REDIS_URL", server.url)
    return server


def show(req: Req, res: Res) -> None:
    res.json("shown")


async def show_later(req: Req, res: Res) -> None:
    await asyncio.sleep(0)
    res.json("shown")


def statuses(ask: Callable[..., Answer], count: int) -> list[int]:
    return [ask().status for _ in range(count)]


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    begin = time.monotonic()
    yield
    assert time.monotonic() - begin < seconds


def keys(server: RedisServer) -> list[str]:
    with closing(redis_py.Redis.from_url(server.url, decode_responses=True)) as client:
        return sorted(map(str, client.scan_iter()))


# --- One count --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("handler", [show, show_later])
def test_the_limit_holds_and_what_is_left_is_told(serve: Serve, server: RedisServer, handler: Any) -> None:
    ask = serve(with_rate_limit(2, 60)(handler))
    answers = [ask() for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert [answer.header("RateLimit-Remaining") for answer in answers] == ["1", "0", "0"]
    assert answers[2].header("Retry-After") in ("59", "60")
    assert answers[0].header("RateLimit-Policy") == "2;w=60"


def test_a_new_window_begins_when_one_has_ended(serve: Serve, server: RedisServer) -> None:
    ask = serve(with_rate_limit(1, 1)(show))
    assert statuses(ask, 2) == [200, 429]
    time.sleep(1.05)
    assert statuses(ask, 2) == [200, 429]


def test_all_applications_of_a_route_count_together(serve: Serve, server: RedisServer) -> None:
    first, second = (serve(with_rate_limit(3)(show)) for _ in range(2))
    assert [first().status, second().status, first().status, second().status] == [200, 200, 200, 429]
    other = serve(with_rate_limit(3)(show), path="/api/x/other")
    assert other("/api/x/other").status == 200


def test_a_key_names_the_route_the_limit_and_an_address_but_nothing_private(
    serve: Serve, server: RedisServer
) -> None:
    limits = (with_rate_limit(3), with_rate_limit(5, 60, key=lambda req: "ada@example.com"))
    serve(compose(*limits)(show))()
    serve(with_rate_limit(7, name="login")(show))()
    by_key, by_address, named = keys(server)
    assert by_address == "nextwsgi:/api/x show 1 3/3600:192.0.2.7"
    assert named == "nextwsgi:login 7/3600:192.0.2.7"
    assert by_key.startswith("nextwsgi:/api/x show 0 5/60:")
    assert len(by_key.rpartition(":")[2]) == 32


@pytest.mark.parametrize("key", ["\ud800", "\0", "é" * 100_000, ["a", None], b"\xff", ""])
def test_any_key_can_be_counted(serve: Serve, server: RedisServer, key: object) -> None:
    assert statuses(serve(with_rate_limit(1, key=lambda req: key)(show)), 2) == [200, 429]


def test_every_count_ends(serve: Serve, server: RedisServer) -> None:
    ask = serve(with_rate_limit(1, 100)(show))
    ask()
    [key] = keys(server)
    with closing(redis_py.Redis.from_url(server.url)) as client:
        assert 99_000 < int(client.pttl(key)) <= 100_000
        client.persist(key)
        assert ask().header("RateLimit-Reset") == "100"
        assert int(client.pttl(key)) > 99_000


def test_a_redis_that_forgot_the_script_is_given_it_again(serve: Serve, server: RedisServer) -> None:
    ask = serve(with_rate_limit(2)(show))
    ask()
    with closing(redis_py.Redis.from_url(server.url)) as client:
        client.script_flush()
    assert statuses(ask, 2) == [200, 429]


def test_threads_that_meet_are_counted_one_by_one(server: RedisServer) -> None:
    counts = shared_windows(server.url)

    def work(_: int) -> list[int]:
        hits = [counts.hit("a", "ada", 60) for _ in range(50)]
        return [hit[0] for hit in hits if hit is not None]

    with ThreadPoolExecutor(32) as threads:
        seen = [count for counted in threads.map(work, range(32)) for count in counted]
    assert sorted(seen) == [*range(1, 1601)]


# --- Two servers ------------------------------------------------------------------------------------------

ROUTE = """
from nextwsgi.middleware import with_rate_limit

@with_rate_limit(200)
def handler(req, res):
    res.json(1)

@with_rate_limit(200)
async def other(req, res):
    res.json(1)
"""


def ask_over_socket(port: int, count: int) -> list[int]:
    found = []
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as client:
        for _ in range(count):
            client.request("GET", "/api/limited")
            answer = client.getresponse()
            answer.read()
            found.append(answer.status)
    return found


def test_two_gunicorns_let_exactly_the_limit_in(server: RedisServer, tmp_path: Path) -> None:
    roots = [tmp_path / "one", tmp_path / "two"]
    for root in roots:
        write(root, {"limited": ROUTE})
    with gunicorn(roots[0], "gthread", 4) as first, gunicorn(roots[1], "gthread", 4) as second:
        ports = [first.port, second.port] * 4
        with ThreadPoolExecutor(len(ports)) as threads:
            found = Counter(chain(*threads.map(lambda port: ask_over_socket(port, 50), ports)))
    assert found == {200: 200, 429: 200}
    for log in (first.log, second.log):
        assert "with_rate_limit" not in log.read_text()


# --- Redis away -------------------------------------------------------------------------------------------


def messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [f"{record.levelname} {record.getMessage()}" for record in caplog.records]


@pytest.mark.parametrize("handler", [show, show_later])
def test_away_and_back_is_logged_once_and_served(
    serve: Serve,
    brittle: RedisServer,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    handler: Any,
) -> None:
    monkeypatch.setattr(redis, "PAUSE_SECONDS", 0.2)
    ask = serve(with_rate_limit(5)(handler))
    assert statuses(ask, 2) == [200, 200]
    brittle.stop()
    with at_most(2):
        assert statuses(ask, 6) == [200, 200, 200, 200, 200, 429]  # counted here meanwhile
    time.sleep(0.25)
    ask()
    [away] = messages(caplog)
    assert away.startswith(f"ERROR {brittle.url} is away: with_rate_limit does without until it is back (")
    brittle.start()
    time.sleep(0.25)
    assert ask().header("RateLimit-Remaining") == "4"  # Redis has forgotten
    assert ask().header("RateLimit-Remaining") == "3"
    assert messages(caplog)[1:] == [f"WARNING {brittle.url} is back: with_rate_limit counts there again"]


def test_away_may_be_refused(serve: Serve, brittle: RedisServer) -> None:
    called: list[Req] = []

    def handler(req: Req, res: Res) -> None:
        called.append(req)
        res.json({})

    ask = serve(with_rate_limit(5, on_error="refuse")(handler))
    assert ask().status == 200
    brittle.stop()
    called.clear()
    with at_most(2):
        answers = [ask() for _ in range(50)]
    assert {answer.status for answer in answers} == {503}
    assert answers[0].json() == {"error": "Service unavailable"}
    assert answers[0].header("Retry-After") == "1"
    assert answers[0].header("RateLimit-Limit") is None
    assert called == []


def test_a_redis_that_is_away_at_start_stops_nothing(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://user:hunter2@127.0.0.1:1/0")
    shared_windows.cache_clear()
    ask = serve(with_rate_limit(1)(show))
    assert statuses(ask, 2) == [200, 429]
    [message] = messages(caplog)
    assert message.startswith("ERROR redis://127.0.0.1:1/0 is away: ")
    assert "hunter2" not in message


def test_one_that_hangs_is_not_asked_again_at_once() -> None:
    asked: list[socket.socket] = []

    def take(server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                asked.append(server.accept()[0])

    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        threading.Thread(target=take, args=(server,), daemon=True).start()
        windows = shared_windows(f"redis://127.0.0.1:{server.getsockname()[1]}/0")
        assert windows.hit("limit", "client", 1) is None
        assert len(asked) == 1
        for connection in asked:
            connection.close()
        server.shutdown(socket.SHUT_RDWR)


def test_one_that_hangs_keeps_few_waiting_and_not_for_long(serve: Serve, brittle: RedisServer) -> None:
    ask = serve(with_rate_limit(100)(show))
    ask()
    brittle.freeze()
    with at_most(2 * redis.TIMEOUT_SECONDS + 0.5):
        assert ask().status == 200
    with at_most(0.4):
        assert statuses(ask, 20) == [200] * 20
    time.sleep(redis.PAUSE_SECONDS)
    slow = []
    for _ in range(20):
        begin = time.monotonic()
        assert ask().status == 200
        slow.append(time.monotonic() - begin > 0.2)
    assert slow == [True] + [False] * 19


def test_one_that_restarted_costs_no_request(
    serve: Serve, brittle: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    ask = serve(with_rate_limit(100, on_error="refuse")(show))
    assert ask().status == 200
    brittle.stop()
    brittle.start()
    assert statuses(ask, 3) == [200, 200, 200]
    assert messages(caplog) == []


@pytest.mark.parametrize(
    "says", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"-ERR no\r\n" * 9, b"$-1\r\n" * 9]
)
def test_what_is_no_redis_is_away(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, says: bytes
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_say, args=(listener, says), daemon=True).start()
        monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{listener.getsockname()[1]}")
        shared_windows.cache_clear()
        with at_most(4):
            assert statuses(serve(with_rate_limit(1)(show)), 2) == [200, 429]
        listener.shutdown(socket.SHUT_RDWR)  # wakes the thread
    assert len(messages(caplog)) == 1


def _say(listener: socket.socket, text: bytes) -> None:
    with ExitStack() as kept, suppress(OSError):  # the listener is closed
        while True:
            connection = kept.enter_context(listener.accept()[0])
            with suppress(OSError):  # the client has left
                connection.sendall(text)


def test_a_wrong_password_is_told_as_refused_and_is_not_in_the_log(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    server = RedisServer(tmp_path, "--requirepass", "right")
    server.start()
    try:
        place = f"127.0.0.1:{server.port}/0"
        for password, status in (("hunter2", 503), ("right", 200)):
            monkeypatch.setenv("REDIS_URL", f"redis://:{password}@{place}")
            assert serve(with_rate_limit(1, on_error="refuse")(show))().status == status
    finally:
        server.stop()
    [message] = messages(caplog)
    assert message.startswith(
        f"ERROR redis://{place} refuses: with_rate_limit does without until REDIS_URL fits"
    )
    assert message.endswith("(AuthenticationError: invalid username-password pair or user is disabled.)")
    assert "hunter2" not in message


def test_what_redis_answers_is_told_in_its_words(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    server = RedisServer(tmp_path, "--requirepass", "right")
    server.start()
    try:
        for url in (f"redis://127.0.0.1:{server.port}/0", f"redis://:right@127.0.0.1:{server.port}/99"):
            monkeypatch.setenv("REDIS_URL", url)
            assert statuses(serve(with_rate_limit(1)(show)), 2) == [200, 429]
    finally:
        server.stop()
    no_password, no_database = messages(caplog)
    assert "refuses: " in no_password
    assert "AuthenticationError: " in no_password
    assert "refuses: " in no_database
    assert "DB index is out of range" in no_database


def test_another_fault_is_told_too(caplog: pytest.LogCaptureFixture) -> None:
    script: Any = Script()
    counts = SharedWindows(script, "redis://there")
    faults = [redis_py.ConnectionError("gone"), redis_py.AuthenticationError("WRONGPASS"), OSError("gone")]
    for error in (faults[0], faults[0], faults[1], faults[1], faults[2]):
        counts._lost(error)
    assert [message.split()[2] for message in messages(caplog)] == ["is", "refuses:", "is"]


@pytest.mark.parametrize(
    "url",
    [
        "redis://user:hunter2@hunter2@host:6379/0",
        "redis://user:12/hunter2@host:6379/0",
        "redis://user:hunter2/12@host:6379/0",
        "redis://:hunter2#1@host:6379/0",
        "redis://:12?hunter2@host:6379/0",
        "redis://:12#hunter2@host:6379/0",
        "redis+unix://:hunter2/1@/run/redis.sock",
        "redis://host/hunter2",
        "redis://host/0/1",
        "redis://host:hunter2/0",
        "redis://host:99999/0",
        "redis://host/0?db=hunter2",
        "redis://hun ter2/0",
        "redis+unix://",
    ],
)
def test_a_url_that_cannot_be_read_stops_the_start_and_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    with pytest.raises(
        ValueError, match="REDIS_URL cannot be read: write redis://user:password@host:6379/0"
    ) as told:
        with_rate_limit(1)
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize("option", ["foo=bar", "protocol=9", "db=0&foo=1"])
def test_an_option_that_redis_does_not_take_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    monkeypatch.setenv("REDIS_URL", f"redis://:hunter2@localhost/0?{option}")
    with pytest.raises(ValueError, match="REDIS_URL has an option that redis does not take") as told:
        with_rate_limit(1)
    names = ", ".join(each.partition("=")[0] for each in option.split("&"))
    assert f" does not take ({names}): " in str(told.value)
    assert option.split("&")[-1].partition("=")[0] in str(told.value)
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize(
    "url",
    [
        "redis://",
        "redis://localhost",
        "redis://host-1.example.com:6379",
        "redis://:p%40ss%2Fw%3A%23@host:6379/15",
        "redis://user:pa:ss!$&'()*+,;=-._~@[::1]:6379/0?max_connections=9",
        "rediss://user:pass@host:6380/0?ssl_cert_reqs=none",
        "redis+unix:///run/redis.sock?db=1",
        "redis+unix://user:pass@/run/my%20redis/redis.sock",
    ],
)
def test_other_urls_are_read(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    with_rate_limit(1)


def test_while_it_hangs_the_event_loop_turns(serve: Serve, brittle: RedisServer) -> None:
    turns: list[float] = []

    async def watch(req: Any, res: Res, next: Any) -> None:
        async def turn() -> None:
            while True:
                turns.append(time.monotonic())
                await asyncio.sleep(0.01)

        turning = asyncio.create_task(turn())
        await next()
        turning.cancel()

    ask = serve(compose(watch, with_rate_limit(100))(show_later))
    ask()
    brittle.freeze()
    turns.clear()
    assert ask().status == 200
    assert turns[-1] - turns[0] > redis.TIMEOUT_SECONDS * 0.8
    assert max(later - one for one, later in pairwise(turns)) < 0.3


# --- The short circuit ------------------------------------------------------------------------------------


class Script:
    """Stands for what runs in Redis."""

    def __init__(self) -> None:
        self.calls = 0
        self.works = True
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, *_: object) -> list[int]:
        self.calls += 1
        self.gate.wait(10)
        if not self.works:
            raise redis_py.exceptions.ConnectionError("away")
        return [1, 1000]


def test_while_away_one_request_in_a_second_tries(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    script: Any = Script()
    counts = SharedWindows(script, "redis://there")
    script.works = False
    assert [counts.hit("a", "ada", 60) for _ in range(100)] == [None] * 100
    assert script.calls == 1
    now[0] += redis.PAUSE_SECONDS
    assert [counts.hit("a", "ada", 60) for _ in range(100)] == [None] * 100
    assert script.calls == 2
    script.works = True
    now[0] += redis.PAUSE_SECONDS
    assert [counts.hit("a", "ada", 60) for _ in range(3)] == [(1, 1.0)] * 3
    assert script.calls == 5
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.WARNING]


def test_while_one_tries_the_others_go_on() -> None:
    script: Any = Script()
    counts = SharedWindows(script, "redis://there")
    script.works = False
    counts.hit("a", "ada", 60)
    counts._next_try = 0.0
    script.gate.clear()
    trying = threading.Thread(target=counts.hit, args=("a", "ada", 60))
    trying.start()
    while script.calls < 2:
        time.sleep(0.001)
    with at_most(1):
        assert counts.hit("a", "ada", 60) is None
    script.gate.set()
    trying.join()
    assert script.calls == 2


def test_failures_and_successes_that_meet_are_told_once(caplog: pytest.LogCaptureFixture) -> None:
    script: Any = Script()
    counts = SharedWindows(script, "redis://there")
    for works in (False, True):
        script.works = works
        script.gate.clear()
        counts._next_try = 0.0
        threads = [threading.Thread(target=counts.hit, args=("a", "ada", 60)) for _ in range(8)]
        for thread in threads:
            thread.start()
        time.sleep(0.05)
        script.gate.set()
        for thread in threads:
            thread.join()
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.WARNING]


def test_what_two_found_at_once_is_told_by_one(caplog: pytest.LogCaptureFixture) -> None:
    script: Any = Script()
    counts = SharedWindows(script, "redis://there")
    counts._found()
    assert caplog.records == []


def test_a_process_knows_each_redis_once() -> None:
    assert shared_windows("redis://localhost:1/0") is shared_windows("redis://localhost:1/0")
    assert shared_windows("redis://localhost:1/0") is not shared_windows("redis://localhost:1/1")


def test_the_environment_is_read_when_the_route_is(monkeypatch: pytest.MonkeyPatch, serve: Serve) -> None:
    monkeypatch.setenv("REDIS_URL", "")
    ask = serve(with_rate_limit(1, on_error="refuse")(show))
    monkeypatch.setitem(os.environ, "REDIS_URL", "redis://127.0.0.1:1")
    assert statuses(ask, 2) == [200, 429]

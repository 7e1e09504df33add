"""``with_rate_limit``: so many requests of a client in a window, counted in memory."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from nextwsgi import RouteError
from nextwsgi.middleware import Handler, compose, methods, rate_limit, with_rate_limit
from nextwsgi.middleware.rate_limit import Workers
from nextwsgi.testing import Client
from tests.contract.client import Answer, Req, Res, Serve

LIMIT_HEADERS = ("RateLimit-Policy", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


@pytest.fixture(autouse=True)
def workers(monkeypatch: pytest.MonkeyPatch) -> Workers:
    """Count in memory, in a process that has said nothing yet."""
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setattr(rate_limit, "workers", Workers())
    return rate_limit.workers


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Stop the clock; its one element is the time."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def show(req: Req, res: Res) -> None:
    res.json("shown")


async def show_later(req: Req, res: Res) -> None:
    await asyncio.sleep(0)
    res.json("shown")


def told(answer: Answer) -> list[str | None]:
    return [answer.header(name) for name in LIMIT_HEADERS]


def statuses(ask: Callable[..., Answer], count: int, **options: Any) -> list[int]:
    return [ask(**options).status for _ in range(count)]


# --- The limit --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("handler", [show, show_later])
def test_the_limit_holds_and_a_new_window_begins(serve: Serve, clock: list[float], handler: Handler) -> None:
    ask = serve(with_rate_limit(3, 60)(handler))
    assert statuses(ask, 5) == [200, 200, 200, 429, 429]
    clock[0] += 59.9
    assert ask().status == 429
    clock[0] += 0.1
    assert statuses(ask, 4) == [200, 200, 200, 429]


def test_what_is_left_is_told(serve: Serve, clock: list[float]) -> None:
    ask = serve(with_rate_limit(2, 60)(show))
    assert told(ask()) == ["2;w=60", "2", "1", "60"]
    clock[0] += 0.5
    assert told(ask()) == ["2;w=60", "2", "0", "60"]
    clock[0] += 29
    answer = ask()
    assert told(answer) == ["2;w=60", "2", "0", "31"]
    assert answer.header("Retry-After") == "31"


def test_a_refusal_is_429_as_json(serve: Serve) -> None:
    called: list[object] = []
    ask = serve(with_rate_limit(1)(lambda req, res: called.append(res.json(1))))
    answer = [ask(), ask()][1]
    assert (answer.status, answer.reason) == (429, "Too Many Requests")
    assert answer.json() == {"error": "Too many requests"}
    assert answer.header("Content-Type") == "application/json; charset=utf-8"
    assert len(called) == 1


def test_a_client_is_never_told_to_come_at_once(serve: Serve, clock: list[float]) -> None:
    ask = serve(with_rate_limit(1, 1)(show))
    ask()
    clock[0] += 0.9999
    assert ask().header("Retry-After") == "1"


def test_a_client_that_waits_as_told_is_let_in(serve: Serve, clock: list[float]) -> None:
    ask = serve(with_rate_limit(1, 7)(show))
    ask()
    clock[0] += 3.3
    clock[0] += int(ask().header("Retry-After") or "")
    assert ask().status == 200


def test_without_a_window_it_is_an_hour(serve: Serve) -> None:
    assert serve(with_rate_limit(100)(show))().header("RateLimit-Policy") == "100;w=3600"


def test_it_is_the_tutorial_s_when_composed(serve: Serve) -> None:
    seen: list[str] = []

    def note(req: Any, res: Res, next: Any) -> object:
        seen.append("in")
        return next()

    ask = serve(compose(with_rate_limit(2), note)(show_later))
    assert statuses(ask, 3) == [200, 200, 429]
    assert seen == ["in", "in"]


def test_errors_and_other_statuses_are_counted_and_told(serve: Serve) -> None:
    def fail(req: Req, res: Res) -> None:
        raise ValueError("odd")

    ask = serve(with_rate_limit(2)(fail))
    answer = ask()
    assert (answer.status, answer.header("RateLimit-Remaining")) == (500, "1")
    assert statuses(ask, 2) == [500, 429]


def test_head_and_options_are_counted(serve: Serve) -> None:
    ask = serve(with_rate_limit(2)(show))
    assert [ask(method=method).status for method in ("HEAD", "OPTIONS", "GET")] == [200, 200, 429]


def test_under_threads_exactly_the_limit_is_let_in(serve: Serve) -> None:
    app = serve(with_rate_limit(100)(show)).app
    start, found = threading.Barrier(32), []

    def work() -> None:
        client = Client(app)
        start.wait()
        found.extend([client.get("/api/x").status for _ in range(20)])

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work) for _ in range(32)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert (found.count(200), found.count(429)) == (100, 540)


# --- Who is counted ---------------------------------------------------------------------------------------


def from_(address: str, passed: str = "") -> dict[str, Any]:
    headers = {"X-Forwarded-For": passed} if passed else {}
    return {"environ": {"REMOTE_ADDR": address}, "headers": headers}


def test_each_address_has_a_limit_of_its_own(serve: Serve) -> None:
    ask = serve(with_rate_limit(1)(show))
    assert statuses(ask, 2, **from_("192.0.2.1")) == [200, 429]
    assert statuses(ask, 2, **from_("192.0.2.2")) == [200, 429]
    assert statuses(ask, 2, **from_("2001:db8::1")) == [200, 429]
    assert statuses(ask, 1, **from_("2001:db8::2")) == [429]


def test_cve_2020_28483_a_header_gives_nobody_another_limit(serve: Serve) -> None:
    ask = serve(with_rate_limit(1)(show))
    names = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "CF-Connecting-IP", "True-Client-IP")
    assert ask().status == 200
    for name in names:
        assert ask(headers={name: "203.0.113.9"}).status == 429


def test_behind_proxies_the_header_counts_from_the_right(serve: Serve) -> None:
    ask = serve(with_rate_limit(1, proxies=1)(show))
    assert ask(**from_("127.0.0.1", "203.0.113.1")).status == 200
    assert ask(**from_("127.0.0.1", "198.51.100.7, 203.0.113.1")).status == 429
    assert ask(**from_("127.0.0.1", "203.0.113.2")).status == 200


@pytest.mark.parametrize(
    ("key", "other"),
    [
        ("ada", "bob"),
        ("", "x"),
        (1, 2),
        (None, "None"),
        ("1", 1),
        (["a", "b"], ["a,b"]),
        ("\ud800", "\udfff"),
        (b"a", "a"),
    ],
)
def test_a_key_function_says_who_is_counted(serve: Serve, key: object, other: object) -> None:
    now = [key]
    ask = serve(with_rate_limit(1, key=lambda req: now[0])(show))
    assert statuses(ask, 2) == [200, 429]
    now[0] = other
    assert statuses(ask, 2) == [200, 429]


def test_a_key_may_be_long_and_repeated(serve: Serve) -> None:
    ask = serve(with_rate_limit(1, key=lambda req: req.query.get("user"))(show))
    for query in ("user=" + "x" * 5000, "user=a&user=b", "user=", "user=%FF%00", ""):
        assert [ask(f"/api/x?{query}").status for _ in range(2)] == [200, 429]
    [windows] = ask.app.project.kept["windows"]._limits.values()
    assert {len(key) for key in windows} == {32}


@pytest.mark.parametrize("key", [object(), {"a": 1}, [["a"]], {1}])
def test_a_key_that_differs_each_time_is_a_mistake_that_is_told(key: object) -> None:
    client = Client(with_rate_limit(1, key=lambda req: key)(show))
    with pytest.raises(
        TypeError, match=r"^with_rate_limit: key\(req\) must give text, a number, None or a list"
    ):
        client.get()


# --- Which counts are one ---------------------------------------------------------------------------------


def test_routes_and_handlers_do_not_share(serve: Serve) -> None:
    limited = with_rate_limit(1)
    ask = serve(methods(GET=limited(show), POST=limited(show_later)))
    assert [ask(method=method).status for method in ("GET", "POST", "GET", "POST")] == [200, 200, 429, 429]


def test_two_around_one_handler_do_not_share(serve: Serve) -> None:
    by_user = with_rate_limit(2, key=lambda req: req.query.get("user"))
    by_page = with_rate_limit(2, key=lambda req: req.query.get("page"))
    ask = serve(compose(by_user, by_page)(show))
    assert [ask("/api/x?user=1&page=1").status for _ in range(3)] == [200, 200, 429]
    assert ask("/api/x?user=1&page=2").status == 429
    assert ask("/api/x?user=2&page=2").status == 200


def project(root: Path, **routes: str) -> Client:
    for name, source in routes.items():
        file = root / "pages/api" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"from nextwsgi.middleware import with_rate_limit\n{source}")
    return Client(root)


@pytest.fixture
def _own_modules(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have projects of tests leave no modules behind."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in ("pages", "shared_limit"):
            del sys.modules[name]


@pytest.mark.usefixtures("_own_modules")
def test_one_handler_of_two_routes_is_counted_for_each(tmp_path: Path) -> None:
    (tmp_path / "shared_limit.py").write_text("def show(req, res):\n    res.json(1)\n")
    source = "from shared_limit import show\nhandler = with_rate_limit(1)(show)\n"
    client = project(tmp_path, a=source, b=source)
    assert [client.get(f"/api/{path}").status for path in "abab"] == [200, 200, 429, 429]


@pytest.mark.usefixtures("_own_modules")
def test_those_of_one_name_are_counted_together(tmp_path: Path) -> None:
    source = "handler = with_rate_limit(1, name='all')(lambda req, res: res.json(1))\n"
    client = project(tmp_path, a=source, b=source)
    assert [client.get(f"/api/{path}").status for path in "abab"] == [200, 429, 429, 429]


def test_the_limit_that_ends_first_is_told(serve: Serve) -> None:
    for limits in (
        (with_rate_limit(2, 60), with_rate_limit(9, 3600)),
        (with_rate_limit(9, 3600), with_rate_limit(2, 60)),
    ):
        ask = serve(compose(*limits)(show))
        assert told(ask())[:3] == ["2;w=60", "2", "1"]
        assert [ask().status, ask().status] == [200, 429]


def test_each_application_counts_for_itself(serve: Serve) -> None:
    handler = with_rate_limit(1)(show)
    assert statuses(serve(handler), 2) == [200, 429]
    assert statuses(serve(handler), 2) == [200, 429]


# --- On the event loop ------------------------------------------------------------------------------------


async def pass_on(req: Any, res: Res, next: Any) -> None:
    await asyncio.sleep(0)
    await next()


def by_hand(handler: Any) -> Handler:
    """Wrap a handler as the guide does."""

    async def inner(req: Req, res: Res) -> object:
        await asyncio.sleep(0)
        return await handler(req, res)

    return inner


AWAITED = {
    "composed, def": compose(pass_on, with_rate_limit(2))(show),
    "composed, async def": compose(pass_on, with_rate_limit(2))(show_later),
    "by hand": by_hand(with_rate_limit(2)(show_later)),
    "not awaited": with_rate_limit(2)(show_later),
}


@pytest.mark.parametrize("name", AWAITED)
def test_the_counting_is_always_done_in_the_request_s_thread(
    serve: Serve, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []
    counted = rate_limit.Limit._hit

    def hit(limit: rate_limit.Limit, req: Req) -> Any:
        threads.append(threading.current_thread().name)
        return counted(limit, req)

    monkeypatch.setattr(rate_limit.Limit, "_hit", hit)
    assert statuses(serve(AWAITED[name]), 3) == [200, 200, 429]
    assert set(threads) == {threading.current_thread().name}


def test_a_key_that_fails_below_async_middleware_is_a_500(serve: Serve) -> None:
    ask = serve(compose(pass_on, with_rate_limit(2, key=lambda req: req.body["email"]))(show))
    assert ask().status == 500


# --- Mistakes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [0, -1])
def test_a_limit_lets_somebody_in(wrong: int) -> None:
    with pytest.raises(ValueError, match=rf"^with_rate_limit: limit must be 1 or more, not {wrong}$"):
        with_rate_limit(wrong)
    with pytest.raises(ValueError, match=rf"^with_rate_limit: window must be 1 or more, not {wrong}$"):
        with_rate_limit(1, wrong)


@pytest.mark.parametrize("wrong", ["100", 1.5, True, None, [1]])
def test_numbers_are_whole_numbers(wrong: Any) -> None:
    for settings in ({"limit": wrong}, {"limit": 1, "window": wrong}, {"limit": 1, "proxies": wrong}):
        with pytest.raises(TypeError, match=r"^with_rate_limit: \w+ must be a whole number, not "):
            with_rate_limit(**settings)


def test_forgotten_brackets_are_told() -> None:
    text = r"with_rate_limit takes a number of requests first: with_rate_limit\(100\)\(handler\)$"
    with pytest.raises(TypeError, match=text):
        with_rate_limit(show)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=text):
        compose(with_rate_limit)(show)


async def _awaited(req: object) -> str:
    return "ip"


def test_other_settings_are_looked_at_too() -> None:
    with pytest.raises(ValueError, match=r"^with_rate_limit: proxies must be 0 or more, not -1$"):
        with_rate_limit(1, proxies=-1)
    with pytest.raises(ValueError, match=r"^with_rate_limit: window is in seconds, and at most a year"):
        with_rate_limit(1, 10**400)
    with pytest.raises(TypeError, match=r"^with_rate_limit: name must be text, not 7$"):
        with_rate_limit(1, name=7)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^with_rate_limit: key must be a function of req, not <function"):
        with_rate_limit(1, key=lambda: "ip")  # type: ignore[arg-type,misc]
    with pytest.raises(TypeError, match=r"^with_rate_limit: key must be def: .*_awaited is async def"):
        with_rate_limit(1, key=_awaited)
    with pytest.raises(TypeError, match=r"^with_rate_limit: key must be a function of req, not 'ip'$"):
        with_rate_limit(1, key="ip")  # type: ignore[arg-type]
    with pytest.raises(
        ValueError, match=r"^with_rate_limit: on_error must be 'serve' or 'refuse', not 'ignore'$"
    ):
        with_rate_limit(1, on_error="ignore")
    with pytest.raises(TypeError, match=r"windowMs: did you mean window\?"):
        with_rate_limit(1, windowMs=1000)  # type: ignore[call-arg]


def test_a_handler_is_needed() -> None:
    with pytest.raises(
        TypeError, match=r"^with_rate_limit\(\.\.\.\) takes a handler, .* not NoneType|not None"
    ):
        with_rate_limit(1)(None)  # type: ignore[type-var]


def test_handlers_without_a_name_are_handlers(serve: Serve) -> None:
    def greet(word: str, req: Req, res: Res) -> None:
        res.json(word)

    ask = serve(with_rate_limit(1)(partial(greet, "hello")))
    assert statuses(ask, 2) == [200, 429]


class Greeter:
    def __call__(self, _: Req, res: Res) -> None:
        res.json("hello")


class Leaver(Greeter): ...


def test_handlers_without_a_name_do_not_share(serve: Serve) -> None:
    limited = with_rate_limit(1)
    ask = serve(methods(GET=limited(Greeter()), POST=limited(Leaver())))
    assert [ask(method=method).status for method in ("GET", "POST", "GET", "POST")] == [200, 200, 429, 429]


@pytest.mark.parametrize(
    ("url", "text"),
    [
        (
            "localhost:6379",
            "REDIS_URL must begin with redis://, rediss://, redis+unix://: redis://localhost:6379/0",
        ),
        ("http://localhost", "REDIS_URL must begin with "),
        ("redis+cluster://localhost:6379", "REDIS_URL must begin with "),
        (
            "redis://:hunter2/x@localhost:6379/0",
            "REDIS_URL cannot be read: write redis://user:password@host:6379/0",
        ),
        ("redis://localhost:port", "REDIS_URL cannot be read: "),
        ("redis://[::1", "REDIS_URL cannot be read: "),
    ],
)
def test_a_url_that_is_none_stops_the_start(monkeypatch: pytest.MonkeyPatch, url: str, text: str) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    with pytest.raises(ValueError, match=f"^{text.replace('+', '.')}") as caught:
        with_rate_limit(1)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("missing", ["limits", "redis"])
def test_a_package_that_is_missing_stops_the_start(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setenv("REDIS_URL", f"redis://{missing}.example")
    for name in [name for name in sys.modules if name.partition(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    text = rf"^REDIS_URL is set, but {missing}.* is not installed: pip install 'nextwsgi\[redis\]'$"
    with pytest.raises(ValueError, match=text):
        with_rate_limit(1)


@pytest.mark.usefixtures("_own_modules")
def test_the_start_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(
        RouteError, match=r"pages/api/a\.py: it cannot be imported: ValueError: with_rate_limit: limit"
    ):
        project(tmp_path, a="handler = with_rate_limit(0)(print)\n")


# --- Several workers --------------------------------------------------------------------------------------


def test_several_workers_are_told_once_at_start(workers: Workers, caplog: pytest.LogCaptureFixture) -> None:
    with_rate_limit(1)
    workers.tell(4)
    workers.tell(4)
    workers.tell()
    assert caplog.messages == [
        "with_rate_limit counts in the memory of each worker, and there are 4: together they let several"
        " times as many requests through. Set REDIS_URL to have them count together"
    ]


def test_where_the_server_has_not_told_the_first_request_does(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    ask = serve(with_rate_limit(5)(show))
    ask()
    assert caplog.messages == []
    for _ in range(2):
        ask(environ={"wsgi.multiprocess": True})
    [message] = caplog.messages
    assert "and there are several: " in message


@pytest.mark.parametrize("count", [1, 4])
def test_one_worker_and_one_that_others_speak_for_say_nothing(
    serve: Serve, workers: Workers, caplog: pytest.LogCaptureFixture, count: int
) -> None:
    ask = serve(with_rate_limit(5)(show))
    workers.tell(count, aloud=count == 1)
    ask(environ={"wsgi.multiprocess": True})
    assert caplog.messages == []


def test_without_limits_nothing_is_said(workers: Workers, caplog: pytest.LogCaptureFixture) -> None:
    workers.tell(4)
    assert caplog.messages == []


def test_with_redis_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, workers: Workers, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://localhost:1")
    with_rate_limit(1)
    workers.tell(4)
    assert caplog.messages == []


def test_logging_is_quiet_otherwise(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "nextwsgi")
    statuses(serve(with_rate_limit(1)(show)), 3)
    assert caplog.messages == []

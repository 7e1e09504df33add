"""/api/socket and the chat on the front page: who is in it hears the others, in all workers."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from redis import Redis

from lib.chat import Line, read_line
from nextwsgi.testing import Client
from tests.contract.redis_server import RedisServer, needs_redis
from tests.contract.sockets import TEXT, Raw, connected, frame, until
from tests.demo.chromium import Page, open_page
from tests.demo.serving import Site, gunicorn
from tests.demo.test_page import needs_chromium


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.stop()


# --- A line -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"name": "Ada", "text": "Hello"}, Line("Ada", "Hello")),
        ({"name": " Ada ", "text": "a\nb\r\tc\x00"}, Line("Ada", "a b  c")),
        (
            {"name": "\u202eAda", "text": "\ud83d \U0001f468\u200d\U0001f469"},
            Line("Ada", "\U0001f468\u200d\U0001f469"),
        ),
        ({"name": "x" * 40, "text": "y" * 500}, Line("x" * 40, "y" * 500)),
        ({"name": "Ada", "text": "<b>", "more": 1}, Line("Ada", "<b>")),
    ],
)
def test_a_line_is_one_line_of_text(given: dict[str, object], line: Line) -> None:
    assert read_line(json.dumps(given)) == line
    assert read_line(json.dumps(given).encode()) == line


WRONG = 'send JSON: {"name": "Ada", "text": "Hello"}'


@pytest.mark.parametrize(
    "message",
    [
        *("", "text", "[]", "null", "1", "[" * 100_000, '"x"', b"\xff\xfe", b"\0", '{"name": "Ada"}'),
        *('{"name": "Ada", "text": 1}', '{"name": " ", "text": "x"}', '{"name": "Ada", "text": "\\n"}'),
        *('{"name": ["Ada"], "text": "x"}', '{"name": "\\ud83d", "text": "x"}', "9" * 5000),
    ],
)
def test_what_is_no_line_is_told_so(message: str | bytes) -> None:
    assert read_line(message) == WRONG


@pytest.mark.parametrize("given", [{"name": "x" * 41, "text": "y"}, {"name": "x", "text": "y" * 501}])
def test_long_lines_are_refused(given: dict[str, str]) -> None:
    assert read_line(json.dumps(given)) == "name must have at most 40 characters, and text 500"


def test_without_a_server_that_can_it_says_so(demo: Client) -> None:
    answer = demo.get("/api/socket")
    assert answer.status == 501
    assert answer.json() == {"error": "This server cannot do WebSockets"}


# --- Under gunicorn ---------------------------------------------------------------------------------------


def said(text: str, name: str = "Ada") -> bytes:
    return frame(TEXT, json.dumps({"name": name, "text": text}).encode())


def heard(raw: Raw) -> object:
    opcode, payload = raw.read()
    assert opcode == TEXT
    return json.loads(payload)


def test_in_one_worker_all_hear_each_other_without_redis(tmp_path: Path) -> None:
    with gunicorn(tmp_path) as site, ExitStack() as stack:
        people = [_entered(stack, site) for _ in range(5)]
        for number, each in enumerate(people):
            each.send(said(str(number)))
            assert [heard(other) for other in people] == [{"name": "Ada", "text": str(number)}] * 5
        people[0].send(frame(TEXT, b"no JSON"))
        assert heard(people[0]) == {"error": WRONG}
        with connected(site.port, "/api/socket", {"Origin": "http://evil.example"}) as raw:
            assert raw.status == 403


@needs_redis
def test_two_workers_hear_each_other_through_redis_and_do_again_when_it_comes_back(
    tmp_path: Path, redis: RedisServer
) -> None:
    with gunicorn(tmp_path, {"REDIS_URL": redis.url}, workers=2) as site, ExitStack() as stack:
        people = _in_both_workers(stack, site, redis)
        people[0].send(said("to all"))
        assert [heard(each) for each in people] == [{"name": "Ada", "text": "to all"}] * len(people)
        redis.stop()
        people[0].send(said("to itself at least"))
        assert heard(people[0]) == {"name": "Ada", "text": "to itself at least"}
        redis.start()
        until(lambda: _listeners(redis) == 2)
        people[-1].send(said("all again"))
        for each in people:
            while heard(each) != {"name": "Ada", "text": "all again"}:
                pass
        log = site.log.read_text()
        assert "Traceback" not in log
        assert log.count("Redis is back") == 2


def _in_both_workers(stack: ExitStack, site: Site, redis: RedisServer) -> list[Raw]:
    """Join until both workers have somebody in the chat."""
    people: list[Raw] = []
    while len(people) < 2 or _listeners(redis) < 2:
        people.append(_entered(stack, site))
        assert len(people) < 40
        time.sleep(0.05)  # one of the workers may still be starting
    return people


def _entered(stack: ExitStack, site: Site) -> Raw:
    """Give a connection that is in the chat: it has had an answer."""
    raw = stack.enter_context(connected(site.port, "/api/socket"))
    raw.send(frame(TEXT, b"?"))
    assert heard(raw) == {"error": WRONG}
    return raw


def _listeners(redis: RedisServer) -> int:
    with closing(Redis.from_url(redis.url)) as client:
        return sum(each["cmd"] == "psubscribe" for each in client.client_list())


# --- In browsers ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browsers() -> Iterator[tuple[Page, Page]]:
    with open_page() as one, open_page() as two:
        yield one, two


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with gunicorn(tmp_path_factory.mktemp("chat")) as running:
        yield running


def wait(page: Page, condition: str) -> None:
    deadline = time.monotonic() + 20
    while not page.run(f"document.readyState === 'complete' && Boolean({condition})"):
        assert time.monotonic() < deadline, page.run("document.querySelector('#chat').innerText")
        time.sleep(0.02)


def join(page: Page, site: Site, name: str) -> None:
    page.call("Page.navigate", url=site.origin)
    wait(page, "document.querySelector('#chat:not([hidden])')")
    page.run(f"document.querySelector('#chat [name=name]').value = {json.dumps(name)}")
    page.run("document.querySelector('#chat button').click()")
    wait(page, "document.querySelector('#chat-state.good')")


def write(page: Page, text: str) -> None:
    page.run(f"document.querySelector('#chat [name=text]').value = {json.dumps(text)}")
    page.run("document.querySelector('#chat button').click()")


def shown(page: Page, text: str) -> str:
    """Wait for a text in the chat, and give all of it."""
    wait(page, f"document.querySelector('#chat-lines').textContent.includes({json.dumps(text)})")
    return str(page.run("document.querySelector('#chat-lines').innerText"))


@needs_chromium
def test_two_pages_see_what_each_writes(site: Site, browsers: tuple[Page, Page]) -> None:
    ada, bob = browsers
    join(ada, site, "Ada")
    join(bob, site, "Bob")
    write(ada, "Hello Bob")
    assert shown(bob, "Hello Bob") == "Ada Hello Bob"
    write(bob, "Hello Ada")
    assert shown(ada, "Hello Ada") == "Ada Hello Bob\nBob Hello Ada"
    assert ada.run("document.querySelector('#chat [name=text]').value") == ""


@needs_chromium
@needs_redis
def test_two_pages_see_each_other_across_workers(
    tmp_path: Path, browsers: tuple[Page, Page], redis: RedisServer
) -> None:
    ada, bob = browsers
    with gunicorn(tmp_path, {"REDIS_URL": redis.url}, workers=2) as site, ExitStack() as stack:
        _in_both_workers(stack, site, redis)
        join(ada, site, "Ada")
        join(bob, site, "Bob")
        write(ada, "Hello Bob")
        assert shown(bob, "Hello Bob") == "Ada Hello Bob"


@needs_chromium
def test_markup_is_shown_as_text(site: Site, browsers: tuple[Page, Page]) -> None:
    ada, bob = browsers
    join(ada, site, "<b>Ada</b>")
    join(bob, site, "Bob")
    write(ada, "<img src=x onerror=document.title=1>")
    assert shown(bob, "<img") == "<b>Ada</b> <img src=x onerror=document.title=1>"
    assert bob.run("document.querySelector('#chat-lines img, #chat-lines b')") is None


@needs_chromium
def test_a_page_comes_back_when_the_server_starts_again(site: Site, browsers: tuple[Page, Page]) -> None:
    ada, bob = browsers
    join(ada, site, "Ada")
    join(bob, site, "Bob")
    site.process.send_signal(signal.SIGHUP)
    wait(ada, "document.querySelector('#chat-state.bad')")
    for page in browsers:
        wait(page, "document.querySelector('#chat-state.good')")
    write(ada, "again")
    assert shown(bob, "again") == "Ada again"


@needs_chromium
def test_who_leaves_does_not_come_back(site: Site, browsers: tuple[Page, Page]) -> None:
    ada, _ = browsers
    join(ada, site, "Ada")
    ada.run("document.querySelectorAll('#chat button')[1].click()")
    time.sleep(0.7)  # longer than the first pause
    assert ada.run("document.querySelector('#chat-state').textContent") == "You have left."
    assert ada.run("document.querySelector('#chat button').textContent") == "Join"

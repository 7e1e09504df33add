"""The keys of Better Auth: fetched seldom, kept while their server is away, and only from where it is set."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from nextwsgi.auth import jwks
from nextwsgi.auth.jwks import KeySource, Unreadable, fetch_keys, key_source, read_keys
from tests.unit.auth.recorded import bearer

SET = bearer("ada, http://localhost:3000").jwks
[ENTRY] = SET["keys"]
KID = ENTRY["kid"]


class Shop:
    """A server of keys that can be told what to answer, and counts."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: Callable[[BaseHTTPRequestHandler], None] = self.keys
        self.set: Any = SET

    def keys(self, request: BaseHTTPRequestHandler) -> None:
        send(request, json.dumps(self.set).encode())


def send(request: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    request.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(body)


@contextmanager
def running(shop: Shop, port: int = 0) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shop.asked.append(self.path)
            shop.answer(self)

        def log_message(self, *_: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/api/auth/jwks"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def url(shop: Shop) -> Iterator[str]:
    with running(shop) as url:
        yield url


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(jwks, "time", type("Time", (), {"monotonic": staticmethod(clock)}))
    return clock


# --- When they are fetched --------------------------------------------------------------------------------


def test_a_key_is_fetched_once_and_again_when_it_is_old(shop: Shop, url: str, clock: Clock) -> None:
    source = KeySource(url)
    for _ in range(3):
        assert source.find(KID) is not None
        clock.now += jwks.PAUSE_SECONDS
    assert shop.asked == ["/api/auth/jwks"]
    clock.now += jwks.FRESH_SECONDS
    assert source.find(KID) is not None
    assert len(shop.asked) == 2


def test_an_unknown_key_has_them_fetched_again_but_not_for_each_token(
    shop: Shop, url: str, clock: Clock
) -> None:
    source = KeySource(url)
    assert source.find(KID) is not None
    shop.set = {"keys": [{**ENTRY, "kid": "new"}]}
    assert [source.find("new"), source.find("other")] == [None, None]  # too early
    clock.now += jwks.PAUSE_SECONDS
    assert source.find("new") is not None
    for number in range(100):
        assert source.find(f"made up {number}") is None
    assert len(shop.asked) == 2
    assert source.find(KID) is None  # it was withdrawn


def test_what_was_fetched_counts_while_the_server_is_away(
    shop: Shop, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with running(shop) as url:
        source = KeySource(url)
        assert source.find(KID) is not None
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            clock.now += jwks.FRESH_SECONDS
            assert source.find(KID) is not None
        assert source.find("new") is None
        assert [record.getMessage().partition(" cannot be had: ")[0] for record in caplog.records] == [
            f"the keys of Better Auth at {url}"
        ]
        caplog.clear()
        shop.set = {"keys": [{**ENTRY, "kid": "new"}]}
        with running(shop, int(url.split(":")[2].partition("/")[0])):
            clock.now += jwks.PAUSE_SECONDS
            assert source.find("new") is not None
    assert [record.getMessage() for record in caplog.records] == [
        f"the keys of Better Auth at {url} can be had again"
    ]


def test_where_nothing_was_ever_fetched_there_is_no_key_and_few_attempts(clock: Clock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    source = KeySource(f"http://127.0.0.1:{port}/jwks")
    assert source.find(KID) is None
    clock.now += jwks.PAUSE_SECONDS - 1
    assert source.find(KID) is None


def test_many_who_come_at_once_wait_for_one_fetch(shop: Shop, url: str) -> None:
    def slowly(request: BaseHTTPRequestHandler) -> None:
        time.sleep(0.2)
        shop.keys(request)

    shop.answer = slowly
    source = KeySource(url)
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(source.find, [KID] * 16))
    assert None not in found
    assert len(shop.asked) == 1


def _while_one_fetches(shop: Shop, source: KeySource, kid: str) -> float:
    """Ask for a key while somebody else fetches it, and give the seconds that took."""
    entered, leave = threading.Event(), threading.Event()

    def held(request: BaseHTTPRequestHandler) -> None:
        entered.set()
        leave.wait(1)
        shop.keys(request)

    shop.answer = held
    thread = threading.Thread(target=source.find, args=(kid,))
    thread.start()
    assert entered.wait(5)
    before = time.perf_counter()
    source.find(kid)
    took = time.perf_counter() - before
    leave.set()
    thread.join()
    return took


def test_nobody_waits_for_one_who_fetches_what_they_have(shop: Shop, url: str, clock: Clock) -> None:
    source = KeySource(url)
    assert source.find(KID) is not None
    clock.now += jwks.FRESH_SECONDS
    assert _while_one_fetches(shop, source, KID) < 0.5
    assert len(shop.asked) == 2


def test_nobody_waits_for_a_server_that_did_not_answer_before(
    shop: Shop, url: str, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    source = KeySource(url)
    shop.answer = lambda request: send(request, b"", 500)
    assert source.find("new") is None
    assert caplog.messages == [f"the keys of Better Auth at {url} cannot be had: the answer is 500"]
    clock.now += jwks.PAUSE_SECONDS
    assert _while_one_fetches(shop, source, "new") < 0.5
    clock.now += jwks.PAUSE_SECONDS
    assert _while_one_fetches(shop, source, "newer") > 0.5  # it is back, and worth waiting for


def test_a_source_is_the_same_for_all_requests() -> None:
    assert key_source("http://127.0.0.1:1/a") is key_source("http://127.0.0.1:1/a")
    assert key_source("http://127.0.0.1:1/a") is not key_source("http://127.0.0.1:1/b")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TimeoutError(), "TimeoutError"),
        (Unreadable("it is\nno set"), r"it is\nno set"),
        (OSError("x" * 1000), "x" * 200),
    ],
)
def test_the_reason_is_one_short_line(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception, said: str
) -> None:
    def fail(_: str) -> Any:
        raise error

    monkeypatch.setattr(jwks, "fetch_keys", fail)
    assert KeySource("http://localhost/jwks").find(KID) is None
    assert caplog.messages == [f"the keys of Better Auth at http://localhost/jwks cannot be had: {said}"]


def test_json_is_asked_for(shop: Shop, url: str) -> None:
    wanted: list[str | None] = []

    def note(request: BaseHTTPRequestHandler) -> None:
        wanted.append(request.headers["Accept"])
        shop.keys(request)

    shop.answer = note
    assert fetch_keys(url).keys() == {KID}
    assert wanted == ["application/json"]


# --- What comes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 404, 500])
def test_no_redirect_is_followed_and_no_error_is_a_set(shop: Shop, url: str, status: int) -> None:
    shop.answer = lambda request: send(request, b"{}", status, Location="/elsewhere")
    with pytest.raises(Unreadable, match=f"the answer is {status}"):
        fetch_keys(url)
    assert shop.asked == ["/api/auth/jwks"]


def test_an_answer_that_is_too_large_is_not_read_to_its_end(shop: Shop, url: str) -> None:
    sent: list[int] = []

    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        try:
            for number in range(1000):
                request.wfile.write(b" " * 65_536)
                sent.append(number)
        except OSError:
            pass

    shop.answer = endless
    before = time.perf_counter()
    with pytest.raises(Unreadable, match=r"^it is too large, or takes too long$"):
        fetch_keys(url)
    assert len(sent) < 1000
    assert time.perf_counter() - before < jwks.TIMEOUT_SECONDS / 2


def test_an_answer_that_drips_is_given_up(shop: Shop, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwks, "TIMEOUT_SECONDS", 0.3)

    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        try:
            for _ in range(50):
                request.wfile.write(b" ")
                request.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass

    shop.answer = drip
    before = time.monotonic()
    with pytest.raises(Unreadable, match="too long"):
        fetch_keys(url)
    assert time.monotonic() - before < 2


def test_a_server_that_never_answers_is_given_up(
    shop: Shop, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jwks, "TIMEOUT_SECONDS", 0.2)
    shop.answer = lambda _: time.sleep(1)
    before = time.monotonic()
    assert KeySource(url).find(KID) is None
    assert time.monotonic() - before < 0.9


@pytest.mark.parametrize("body", [b"[]", b"null", b"{}", b'{"keys":{}}'])
def test_what_is_no_set_is_told(body: bytes) -> None:
    with pytest.raises(Unreadable, match=r"^it is no JWKS$"):
        read_keys(body)


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b"null", b"{}", b'{"keys":{}}', b"\xff", b"[" * 65_000])
def test_what_is_no_set_is_no_key_and_keeps_those_that_were_there(
    shop: Shop, url: str, clock: Clock, body: bytes
) -> None:
    source = KeySource(url)
    assert source.find(KID) is not None
    shop.answer = lambda request: send(request, body)
    clock.now += jwks.FRESH_SECONDS
    assert source.find(KID) is not None
    assert source.find("other") is None


def test_a_server_that_speaks_no_http_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def gibberish() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b"gibberish\r\n\r\n")

        thread = threading.Thread(target=gibberish)
        thread.start()
        assert KeySource(f"http://127.0.0.1:{server.getsockname()[1]}/jwks").find(KID) is None
        thread.join()


UNFIT = {
    "no object": "x",
    "without kid": {name: value for name, value in ENTRY.items() if name != "kid"},
    "kid is no text": {**ENTRY, "kid": 1},
    "without alg": {name: value for name, value in ENTRY.items() if name != "alg"},
    "a secret key": {"kty": "oct", "k": "AAAA", "alg": "HS256", "kid": "a"},
    "a secret key that lies": {"kty": "oct", "k": "AAAA", "alg": "EdDSA", "kid": "a"},
    "alg is no text": {**ENTRY, "alg": ["EdDSA"]},
    "no point": {**ENTRY, "x": "AAAA"},
    "x is no text": {**ENTRY, "x": 1},
    "another curve": {**ENTRY, "crv": "X25519"},
    "another type": {**ENTRY, "kty": "EC"},
    "encryption": {**ENTRY, "alg": "ECDH-ES"},
}


@pytest.mark.parametrize("entry", UNFIT.values(), ids=UNFIT)
def test_a_key_of_no_use_is_left_out_and_the_others_stay(entry: object) -> None:
    assert read_keys(json.dumps({"keys": [entry, ENTRY]}).encode()).keys() == {KID}


def test_of_many_keys_the_first_are_kept() -> None:
    entries = [{**ENTRY, "kid": str(number)} for number in range(100)]
    assert len(read_keys(json.dumps({"keys": entries}).encode())) == jwks.MOST_KEYS

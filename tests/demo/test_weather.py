"""/api/weather: a third-party API, whatever that does."""

import gzip
import logging
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from lib import configured, upstream
from nextwsgi import NextWSGI
from nextwsgi.testing import Client
from tests.demo.upstream import Act, Upstream, answer, closing, raw, reply, running, silent

KEY = "the-secret-key-of-openweather"
PARIS: dict[str, Any] = {
    "name": "Paris",
    "sys": {"country": "FR", "sunrise": 1},
    "main": {"temp": 11.5, "humidity": 81, "pressure": 1013},
    "weather": [{"id": 500, "main": "Rain", "description": "light rain"}],
    "wind": {"speed": 4.1, "deg": 80},
    "cod": 200,
}
SHOWN = {
    "city": "Paris",
    "country": "FR",
    "temperature": 11.5,
    "description": "light rain",
    "humidity": 81,
    "windSpeed": 4.1,
}
FAILED = {"error": "Failed to fetch weather data"}


@pytest.fixture
def weather(monkeypatch: pytest.MonkeyPatch) -> Iterator[Upstream]:
    """Run what stands for OpenWeather."""
    with running() as server:
        server.acts = [reply(PARIS)]
        monkeypatch.setenv("OPENWEATHER_API_KEY", KEY)
        monkeypatch.setenv("OPENWEATHER_BASE_URL", f"{server.url}/data/2.5")
        yield server


@pytest.fixture(autouse=True)
def _closed(application: NextWSGI) -> Iterator[None]:
    """Close the connections that a test leaves open."""
    yield
    loop = application.project.loop
    loop.run(upstream.close(), loop.errands())


@pytest.fixture(autouse=True)
def _told(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Have nothing that is logged, however much, tell the key."""
    caplog.set_level(logging.DEBUG)
    yield
    assert KEY not in caplog.text


def test_the_weather_of_a_city(demo: Client, weather: Upstream) -> None:
    found = demo.get("/api/weather?city=Paris")
    assert (found.status, found.json()) == (200, SHOWN)
    assert weather.requests[0].startswith(b"GET /data/2.5/weather?")
    assert weather.queries == [{"q": "Paris", "appid": KEY, "units": "metric"}]


@pytest.mark.parametrize("query", ["", "?city=", "?city=%20", "?town=Paris", "?city=a&city=b"])
def test_without_a_city(demo: Client, weather: Upstream, query: str) -> None:
    found = demo.get(f"/api/weather{query}")
    assert (found.status, found.json()) == (400, {"error": "City parameter is required"})
    assert weather.requests == []


def test_a_city_of_any_length(demo: Client, weather: Upstream) -> None:
    assert demo.get("/api/weather", query={"city": "é" * 100}).status == 200
    assert demo.get("/api/weather", query={"city": "é" * 101}).status == 400
    assert len(weather.requests) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods(demo: Client, method: str) -> None:
    found = demo.request(method, "/api/weather?city=Paris")
    assert (found.status, found.json()) == (405, {"error": "Method not allowed"})
    assert found.headers["Allow"] == "GET"


@pytest.mark.parametrize(
    "city",
    [
        "Paris&appid=mine",
        "Paris#",
        "a=b&units=imperial",
        "São Paulo",
        "../../x?y",
        "a+b",
        "%41",
        "a\r\nX: y\0",
    ],
)
def test_a_city_is_a_parameter_and_nothing_else(demo: Client, weather: Upstream, city: str) -> None:
    assert demo.get("/api/weather", query={"city": city}).status == 200
    assert weather.queries == [{"q": city, "appid": KEY, "units": "metric"}]
    assert weather.requests[0].startswith(b"GET /data/2.5/weather?q=")


def test_a_place_of_no_country(demo: Client, weather: Upstream) -> None:
    weather.acts = [reply({**PARIS, "sys": {}})]
    assert demo.get("/api/weather?city=x").json() == {**SHOWN, "country": None}


# --- Its settings -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [None, ""])
def test_without_a_key(
    demo: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, key: str | None
) -> None:
    configured._tell.cache_clear()
    monkeypatch.delenv("OPENWEATHER_API_KEY", raising=False)
    if key is not None:
        monkeypatch.setenv("OPENWEATHER_API_KEY", key)
    for _ in range(2):
        found = demo.get("/api/weather?city=Paris")
        assert found.status == 503
        assert found.json()["error"].startswith("Not configured: set OPENWEATHER_API_KEY")
    assert caplog.text.count("Not configured") == 1


@pytest.mark.parametrize(
    "url",
    [
        "api.example.com",
        "ftp://example.com",
        "http://",
        "http://[::1",
        "http://h/?x=1",
        "http://h/#x",
    ],
)
def test_a_base_url_that_is_none(demo: Client, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("OPENWEATHER_API_KEY", KEY)
    monkeypatch.setenv("OPENWEATHER_BASE_URL", url)
    found = demo.get("/api/weather?city=Paris")
    assert found.status == 503
    assert found.json()["error"].startswith("Not configured: set OPENWEATHER_BASE_URL")


@pytest.mark.parametrize(("path", "asked"), [("", "/data/2.5"), ("/", "/data/2.5"), ("/api/", "/api")])
def test_the_base_url_may_be_that_of_a_host(
    demo: Client, monkeypatch: pytest.MonkeyPatch, weather: Upstream, path: str, asked: str
) -> None:
    monkeypatch.setenv("OPENWEATHER_BASE_URL", weather.url + path)
    assert demo.get("/api/weather?city=Paris").status == 200
    assert weather.requests[0].startswith(f"GET {asked}/weather?".encode())


# --- What it answers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["404 Not Found", "400 Bad Request"])
def test_a_city_that_nobody_knows(demo: Client, weather: Upstream, status: str) -> None:
    weather.acts = [reply({"cod": status[:3], "message": "city not found"}, status)]
    found = demo.get("/api/weather?city=Nowhere")
    assert (found.status, found.json()) == (404, {"error": "City not found"})
    assert len(weather.requests) == 1


def page(body: bytes, *headers: str) -> Act:
    return answer("200 OK", body, "application/json", *headers)


WRONG: dict[str, Act] = {
    "no JSON": page(b"<html>"),
    "empty": page(b""),
    "NaN": page(b'{"name": NaN}'),
    "deep": page(b"[" * 100_000),
    "latin-1": page('{"name": "Orléans"}'.encode("latin-1")),
    "a list": reply([PARIS]),
    "null": reply(None),
    "no weather": reply({**PARIS, "weather": []}),
    "no country's kind": reply({**PARIS, "sys": {"country": 7}}),
    "no sys": reply({**PARIS, "sys": None}),
    "text for a number": reply({**PARIS, "main": {"temp": "11", "humidity": 81}}),
    "true for a number": reply({**PARIS, "wind": {"speed": True}}),
    "no name": reply({key: value for key, value in PARIS.items() if key != "name"}),
    "HTML by its type": answer("200 OK", b'{"cod": 200}', "text/html"),
    "no type": raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
    "huge": page(b'"' + b"x" * 300_000 + b'"'),
    "gzip": page(gzip.compress(b"{}"), "Content-Encoding: gzip"),
    "broken gzip": page(b"\x1f\x8b\x08broken", "Content-Encoding: gzip"),
    "a redirect": answer("302 Found", b"", "text/plain", "Location: http://169.254.169.254/latest"),
    "401": reply({"cod": 401, "message": f"Invalid API key {KEY}"}, "401 Unauthorized"),
    "429": reply({"cod": 429}, "429 Too Many Requests"),
    "500": reply({"message": KEY}, "500 Internal Server Error"),
    "204": raw(b"HTTP/1.1 204 No Content\r\n\r\n"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_no_weather_is_502(demo: Client, weather: Upstream, kind: str) -> None:
    weather.acts = [WRONG[kind]]
    found = demo.get("/api/weather?city=Paris")
    assert (found.status, found.json()) == (502, FAILED)
    assert len(weather.requests) == 1


BROKEN: dict[str, Act] = {
    "closed": closing(),
    "no HTTP": closing(b"SSH-2.0-OpenSSH\r\n"),
    "cut in the head": closing(b"HTTP/1.1 200 OK\r\nContent-"),
    "cut in the body": closing(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
    "cut in a chunk": closing(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{"),
    "two lengths": closing(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}"),
    "an endless head": closing(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000),
    "502": answer("502 Bad Gateway", b"", "text/plain"),
    "503": answer("503 Service Unavailable", b"", "text/plain"),
    "504": answer("504 Gateway Timeout", b"", "text/plain"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_what_may_pass_is_asked_once_more(demo: Client, weather: Upstream, kind: str) -> None:
    weather.acts = [BROKEN[kind], reply(PARIS)]
    assert demo.get("/api/weather?city=Paris").json() == SHOWN
    assert len(weather.requests) == 2


@pytest.mark.parametrize("kind", BROKEN)
def test_what_does_not_pass_is_502(demo: Client, weather: Upstream, kind: str) -> None:
    weather.acts = [BROKEN[kind]]
    found = demo.get("/api/weather?city=Paris")
    assert (found.status, found.json()) == (502, FAILED)
    assert len(weather.requests) == 2


@pytest.mark.parametrize("host", ["127.0.0.1", "a..b", "x" * 64 + ".invalid"])
def test_where_nobody_listens_it_is_502(demo: Client, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("OPENWEATHER_API_KEY", KEY)
    monkeypatch.setenv("OPENWEATHER_BASE_URL", f"http://{host}:{port}")
    found = demo.get("/api/weather?city=Paris")
    assert (found.status, found.json()) == (502, FAILED)


# --- Its time ---------------------------------------------------------------------------------------------


def dripping(server: Upstream, head: bytes, drop: bytes) -> Act:
    """Send a drop twenty times a second, for as long as somebody listens."""

    def act(client: socket.socket) -> None:
        client.sendall(head)
        while not server.ended.wait(0.05):
            client.sendall(drop)

    return act


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
SLOW: dict[str, Callable[[Upstream], Act]] = {
    "silent": silent,
    "a body that drips": lambda server: dripping(server, HEAD + b"Content-Length: 100000\r\n\r\n", b" "),
    "chunks that drip": lambda server: dripping(
        server, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"
    ),
    "a head that drips": lambda server: dripping(server, b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "interim answers without end": lambda server: dripping(server, b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
}


@pytest.mark.parametrize("kind", SLOW)
def test_what_takes_too_long_is_504_in_time(
    demo: Client, weather: Upstream, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(upstream, "WHOLE", 0.4)
    weather.acts = [SLOW[kind](weather)]
    begun = time.monotonic()
    found = demo.get("/api/weather?city=Paris")
    assert time.monotonic() - begun < 2
    assert (found.status, found.json()) == (504, FAILED)
    assert len(weather.requests) == 1


def test_a_silence_is_504_before_the_whole_time_is_over(
    demo: Client, weather: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upstream, "PIECE", 0.1)
    weather.acts = [silent(weather)]
    begun = time.monotonic()
    assert demo.get("/api/weather?city=Paris").status == 504
    assert time.monotonic() - begun < 2
    assert len(weather.requests) == 1


# --- Its connections --------------------------------------------------------------------------------------


def test_a_connection_serves_many_requests(demo: Client, weather: Upstream) -> None:
    for _ in range(5):
        assert demo.get("/api/weather?city=Paris").status == 200
    assert weather.connections == 1


def test_requests_at_the_same_time_get_each_its_own(demo: Client, weather: Upstream) -> None:
    def echo(client: socket.socket) -> None:
        query = weather.queries[-1]
        reply({**PARIS, "name": query["q"]})(client)

    weather.acts = [echo]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: demo.get("/api/weather?city=Paris").json(), range(40)))
    assert found == [SHOWN] * 40
    assert weather.connections <= 8


@pytest.mark.usefixtures("weather")
def test_the_limit_is_told(demo: Client) -> None:
    assert demo.get("/api/weather?city=Paris").headers["RateLimit-Limit"] == "300"

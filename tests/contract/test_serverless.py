"""Functions of AWS Lambda and Vercel: what the handler gets of an event, and what becomes of its answer."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from base64 import b64decode
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from nextwsgi import NextWSGI
from nextwsgi.errors import BrokenAnswer, RouteError
from nextwsgi.server import after
from nextwsgi.serverless import aws_lambda, vercel
from tests.contract.client import Req, Res, Serve
from tests.contract.lambda_events import ADDRESS, Event, balancer, decoded, version_1, version_2

MakeEvent = Callable[..., Event]
EVENTS: list[MakeEvent] = [version_1, version_2, balancer]


def call(app: NextWSGI, event: Event) -> dict[str, Any]:
    return aws_lambda(app)(event, None)


def body(answer: dict[str, Any]) -> bytes:
    text: str = answer["body"]
    return b64decode(text) if answer["isBase64Encoded"] else text.encode()


def tell(req: Req, res: Res) -> None:
    res.json(
        {
            "method": req.method,
            "url": req.url,
            "query": req.query,
            "cookies": req.cookies,
            "headers": req.headers,
            "body": req.body,
            "address": req.socket.remoteAddress,
        }
    )


async def tell_async(req: Req, res: Res) -> None:
    await asyncio.sleep(0)
    tell(req, res)


def told(app: NextWSGI, event: Event) -> dict[str, Any]:
    answer = call(app, event)
    assert answer["statusCode"] == 200, answer
    result: dict[str, Any] = json.loads(body(answer))
    return result


@pytest.mark.parametrize("make", EVENTS)
@pytest.mark.parametrize("handler", [tell, tell_async])
def test_a_handler_gets_the_request(serve: Serve, make: MakeEvent, handler: Any) -> None:
    event = make(
        "POST",
        "/api/x",
        "a=1&b=2&b=3&c=%C3%A9%20x",
        {"content-type": "application/json", "cookie": "one=1; two=a%20b"},
        b'{"name":"Zo\xc3\xab"}',
    )
    got = told(serve(handler).app, event)
    assert got["method"] == "POST"
    assert got["query"] == {"a": "1", "b": ["2", "3"], "c": "é x"}
    assert got["cookies"] == {"one": "1", "two": "a b"}
    assert got["body"] == {"name": "Zoë"}
    assert got["address"] == ADDRESS
    assert got["headers"]["content-type"] == "application/json"
    assert got["headers"]["host"] == "api.example.com"


@pytest.mark.parametrize("make", EVENTS)
def test_what_nobody_sent_is_not_there(serve: Serve, make: MakeEvent) -> None:
    got = told(serve(tell).app, make("GET", "/api/x"))
    assert got["headers"].keys() & {"cookie", "content-length", "content-type"} == set()
    assert (got["cookies"], got["query"], got["body"], got["url"]) == ({}, {}, "", "/api/x")


@pytest.mark.parametrize("make", EVENTS)
@pytest.mark.parametrize(
    ("path", "value"), [("a%2Fb", "a/b"), ("%C3%A9", "é"), ("100%25", "100%"), ("a%3Fb", "a?b")]
)
def test_a_path_is_taken_as_it_was_sent(serve: Serve, make: MakeEvent, path: str, value: str) -> None:
    got = told(serve(tell, path="/api/[id]").app, make("GET", f"/api/{path}", "id=no"))
    assert got["query"] == {"id": value}


@pytest.mark.parametrize("make", EVENTS)
@pytest.mark.parametrize("value", ["é", "€", "日本", "a b", "a?b"])
def test_a_path_that_the_gateway_has_decoded_is_read_too(serve: Serve, make: MakeEvent, value: str) -> None:
    event = decoded(make("GET", f"/api/{value}"))
    assert told(serve(tell, path="/api/[id]").app, event)["query"] == {"id": value}


def test_a_stage_is_no_part_of_the_path(serve: Serve) -> None:
    app = serve(tell).app
    assert told(app, version_2("GET", "/api/x", "a=1", stage="prod"))["url"] == "/api/x?a=1"
    answer = call(app, version_2("GET", "/api/x/", stage="prod"))
    assert answer["statusCode"] == 308
    assert told(serve(tell, path="/prod/x").app, version_1("GET", "/prod/x"))["url"] == "/prod/x"


@pytest.mark.parametrize("make", EVENTS)
def test_bytes_go_both_ways(serve: Serve, make: MakeEvent) -> None:
    every = bytes(range(256))

    def handler(req: Req, res: Res) -> None:
        res.send(req.rawBody)

    answer = call(
        serve(handler).app,
        make("POST", "/api/x", "", {"content-type": "application/octet-stream"}, every),
    )
    assert (answer["isBase64Encoded"], body(answer)) == (True, every)


@pytest.mark.parametrize("make", EVENTS)
def test_each_cookie_is_set(serve: Serve, make: MakeEvent) -> None:
    def handler(req: Req, res: Res) -> None:
        res.setHeader("Set-Cookie", ["a=1; Path=/", "b=2; Path=/"]).json({})

    answer = call(serve(handler).app, make("GET", "/api/x"))
    cookies = answer.get("cookies") or answer["multiValueHeaders"]["Set-Cookie"]
    assert cookies == ["a=1; Path=/", "b=2; Path=/"]


def test_a_balancer_without_several_values_has_the_last_of_them(serve: Serve) -> None:
    event = balancer("GET", "/api/x", "a=1&a=2", several=False)
    assert told(serve(tell).app, event)["query"] == {"a": "2"}


@pytest.mark.parametrize("make", EVENTS)
def test_errors_are_answers(serve: Serve, make: MakeEvent) -> None:
    def handler(req: Req, res: Res) -> None:
        raise ZeroDivisionError

    assert call(serve(handler).app, make("GET", "/api/x"))["statusCode"] == 500
    assert call(serve(handler).app, make("GET", "/api/nowhere"))["statusCode"] == 404
    sent = {"content-type": "application/json"}
    assert call(serve(tell).app, make("POST", "/api/x", "", sent, b"{"))["statusCode"] == 400


def test_an_answer_that_breaks_fails_the_invocation(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.write("half")
        raise ZeroDivisionError

    with pytest.raises(BrokenAnswer):
        call(serve(handler).app, version_2("GET", "/api/x"))


@pytest.mark.parametrize("asynchronous", [False, True])
def test_what_is_left_behind_is_done_before_the_function_is_frozen(serve: Serve, asynchronous: bool) -> None:
    done: list[str] = []

    async def work() -> None:
        await asyncio.sleep(0.01)
        done.append("done")

    def handler(req: Req, res: Res) -> None:
        after(work if asynchronous else lambda: done.append("done"))
        res.json(len(done))

    assert body(call(serve(handler).app, version_2("GET", "/api/x"))) == b"0"
    assert done == ["done"]


# --- instrumentation.py -----------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "pages/api").mkdir(parents=True)
    (tmp_path / "pages/api/hello.py").write_text("def handler(req, res):\n    res.json(1)\n")
    before = set(sys.modules)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.mark.parametrize("make", [aws_lambda, vercel])
def test_register_is_called_when_the_function_is_loaded(project: Path, make: Callable[..., Any]) -> None:
    (project / "instrumentation.py").write_text("calls = []\ndef register():\n    calls.append(1)\n")
    make(NextWSGI(project))
    assert sys.modules["instrumentation"].calls == [1]


@pytest.mark.parametrize("make", [aws_lambda, vercel])
def test_a_register_that_fails_fails_the_load(project: Path, make: Callable[..., Any]) -> None:
    (project / "instrumentation.py").write_text("def register():\n    1 / 0\n")
    with pytest.raises(RouteError, match="register\\(\\) failed: ZeroDivisionError"):
        make(NextWSGI(project))


def test_a_wrapped_application_is_told_of(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    app = serve(tell).app
    handler = aws_lambda(lambda environ, start_response: app(environ, start_response))
    assert handler(version_2("GET", "/api/x"), None)["statusCode"] == 200
    with caplog.at_level(logging.WARNING, "nextwsgi"):
        vercel(lambda environ, start_response: app(environ, start_response))
    assert "the application is wrapped" in caplog.text


def test_a_package_that_is_missing_is_named(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apig_wsgi", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'nextwsgi\[lambda\]'"):
        aws_lambda(serve(tell).app)


# --- Vercel -----------------------------------------------------------------------------------------------


def ask_vercel(app: NextWSGI, target: str, content: bytes = b"", **headers: str) -> tuple[str, bytes]:
    """Ask as Vercel's runtime does: the path still encoded, the client's address as the proxy says."""
    path, _, query = target.partition("?")
    environ: dict[str, Any] = {
        "CONTENT_LENGTH": str(len(content)),
        "CONTENT_TYPE": headers.get("content_type", ""),
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REMOTE_ADDR": headers.get("x_forwarded_for"),
        "REQUEST_METHOD": "POST" if content else "GET",
        "SERVER_NAME": "demo.vercel.app",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.errors": sys.stderr,
        "wsgi.input": BytesIO(content),
        "wsgi.multiprocess": False,
        "wsgi.multithread": False,
        "wsgi.run_once": False,
        "wsgi.url_scheme": "https",
        "wsgi.version": (1, 0),
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }
    heads: list[str] = []
    pieces = vercel(app)(environ, lambda status, *_: heads.append(status) or print)  # type: ignore[func-returns-value]
    return heads[0], b"".join(pieces)


def test_vercels_runtime_is_understood(serve: Serve) -> None:
    app = serve(tell, path="/api/[id]").app
    status, text = ask_vercel(
        app,
        "/api/a%2Fb%C3%A9?c=1&c=2",
        b'{"a":1}',
        content_type="application/json",
        content_length="7",
        cookie="d=e",
        x_forwarded_for=f"198.51.100.1, {ADDRESS}",
    )
    got = json.loads(text)
    assert status == "200 OK"
    assert got["query"] == {"id": "a/bé", "c": ["1", "2"]}
    assert (got["body"], got["cookies"], got["address"]) == ({"a": 1}, {"d": "e"}, ADDRESS)


def test_a_request_without_anything_is_one(serve: Serve) -> None:
    status, text = ask_vercel(serve(tell).app, "/api/x")
    assert status == "200 OK"
    assert json.loads(text)["headers"] == {}

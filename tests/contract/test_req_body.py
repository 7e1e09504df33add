"""``req.body``: what the body parser makes of a body, and how it refuses one."""

import logging
from types import SimpleNamespace
from typing import Any

import pytest

from nextwsgi.instrumentation import Instrumentation
from tests.contract.client import Body, Req, Res, Serve

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def show(req: Req, res: Res) -> None:
    res.json({"body": req.body})


def never(req: Req, res: Res) -> None:
    raise AssertionError("the handler must not run")


@pytest.mark.parametrize(
    ("content_type", "sent", "body"),
    [
        ("application/json", b'{"a":[1,null]}', {"a": [1, None]}),
        ("Application/JSON; charset=utf-8", b"7", 7),
        ("application/ld+json", b'"x"', "x"),
        ("application/json", b"", {}),
        ("application/json", b'\xef\xbb\xbf{"a":1,"a":2}', {"a": 2}),
        ("application/json", b'"\xff"', "\ufffd"),
        ("application/x-www-form-urlencoded", b"a=1&b=x+y&a=2", {"a": ["1", "2"], "b": "x y"}),
        ("text/plain", b"caf\xc3\xa9 \xff", "café \ufffd"),
        ("text/plain; charset=latin1", b"\xe9", "é"),
        ("application/vnd.api+json", b"{}", "{}"),
        ("multipart/form-data", b"--x", "--x"),
        ("no type at all", b"x", "x"),
        ("", b"x", "x"),
    ],
)
def test_the_content_type_decides_what_a_body_is(
    serve: Serve, content_type: str, sent: bytes, body: Any
) -> None:
    answer = serve(show)(method="POST", headers={"Content-Type": content_type}, body=sent)
    assert answer.json() == {"body": body}


def test_no_body_is_an_empty_string(serve: Serve) -> None:
    assert serve(show)().json() == {"body": ""}


@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_the_parser_runs_for_every_method(serve: Serve, method: str) -> None:
    assert serve(show)(method=method, headers=JSON, body=b"[1]").json() == {"body": [1]}


@pytest.mark.parametrize("sent", [b"{", b"NaN", b"[1,]", b"01", b" ", b"[" * 100_000])
def test_broken_json_is_refused_before_the_handler(serve: Serve, sent: bytes) -> None:
    answer = serve(never)(method="POST", headers=JSON, body=sent)
    assert (answer.status, answer.reason, answer.body) == (400, "Invalid JSON", b"Invalid JSON")


def test_an_unknown_charset_is_refused_before_the_body_is_read(serve: Serve) -> None:
    body = Body(b"x" * 100)
    answer = serve(never)(
        method="POST", headers={"Content-Type": "text/plain; charset=punycode"}, body=body, length="100"
    )
    assert (answer.status, answer.reason, answer.body) == (400, "Invalid body", b"Invalid body")


def test_a_chunked_body_is_read_to_its_end(serve: Serve) -> None:
    assert serve(show)(method="POST", headers=JSON, body=b"[1]", chunked=True).json() == {"body": [1]}


def test_without_length_or_chunks_nothing_is_read(serve: Serve) -> None:
    body = Body(b"not ours")
    assert serve(show)(method="POST", body=body).json() == {"body": ""}
    assert body.unread() == b"not ours"


def test_bytes_beyond_the_length_are_not_ours(serve: Serve) -> None:
    body = Body(b"oursGET /next")
    assert serve(show)(method="POST", body=body, length="4").json() == {"body": "ours"}
    assert body.unread() == b"GET /next"


@pytest.mark.parametrize("length", ["x", "-5", "٤"])
def test_a_length_that_is_no_number_is_no_body(serve: Serve, length: str) -> None:
    body = Body(b"text")
    client = serve(show)
    answer = client.exchange(method="POST", body=body, environ={"CONTENT_LENGTH": length})
    assert body.unread() == b"text"
    assert answer.failure or answer.json() == {"body": ""}


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_exactly_the_limit_passes(serve: Serve, chunked: bool) -> None:
    client = serve(
        lambda req, res: res.json(len(req.body)), config={"api": {"bodyParser": {"sizeLimit": "1kb"}}}
    )
    assert client(method="POST", body=b"x" * 1024, chunked=chunked).json() == 1024


@pytest.mark.parametrize("chunked", [False, True])
def test_one_byte_over_the_limit_is_413(serve: Serve, chunked: bool) -> None:
    client = serve(never, config={"api": {"bodyParser": {"sizeLimit": "1KB"}}})
    answer = client(method="POST", body=b"x" * 1025, chunked=chunked)
    assert (answer.status, answer.reason) == (413, "Body exceeded 1KB limit")
    assert answer.body == b"Body exceeded 1KB limit"
    assert answer.header("Content-Length") == "23"


def test_a_413_is_sent_before_the_rest_is_read_away(serve: Serve) -> None:
    body = Body(b"x" * 200_000)
    client = serve(never, config={"api": {"bodyParser": {"sizeLimit": 10}}})
    read = body.read

    def watched(size: int) -> bytes:
        assert client.answer.body == b"Body exceeded 10 limit"
        return read(size)

    body.read = watched  # type: ignore[method-assign]
    client(method="POST", body=body, length="200000")
    assert body.unread() == b""


def test_a_refusal_reaches_a_client_that_then_leaves(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "nextwsgi")
    client = serve(never, config={"api": {"bodyParser": {"sizeLimit": 10}}})
    answer = client(method="POST", body=Body(b"x" * 50), length="100")
    assert answer.status == 413
    assert caplog.records == []  # it has its answer, and did nothing wrong


@pytest.mark.parametrize(
    "body", [Body(b"half", at_end=ConnectionResetError()), Body(b"half")], ids=["reset", "closed"]
)
def test_a_client_that_leaves_early_is_logged_once_without_traceback(
    serve: Serve, body: Body, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "nextwsgi")
    answer = serve(never)("/api/x?secret=1", method="POST", body=body, length="100")
    assert (answer.status, answer.body) == (400, b"Bad Request")
    [record] = caplog.records
    assert record.levelname == "INFO"
    assert record.exc_info is None
    assert record.getMessage().startswith("POST /api/x: the client left")


def test_the_body_can_be_replaced(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        req.body = {"mine": True}
        show(req, res)

    assert serve(handler)(method="POST", body=b"x").json() == {"body": {"mine": True}}


class InvalidChunkSize(Exception):
    """Stands for what gunicorn raises where a chunk has no length."""


@pytest.mark.parametrize("parser", [True, False])
def test_a_body_that_the_server_cannot_read_is_a_400_and_no_error_of_ours(
    serve: Serve, caplog: pytest.LogCaptureFixture, parser: bool
) -> None:
    told: list[object] = []
    client = serve(lambda req, res: res.json(len(req.rawBody)), {"api": {"bodyParser": parser}})
    hooks = SimpleNamespace(on_request_error=lambda *given: told.append(given))
    client.app.project.instrumentation = Instrumentation(hooks)  # type: ignore[arg-type]
    body = Body(b"abc", at_end=InvalidChunkSize("zz"))
    with caplog.at_level(logging.INFO, "nextwsgi"):
        answer = client(method="POST", body=body, chunked=True)
    assert (answer.status, answer.body, told) == (400, b"Bad Request", [])
    assert caplog.messages == ["POST /api/x: the body cannot be read: InvalidChunkSize"]
    assert caplog.records[0].levelno == logging.INFO

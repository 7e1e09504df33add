"""What becomes of an exception: the answer, and the log."""

import asyncio
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import pytest

from nextwsgi import ApiError
from nextwsgi.errors import BrokenAnswer
from tests.contract.client import Body, Client, Req, Res, Serve

SECRET = "secret-4711"


def fail(req: Req, res: Res) -> NoReturn:
    raise ValueError(SECRET)


def client_of(serve: Serve, *acts: Callable[[Req, Res], object]) -> Client:
    """Serve a handler that does these in turn."""

    def handler(req: Req, res: Res) -> None:
        for act in acts:
            act(req, res)

    return serve(handler)


# --- before the head was sent


def test_an_exception_is_a_500_with_its_text_alone(serve: Serve) -> None:
    answer = serve(fail)()
    assert (answer.status, answer.reason) == (500, "Internal Server Error")
    assert (answer.lines, answer.body) == ([], b"Internal Server Error")


def test_headers_set_so_far_are_kept(serve: Serve) -> None:
    client = client_of(
        serve, lambda req, res: res.status(201).setHeader("X-Kept", "1").setHeader("Content-Length", 5), fail
    )
    answer = client()
    assert (answer.status, answer.lines, answer.body) == (500, [("X-Kept", "1")], b"Internal Server Error")


def test_head_gets_the_500_without_its_text(serve: Serve) -> None:
    answer = serve(fail)(method="HEAD")
    assert (answer.status, answer.body) == (500, b"")


def test_the_log_names_method_path_and_file_with_the_traceback(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    client = serve(fail, path="/api/[id]")
    client("/api/a%0Ab%C3%A9?token=hidden", method="POST")
    [record] = caplog.records
    assert (record.name, record.levelno) == ("nextwsgi", logging.ERROR)
    assert record.getMessage() == "POST /api/a%0Ab%C3%A9 failed (pages/api/[id].py)"
    assert "in fail" in caplog.text
    assert f"ValueError: {SECRET}" in caplog.text
    assert "hidden" not in caplog.text


def test_a_path_cannot_write_lines_of_its_own_into_the_log(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    client = serve(fail, path="/api/[id]")
    client("/api/a%0A%C3%A9", environ={"RAW_URI": ""})
    client("/api/x", environ={"RAW_URI": "/api/\x1b[31m\xe9", "PATH_INFO": "/api/\x1b[31m\xe9"})
    for message in caplog.messages:
        assert message.isascii()
        assert message.isprintable()


def test_nothing_of_the_exception_is_in_the_answer(serve: Serve) -> None:
    answer = serve(fail)()
    assert SECRET not in str(answer.lines) + answer.reason + answer.body.decode()


@pytest.mark.parametrize("error", [RecursionError(), MemoryError(), ExceptionGroup("g", [ValueError()])])
def test_any_exception_is_a_500(serve: Serve, error: Exception) -> None:
    def handler(req: Req, res: Res) -> None:
        raise error

    assert serve(handler)().status == 500


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_sys_exit_ends_the_request_and_not_the_server(
    serve: Serve, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    def handler(req: Req, res: Res) -> None:
        sys.exit(3)

    async def async_handler(req: Req, res: Res) -> None:
        handler(req, res)

    assert serve(handler if kind == "def" else async_handler)().status == 500
    assert "sys.exit() was called" in caplog.text
    assert "in handler" in caplog.text


def test_sys_exit_in_a_stream_cuts_the_connection(serve: Serve) -> None:
    def pieces() -> Iterator[str]:
        yield "half "
        sys.exit(3)

    answer = serve(lambda req, res: res.send(pieces())).exchange()
    assert (answer.body, type(answer.failure)) == (b"half ", BrokenAnswer)


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_control_c_goes_through_to_the_server(serve: Serve, kind: str) -> None:
    error = KeyboardInterrupt()

    def handler(req: Req, res: Res) -> None:
        if req.query:
            raise error
        res.end("goes on")

    async def async_handler(req: Req, res: Res) -> None:
        handler(req, res)

    client = serve(handler if kind == "def" else async_handler)
    assert client.exchange("/api/x?fail=1").failure is error
    assert client().body == b"goes on"


def test_a_failing_error_is_still_answered(serve: Serve) -> None:
    class Odd(Exception):
        def __str__(self) -> str:
            raise ValueError

    def handler(req: Req, res: Res) -> None:
        raise Odd

    assert serve(handler)().status == 500


# --- after the answer, and while it is on its way


@pytest.mark.parametrize("kind", ["json", "write and end"])
def test_after_the_answer_an_exception_is_logged_and_the_answer_stands(
    serve: Serve, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    def write(req: Req, res: Res) -> None:
        res.write("{")
        res.end("}")

    answer = client_of(serve, (lambda req, res: res.json({})) if kind == "json" else write, fail)()
    assert (answer.status, answer.body) == (200, b"{}")
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_while_the_answer_is_on_its_way_the_connection_is_cut(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client_of(serve, lambda req, res: res.write("half "), fail).exchange()
    assert (answer.status, answer.body) == (200, b"half ")
    assert isinstance(answer.failure, BrokenAnswer)
    assert str(answer.failure) == "GET /api/x failed while its answer was on the way"
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_after_flush_headers_the_connection_is_cut_too(serve: Serve) -> None:
    answer = client_of(serve, lambda req, res: res.flushHeaders(), fail).exchange()
    assert isinstance(answer.failure, BrokenAnswer)


def test_a_head_that_the_server_refuses_is_not_answered_twice(
    serve: Serve, assertions: list[BaseException]
) -> None:
    # wsgiref.validate refuses a tab, which HTTP allows, by an assertion.
    answer = serve(lambda req, res: res.setHeader("X-A", "\t").end()).exchange()
    assert (answer.status, type(answer.failure)) == (0, BrokenAnswer)
    assertions.clear()


def test_in_async_def_too_a_refused_head_is_not_answered_twice(
    serve: Serve, assertions: list[BaseException]
) -> None:
    async def handler(req: Req, res: Res) -> None:
        res.setHeader("X-A", "\t").write("x")
        res.end()

    answer = serve(handler).exchange()
    assert (answer.status, type(answer.failure)) == (0, BrokenAnswer)
    assertions.clear()


# --- ApiError


def test_an_api_error_is_its_status_and_text_and_not_logged(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    def handler(req: Req, res: Res) -> None:
        raise ApiError(422, "Name is missing")

    answer = serve(handler)()
    assert (answer.status, answer.reason, answer.body) == (422, "Name is missing", b"Name is missing")
    assert caplog.records == []


@pytest.mark.parametrize("message", ["zu groß \u2013 höchstens 5", "a\r\nX-Evil: 1"])
def test_an_api_error_that_is_no_reason_phrase_is_the_body_alone(serve: Serve, message: str) -> None:
    def handler(req: Req, res: Res) -> None:
        raise ApiError(400, message)

    answer = serve(handler)()
    assert (answer.status, answer.reason, answer.body.decode()) == (400, "Bad Request", message)
    assert answer.lines == []


def test_an_api_error_while_the_answer_is_on_its_way_cuts_the_connection(serve: Serve) -> None:
    def late(req: Req, res: Res) -> None:
        raise ApiError(400, "late")

    answer = client_of(serve, lambda req, res: res.write("half "), late).exchange()
    assert isinstance(answer.failure, BrokenAnswer)


# --- no answer


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_no_answer_is_a_500_and_a_line_that_names_the_route(
    serve: Serve, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    def handler(req: Req, res: Res) -> dict[str, object]:
        return {"returned": "is not sent"}

    async def async_handler(req: Req, res: Res) -> dict[str, object]:
        return handler(req, res)

    answer = serve(handler if kind == "def" else async_handler)()
    assert (answer.status, answer.body) == (500, b"Internal Server Error")
    assert "GET /api/x failed (pages/api/x.py)" in caplog.text
    assert "call res.json, res.send or res.end" in caplog.text


def test_in_production_a_returned_value_is_ignored(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    def handler(req: Req, res: Res) -> int:
        res.end()
        return 7

    assert serve(handler)().status == 200
    assert caplog.records == []


def test_in_development_a_returned_value_is_told(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    def handler(req: Req, res: Res) -> int:
        res.end()
        return 7

    serve(handler, development=True)()
    assert caplog.messages == ["pages/api/x.py: what a handler returns is not sent: it returned int"]


@pytest.mark.parametrize("returned", [lambda res: res.end(), lambda res: res.json({})])
def test_returning_the_answer_itself_is_fine(
    serve: Serve, returned: Callable[[Res], object], caplog: pytest.LogCaptureFixture
) -> None:
    serve(lambda req, res: returned(res), development=True)()
    assert caplog.records == []


# --- in development a page shows the exception


def test_an_error_page_takes_the_place_of_the_text(serve: Serve) -> None:
    client = serve(fail, development=True)
    client.app.project.error_page = lambda error, req: ("text/x-page", f"{error} at {req.url}".encode())
    answer = client("/api/x?a=1")
    assert (answer.status, answer.header("Content-Type")) == (500, "text/x-page")
    assert answer.body == f"{SECRET} at /api/x?a=1".encode()


# --- clients that leave


def test_a_client_that_leaves_before_a_large_answer_is_read_is_no_error(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "nextwsgi")
    client = serve(lambda req, res: res.end("no"), {"api": {"bodyParser": False}})
    answer = client(method="POST", body=Body(b"x" * 10), length="100", taken=0)
    assert answer.body == b""
    assert [record.levelname for record in caplog.records] == ["INFO"]


def test_a_source_that_fails_to_close_is_the_servers_to_log(serve: Serve) -> None:
    def pieces() -> Iterator[str]:
        try:
            yield "one"
            yield "two"
        finally:
            raise OSError("cannot close")

    def handler(req: Req, res: Res) -> None:
        res.send(pieces())

    answer = serve(handler).exchange(taken=1)
    assert isinstance(answer.failure, OSError)


def test_errors_of_asking_are_errors_of_the_handler(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        missing: Any = req
        res.json(missing.nothing)

    assert serve(handler)().status == 500


# --- found by attacks


def cancelled(req: Req, res: Res) -> NoReturn:
    raise asyncio.CancelledError


def test_a_cancelled_task_is_an_error_of_its_handler_alone(serve: Serve) -> None:
    assert serve(cancelled)().status == 500


def test_a_cancelled_task_in_the_midst_of_a_stream_cuts_the_connection(serve: Serve) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"one"
        raise asyncio.CancelledError

    answer = serve(lambda req, res: res.send(pieces())).exchange()
    assert isinstance(answer.failure, BrokenAnswer)


def test_a_source_that_cannot_be_closed_leaves_the_answer_alone(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    class Source:
        def read(self, _: int) -> bytes:
            return b""

        def close(self) -> None:
            raise ValueError(SECRET)

    answer = client_of(serve, lambda req, res: res.send(Source()), fail)()
    assert (answer.status, answer.body) == (500, b"Internal Server Error")
    assert "what res.send was given could not be closed" in caplog.messages


@pytest.mark.parametrize(
    ("status", "message", "error"),
    [(99, "x", ValueError), (1000, "x", ValueError), ("404", "x", TypeError), (404, None, TypeError)],
)
def test_an_api_error_takes_what_can_be_sent(status: Any, message: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        ApiError(status, message)


@pytest.mark.parametrize("begin", [lambda res: res.writeHead(200), lambda res: res.flushHeaders()])
def test_a_body_after_a_fixed_head_is_sent_to_every_client(
    serve: Serve, begin: Callable[[Res], object]
) -> None:
    client = client_of(serve, lambda req, res: begin(res), lambda req, res: res.send("hello"))
    answer = client(headers={"If-None-Match": "*"})
    assert (answer.status, answer.body) == (200, b"hello")

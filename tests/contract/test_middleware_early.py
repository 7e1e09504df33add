"""What a wrapper does before the body is read: the attribute ``early`` of the handler that it returns."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

import pytest

from nextwsgi import ApiError
from nextwsgi.middleware.handlers import guard
from tests.contract.client import Body, Handler, Req, Res, Serve

JSON = {"Content-Type": "application/json"}


def begun(early: Callable[[Req, Res], object], handler: Handler) -> Handler:
    """Give a handler that has ``early``."""

    @wraps(handler)
    def inner(req: Req, res: Res) -> object:
        return handler(req, res)

    inner.early = early  # type: ignore[attr-defined]
    return inner


def mark(req: Req, res: Res) -> None:
    res.setHeader("X-Early", req.method)


def hello(req: Req, res: Res) -> None:
    res.json(req.body)


async def hello_async(req: Req, res: Res) -> None:
    res.json(req.body)


def answer_early(req: Req, res: Res) -> None:
    res.status(202).end("early")


def never(req: Req, res: Res) -> None:
    raise AssertionError("the handler ran")


@pytest.mark.parametrize("handler", [hello, hello_async])
def test_early_comes_before_the_body_and_the_handler_follows(serve: Serve, handler: Handler) -> None:
    seen: list[object] = []

    def early(req: Req, res: Res) -> None:
        seen.append(req.body)
        mark(req, res)

    answer = serve(begun(early, handler))(method="POST", headers=JSON, body=b"[1]")
    assert (answer.status, answer.json(), answer.header("X-Early"), seen) == (200, [1], "POST", [None])


@pytest.mark.parametrize("body", [b"{broken", b"x" * 2_000_000, b""])
def test_an_early_answer_spares_parser_and_handler(serve: Serve, body: bytes) -> None:
    answer = serve(begun(answer_early, never))(method="POST", headers=JSON, body=body)
    assert (answer.status, answer.body) == (202, b"early")


def test_a_stream_that_is_sent_early_is_the_answer(serve: Serve) -> None:
    answer = serve(begun(lambda req, res: res.send(iter(["a", "b"])), never))()
    assert answer.body == b"ab"


def test_the_body_of_an_early_answer_is_read_to_its_end(serve: Serve) -> None:
    body = Body(b"x" * 100_000)
    answer = serve(begun(answer_early, never))(method="POST", body=body, length="100000")
    assert (answer.body, body.unread()) == (b"early", b"")


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"body": b"{broken"}, 400),
        ({"body": b"x" * 2_000_000}, 413),
        ({"body": b"", "length": "9" * 20}, 413),
        ({"body": b"{}", "length": "7"}, 400),
        ({"body": b"{}", "chunked": True}, 200),
    ],
)
def test_headers_set_early_are_on_the_parsers_errors(
    serve: Serve, options: dict[str, Any], status: int
) -> None:
    answer = serve(begun(mark, hello))(method="PUT", headers=JSON, **options)
    assert (answer.status, answer.header("X-Early")) == (status, "PUT")


def fail(req: Req, res: Res) -> None:
    raise RuntimeError("lost")


async def refuse_async(req: Req, res: Res) -> None:
    raise ApiError(409, "Taken")


@pytest.mark.parametrize(("handler", "status"), [(fail, 500), (refuse_async, 409)])
def test_headers_set_early_are_on_a_handlers_errors(serve: Serve, handler: Handler, status: int) -> None:
    answer = serve(begun(mark, handler))()
    assert (answer.status, answer.header("X-Early")) == (status, "GET")


def test_headers_set_early_are_on_304(serve: Serve) -> None:
    client = serve(begun(mark, lambda req, res: res.send("same")))
    tag = client().header("ETag") or ""
    answer = client(headers={"If-None-Match": tag})
    assert (answer.status, answer.header("X-Early")) == (304, "GET")


def test_a_failure_of_early_is_answered_500_and_logged(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    answer = serve(begun(fail, never))()
    assert (answer.status, answer.body) == (500, b"Internal Server Error")
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_early_may_refuse(serve: Serve) -> None:
    def early(req: Req, res: Res) -> None:
        raise ApiError(421, "Wrong host")

    assert serve(begun(early, never))().status == 421


def test_a_wrapper_around_it_keeps_it(serve: Serve) -> None:
    inner = begun(mark, hello)

    @wraps(inner)
    def outer(req: Req, res: Res) -> object:
        return inner(req, res)

    assert serve(outer)().header("X-Early") == "GET"


def test_the_outer_early_comes_first_and_may_spare_the_inner(serve: Serve) -> None:
    def noted(name: str, *, ends: bool = False) -> Callable[[Req, Res], object]:
        def early(req: Req, res: Res) -> None:
            res.appendHeader("X-Early", name)
            if ends:
                res.end()

        return early

    inner = guard("inner", hello, lambda req, res: True, noted("inner"))
    both = guard("outer", inner, lambda req, res: True, noted("outer"))
    assert serve(both)(method="POST", headers=JSON, body=b"{").all("X-Early") == ["outer", "inner"]
    alone = guard("outer", inner, lambda req, res: True, noted("outer", ends=True))
    assert serve(alone)().all("X-Early") == ["outer"]


def test_a_handler_without_early_has_none(serve: Serve) -> None:
    assert serve(hello).app.table.routes[0].early is None


# --- Vary -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (None, "Origin, Accept"),
        ("Cookie", "Cookie, Origin, Accept"),
        ("cookie, ORIGIN", "cookie, ORIGIN, Accept"),
        (["Cookie", "accept"], "Cookie, accept, Origin"),
        ("Cookie, *", "*"),
        ("", "Origin, Accept"),
        (" , ", "Origin, Accept"),
    ],
)
def test_vary_keeps_what_it_must_name_whatever_it_is_set_to(
    serve: Serve, value: str | list[str] | None, line: str
) -> None:
    def early(req: Req, res: Res) -> None:
        res._vary = ("Origin", "Accept")

    def handler(req: Req, res: Res) -> None:
        if value is not None:
            res.setHeader("Vary", value)
        res.json([1])

    answer = serve(begun(early, handler))()
    assert answer.all("Vary") == [line]

"""``methods``: each method to its handler, and the answers to those that have none."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextwsgi.middleware import Next, compose, methods
from nextwsgi.testing import Client
from tests.contract.client import Handler, Req, Res, Serve

JSON = {"Content-Type": "application/json"}


def show(req: Req, res: Res) -> None:
    res.json({"did": "show"})


async def create(req: Req, res: Res) -> None:
    await asyncio.sleep(0)
    res.status(201).json({"did": "create"})


def remove(req: Req, res: Res) -> None:
    res.status(204).end()


def test_each_method_has_its_handler(serve: Serve) -> None:
    ask = serve(methods(GET=show, POST=create, DELETE=remove))
    assert [ask(method=method).status for method in ("GET", "POST", "DELETE")] == [200, 201, 204]
    assert ask(method="POST").json() == {"did": "create"}


@pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")
@pytest.mark.parametrize("method", ["PATCH", "PUT", "PROPFIND", "TRACE", "get", "Post"])
def test_another_method_is_405_with_a_line_of_allow_for_each(serve: Serve, method: str) -> None:
    answer = serve(methods(GET=show, POST=create, DELETE=remove))(method=method)
    assert (answer.status, answer.reason) == (405, "Method Not Allowed")
    assert answer.body == f"Method {method} Not Allowed".encode()
    assert answer.all("Allow") == ["GET", "POST", "DELETE"]
    assert answer.header("Content-Type") is None


def test_head_is_answered_by_get_without_a_body(serve: Serve) -> None:
    ask = serve(methods(GET=show))
    head, get = ask(method="HEAD"), ask()
    assert (head.status, head.body, head.lines) == (200, b"", get.lines)


def test_head_may_have_its_own(serve: Serve) -> None:
    answer = serve(methods(GET=show, HEAD=remove))(method="HEAD")
    assert answer.status == 204


def test_head_without_get_is_405(serve: Serve) -> None:
    answer = serve(methods(POST=create))(method="HEAD")
    assert (answer.status, answer.body, answer.all("Allow")) == (405, b"", ["POST"])


def test_options_is_answered_204_with_allow(serve: Serve) -> None:
    answer = serve(methods(GET=show, POST=create))(method="OPTIONS")
    assert (answer.status, answer.body, answer.all("Allow")) == (204, b"", ["GET", "POST"])


def test_options_may_have_its_own(serve: Serve) -> None:
    answer = serve(methods(OPTIONS=show))(method="OPTIONS")
    assert (answer.status, answer.json()) == (200, {"did": "show"})


def test_a_def_handler_beside_an_async_one_stays_off_the_event_loop(serve: Serve) -> None:
    def name(req: Req, res: Res) -> None:
        res.json(threading.current_thread().name)

    async def middleware(req: Req, res: Res, next: Next) -> None:
        await next()

    own = threading.current_thread().name
    table = methods(GET=name, POST=create)
    assert serve(table)().json() == own
    assert serve(compose(middleware)(table))().json() == own


def awaiting(handler: Callable[[Req, Res], Any]) -> Handler:
    @wraps(handler)
    async def inner(req: Req, res: Res) -> None:
        await handler(req, res)

    return inner


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "OPTIONS"])
def test_an_async_wrapper_may_await_a_table_of_both_kinds(
    serve: Serve, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    ask = serve(awaiting(methods(GET=show, POST=create)))
    assert ask(method=method).status == {"GET": 200, "POST": 201, "PATCH": 405, "OPTIONS": 204}[method]
    assert caplog.records == []


def test_a_part_that_answers_before_a_table_of_both_kinds_may_be_awaited(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    def refusing(handler: Handler) -> Handler:
        @wraps(handler)
        def inner(req: Req, res: Res) -> None:
            res.status(401).end()

        return inner

    ask = serve(compose(awaiting, refusing)(methods(GET=show, POST=create)))
    assert (ask().status, caplog.records) == (401, [])


def test_tables_go_under_wrappers_and_wrappers_into_tables(serve: Serve) -> None:
    def named(name: str) -> Callable[[Handler], Handler]:
        def wrap(handler: Handler) -> Handler:
            @wraps(handler)
            def inner(req: Req, res: Res) -> object:
                res.appendHeader("X-Through", name)
                return handler(req, res)

            return inner

        return wrap

    ask = serve(compose(named("all"))(methods(GET=show, POST=compose(named("post"))(create))))
    assert ask().all("X-Through") == ["all"]
    assert ask(method="POST").all("X-Through") == ["all", "post"]
    assert ask(method="PUT").all("X-Through") == ["all"]


# --- Before the body --------------------------------------------------------------------------------------


def early(handler: Handler, name: str) -> Handler:
    @wraps(handler)
    def inner(req: Req, res: Res) -> object:
        return handler(req, res)

    vars(inner)["early"] = lambda req, res: res.setHeader("X-Early", name)
    return inner


@pytest.mark.parametrize(
    ("method", "asked", "found"),
    [
        ("GET", "", "get"),
        ("HEAD", "", "get"),
        ("POST", "", "post"),
        ("PUT", "", None),
        ("OPTIONS", "", None),
        ("OPTIONS", "POST", "post"),
        ("OPTIONS", "HEAD", "get"),
        ("OPTIONS", "PUT", None),
    ],
)
def test_what_comes_before_the_body_is_that_of_the_method_to_come(
    serve: Serve, method: str, asked: str, found: str | None
) -> None:
    ask = serve(methods(GET=early(show, "get"), POST=early(create, "post"), PUT=show))
    headers = {"Access-Control-Request-Method": asked} if asked else {}
    assert ask(method=method, headers=headers).header("X-Early") == found


def test_options_of_its_own_comes_before_the_body_too(serve: Serve) -> None:
    ask = serve(methods(GET=early(show, "get"), OPTIONS=early(remove, "options")))
    headers = {"Access-Control-Request-Method": "GET"}
    assert ask(method="OPTIONS", headers=headers).header("X-Early") == "options"


# --- Mistakes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("handlers", "text"),
    [
        ({}, "methods() takes a handler for each method, by name: methods(GET=show, POST=create)"),
        ({"get": show}, "methods() knows no method 'get': write GET=..."),
        ({"Delete": show}, "methods() knows no method 'Delete': write DELETE=..."),
        (
            {"GTE": show},
            "methods() knows no method 'GTE': it takes GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
        ),
        ({"GET": None}, "methods(GET=...) takes a handler, def handler(req, res), not None"),
        ({"GET": "show"}, "methods(GET=...) takes a handler, def handler(req, res), not str 'show'"),
        (
            {"GET": lambda: None},
            "methods(GET=...) takes a handler, def handler(req, res): <lambda> takes other arguments",
        ),
    ],
)
def test_a_mistake_is_told_at_import(handlers: dict[str, Any], text: str) -> None:
    with pytest.raises(TypeError) as error:
        methods(**handlers)
    assert str(error.value) == text


def test_handlers_have_names() -> None:
    with pytest.raises(TypeError, match="by name"):
        methods(show)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="by name"):
        methods(show, GET=show)  # type: ignore[arg-type]


@given(
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&'*+-.^_`|~", min_size=1, max_size=20).filter(
        lambda name: name not in ("GET", "HEAD", "OPTIONS")
    )
)
def test_no_other_token_reaches_a_handler(method: str) -> None:
    answer = Client(methods(GET=show)).request(method)
    assert (answer.status, answer.headers.getlist("Allow")) == (405, ["GET"])

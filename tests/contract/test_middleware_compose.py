"""``compose``: order, handlers and middleware of both kinds, and what is said of mistakes."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import Any

import pytest

from nextwsgi import ApiError
from nextwsgi.middleware import Next, compose, methods
from nextwsgi.middleware.compose import Part
from nextwsgi.middleware.handlers import guard
from tests.contract.client import Handler, Req, Res, Serve

JSON = {"Content-Type": "application/json"}


def hello(req: Req, res: Res) -> None:
    res.json(steps(req))


async def hello_async(req: Req, res: Res) -> None:
    await asyncio.sleep(0)
    res.json(steps(req))


HANDLERS = [hello, hello_async]


def steps(req: Req) -> list[str]:
    """Give what the request has been through."""
    found: list[str] = vars(req).setdefault("steps", [])
    return found


def wrapper(name: str) -> Callable[[Handler], Handler]:
    def wrap(handler: Handler) -> Handler:
        @wraps(handler)
        def inner(req: Req, res: Res) -> object:
            steps(req).append(name)
            return handler(req, res)

        return inner

    return wrap


def awaiting(handler: Callable[[Req, Res], Awaitable[object]]) -> Handler:
    @wraps(handler)
    async def inner(req: Req, res: Res) -> object:
        steps(req).append("awaiting")
        return await handler(req, res)

    return inner


def refusing(handler: Handler) -> Handler:
    @wraps(handler)
    def inner(req: Req, res: Res) -> None:
        res.status(401).json({"error": "Unauthorized"})

    return inner


def connect(name: str) -> Callable[[Req, Res, Next], object]:
    def middleware(req: Req, res: Res, next: Next) -> object:
        steps(req).append(name)
        return next()

    return middleware


def connect_async(name: str) -> Callable[[Req, Res, Next], object]:
    async def middleware(req: Req, res: Res, next: Next) -> None:
        await asyncio.sleep(0)
        steps(req).append(name)
        await next()

    return middleware


# --- Order ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("handler", HANDLERS)
def test_the_first_is_the_outermost(serve: Serve, handler: Handler) -> None:
    composed = compose(wrapper("a"), wrapper("b"), wrapper("c"))(handler)
    assert serve(composed)().json() == ["a", "b", "c"]


@pytest.mark.parametrize("handler", HANDLERS)
def test_styles_mix_in_any_order(serve: Serve, handler: Handler) -> None:
    parts: list[Part] = [
        wrapper("a"),
        connect("b"),
        connect_async("c"),
        wrapper("d"),
        connect_async("e"),
        connect("f"),
    ]
    assert serve(compose(*parts)(handler))().json() == ["a", "b", "c", "d", "e", "f"]
    assert serve(compose(*parts[::-1])(handler))().json() == ["f", "e", "d", "c", "b", "a"]


def test_compose_nests(serve: Serve) -> None:
    inner = compose(wrapper("b"), connect("c"))
    assert serve(compose(wrapper("a"), inner, compose(wrapper("d")))(hello))().json() == ["a", "b", "c", "d"]


def test_compose_decorates() -> None:
    @compose(wrapper("a"))
    def handler(req: Req, res: Res) -> None:
        """Say hello."""

    assert (handler.__name__, handler.__doc__) == ("handler", "Say hello.")


def test_one_composition_serves_many_handlers(serve: Serve) -> None:
    guarded = compose(wrapper("a"))
    assert serve(guarded(hello))().json() == ["a"]
    assert serve(guarded(hello_async))().json() == ["a"]


def test_an_object_may_be_a_part_and_a_handler(serve: Serve) -> None:
    class Wrap:
        def __call__(self, handler: Handler) -> Handler:
            return wrapper("object")(handler)

    class Hello:
        async def __call__(self, req: Req, res: Res) -> None:
            await hello_async(req, res)

    assert serve(compose(awaiting, Wrap())(Hello()))().json() == ["awaiting", "object"]


def test_early_of_a_part_passes_outwards(serve: Serve) -> None:
    def with_early(handler: Handler) -> Handler:
        inner = wrapper("early")(handler)
        vars(inner)["early"] = lambda req, res: res.setHeader("X-Early", "1")
        return inner

    parts: list[Part] = [wrapper("a"), connect("b"), connect_async("c"), with_early, awaiting]
    answer = serve(compose(*parts)(hello_async))(method="POST", headers=JSON, body=b"{broken")
    assert (answer.status, answer.header("X-Early")) == (400, "1")


# --- Awaiting ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_part_that_answers_ends_it(
    serve: Serve, handler: Handler, caplog: pytest.LogCaptureFixture
) -> None:
    answer = serve(compose(wrapper("a"), refusing, wrapper("b"))(handler))()
    assert (answer.status, answer.json(), caplog.records) == (401, {"error": "Unauthorized"}, [])


def test_an_async_wrapper_may_await_a_part_that_answered(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    answer = serve(compose(awaiting, refusing)(hello_async))()
    assert (answer.status, caplog.records) == (401, [])


def test_an_async_wrapper_may_await_middleware_that_answered(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(req: Req, res: Res, next: Next) -> None:
        res.status(401).end()

    answer = serve(compose(awaiting, refuse)(hello_async))()
    assert (answer.status, caplog.records) == (401, [])


def test_a_part_outside_compose_may_be_awaited_too(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    def silent(req: Req, res: Res, next: Next) -> None:
        res.status(401).end()

    def admits(req: Req, res: Res) -> bool:
        res.status(401).end()
        return False

    for handler in (compose(silent)(hello_async), guard("guard", hello_async, admits)):
        assert serve(awaiting(handler))().status == 401
    assert caplog.records == []


@pytest.mark.parametrize("handler", HANDLERS)
def test_a_wrapper_is_given_the_handler_itself(handler: Handler) -> None:
    given: list[Handler] = []

    def keep(handler: Handler) -> Handler:
        given.append(handler)
        return handler

    assert compose(keep)(handler) is handler
    assert given == [handler]


def test_an_async_handler_below_a_def_part_reads_and_writes_as_ever(serve: Serve) -> None:
    async def echo(req: Req, res: Res) -> None:
        async for piece in req:
            res.write(piece)
            await res.drain()
        res.end(" end")

    config = {"api": {"bodyParser": False}}
    ask = serve(compose(connect_async("a"), wrapper("b"))(echo), config)
    assert ask(method="POST", body=b"two").body == b"two end"


def test_what_a_def_part_does_never_stops_the_event_loop(serve: Serve) -> None:
    def blocking(handler: Handler) -> Handler:
        @wraps(handler)
        def inner(req: Req, res: Res) -> object:
            steps(req).append(threading.current_thread().name)
            return handler(req, res)

        return inner

    loop, own = "nextwsgi-loop", threading.current_thread().name
    assert loop != own
    assert serve(compose(awaiting, blocking)(hello_async))().json() == ["awaiting", own]
    assert serve(compose(connect_async("a"), blocking)(hello_async))().json() == ["a", own]
    assert serve(compose(connect_async("a"), blocking)(hello))().json() == ["a", own]


def test_a_def_handler_below_async_middleware_reads_and_writes_as_ever(serve: Serve) -> None:
    def echo(req: Req, res: Res) -> None:
        res.write("one ")
        for piece in req:
            res.write(piece)
        res.end(" end")

    config = {"api": {"bodyParser": False}}
    answer = serve(compose(connect_async("a"))(echo), config)(method="POST", body=b"two")
    assert answer.written == [b"one ", b"two", b" end"]


def test_what_a_def_handler_raises_reaches_async_middleware(serve: Serve) -> None:
    def fail(req: Req, res: Res) -> None:
        raise KeyError("lost")

    async def catch(req: Req, res: Res, next: Next) -> None:
        try:
            await next()
        except KeyError as error:
            res.status(503).json({"error": str(error)})

    assert serve(compose(catch)(fail))().status == 503


# --- Connect ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("handler", HANDLERS)
def test_next_need_not_be_returned_or_awaited(serve: Serve, handler: Handler) -> None:
    def plain(req: Req, res: Res, next: Next) -> None:
        next()

    async def forgetful(req: Req, res: Res, next: Next) -> None:
        next()

    for middleware in (plain, forgetful):
        assert serve(compose(middleware)(handler))().json() == []


@pytest.mark.parametrize("handler", HANDLERS)
def test_await_next_returns_when_the_rest_has_answered(serve: Serve, handler: Handler) -> None:
    seen: list[object] = []

    async def middleware(req: Req, res: Res, next: Next) -> None:
        before = res.writableEnded
        coming = next()
        await coming
        await coming
        seen.extend([before, res.writableEnded])

    serve(compose(middleware)(handler))()
    assert seen == [False, True]


def test_await_next_gives_what_the_rest_returned(serve: Serve) -> None:
    async def number(req: Req, res: Res) -> int:
        res.end()
        return 7

    def number_def(req: Req, res: Res) -> int:
        res.end()
        return 7

    seen: list[object] = []

    async def middleware(req: Req, res: Res, next: Next) -> None:
        coming = next()
        seen.extend([await coming, await coming])

    for handler in (number, number_def):
        serve(compose(middleware)(handler))()
    assert seen == [7, 7, 7, 7]


def test_next_returns_what_a_def_handler_returned(serve: Serve) -> None:
    seen: list[object] = []

    def middleware(req: Req, res: Res, next: Next) -> None:
        seen.append(next())

    def number(req: Req, res: Res) -> int:
        res.end()
        return 7

    serve(compose(middleware)(number))()
    assert seen == [7]


@pytest.mark.parametrize("handler", HANDLERS)
@pytest.mark.parametrize("asynchronous", [False, True])
def test_middleware_that_answers_does_not_go_on(serve: Serve, handler: Handler, asynchronous: bool) -> None:
    def refuse(req: Req, res: Res, next: Next) -> None:
        res.status(401).json({"message": "Unauthorized"})

    async def refuse_async(req: Req, res: Res, next: Next) -> None:
        res.status(401).json({"message": "Unauthorized"})

    answer = serve(compose(refuse_async if asynchronous else refuse)(handler))()
    assert (answer.status, answer.json()) == (401, {"message": "Unauthorized"})


def silent(req: Req, res: Res, next: Next) -> None:
    """Write next, and not next()."""


async def silent_async(req: Req, res: Res, next: Next) -> None:
    """Forget it."""


def test_middleware_that_does_neither_is_a_500_that_names_the_route(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    for part in (silent, silent_async):
        caplog.clear()
        assert serve(compose(part)(hello))().status == 500
        assert "pages/api/x.py" in caplog.text
        assert f" {part.__name__} neither answered nor called next(), so the handler never ran" in caplog.text


def test_the_handler_is_named_where_it_ran(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    def forgetful(req: Req, res: Res) -> None: ...

    def plain(req: Req, res: Res, next: Next) -> None:
        next()

    assert serve(compose(plain)(forgetful))().status == 500
    assert "the handler returned without an answer" in caplog.text


@pytest.mark.parametrize("handler", HANDLERS)
def test_next_that_is_not_called_or_gets_no_exception_says_so(
    serve: Serve, caplog: pytest.LogCaptureFixture, handler: Handler
) -> None:
    async def uncalled(req: Req, res: Res, next: Any) -> None:
        await next

    def text(req: Req, res: Res, next: Any) -> None:
        next("route")

    async def text_async(req: Req, res: Res, next: Any) -> None:
        await next({"status": 400})

    told = {
        uncalled: "TypeError: next is a function: write await next()",
        text: "called next('route'): next takes an exception, next(ApiError(400, 'Bad'))",
        text_async: "called next({'status': 400}): next takes an exception",
    }
    for part, says in told.items():
        caplog.clear()
        assert serve(compose(part)(handler))().status == 500
        assert says in caplog.text


@pytest.mark.parametrize("handler", HANDLERS)
def test_next_with_an_error_raises_it(serve: Serve, handler: Handler) -> None:
    def failing(req: Req, res: Res, next: Next) -> None:
        next(ApiError(418, "Short and stout"))

    async def failing_async(req: Req, res: Res, next: Next) -> None:
        await next(ApiError(418, "Short and stout"))

    for middleware in (failing, failing_async):
        assert serve(compose(middleware)(handler))().status == 418


@pytest.mark.parametrize("handler", HANDLERS)
def test_next_is_called_once(serve: Serve, handler: Handler, caplog: pytest.LogCaptureFixture) -> None:
    def twice(req: Req, res: Res, next: Next) -> None:
        next()
        next()

    async def twice_async(req: Req, res: Res, next: Next) -> None:
        next()
        next()

    for middleware in (twice, twice_async):
        caplog.clear()
        serve(compose(middleware)(handler))()
        assert "called next() twice" in caplog.text


@pytest.mark.parametrize("handler", HANDLERS)
def test_middleware_that_fails_after_next_leaves_no_coroutine_behind(serve: Serve, handler: Handler) -> None:
    def failing(req: Req, res: Res, next: Next) -> None:
        next()
        raise ApiError(409, "Taken")

    async def failing_async(req: Req, res: Res, next: Next) -> None:
        next()
        raise ApiError(409, "Taken")

    for middleware in (failing, failing_async):
        status = serve(compose(middleware)(handler))().status
        assert status == (200 if handler is hello and middleware is failing else 409)
    gc.collect()  # what nobody awaited warns here, and warnings are errors


def test_middleware_that_fails_leaves_a_rest_that_runs_alone(serve: Serve) -> None:
    done: list[str] = []

    async def slow(req: Req, res: Res) -> None:
        await asyncio.sleep(0.01)
        done.append("done")

    async def wait(coming: Awaitable[object]) -> None:
        await coming

    async def middleware(req: Req, res: Res, next: Next) -> None:
        tasks.append(asyncio.create_task(wait(next())))
        await asyncio.sleep(0)
        raise ApiError(409, "Taken")

    async def finish(req: Req, res: Res) -> None:
        await asyncio.gather(*tasks)
        res.json(done)

    tasks: list[asyncio.Task[None]] = []
    ask = serve(methods(GET=compose(middleware)(slow), POST=finish))
    assert ask().status == 409
    assert ask(method="POST").json() == ["done"]


def test_middleware_may_be_a_partial_or_a_method(serve: Serve) -> None:
    async def named(name: str, req: Req, res: Res, next: Next) -> None:
        steps(req).append(name)
        await next()

    class Service:
        def check(self, req: Req, _: Res, next: Next) -> None:
            steps(req).append("bound")
            next()

    assert serve(compose(partial(named, "partial"), Service().check)(hello))().json() == ["partial", "bound"]


def test_a_stream_passes_through(serve: Serve) -> None:
    async def pieces(req: Req, res: Res) -> None:
        res.write("a")
        await res.drain()
        res.end("b")

    chains: list[list[Part]] = [
        [wrapper("a"), connect("b"), connect_async("c")],
        [connect_async("c"), awaiting],
    ]
    for parts in chains:
        assert serve(compose(*parts)(pieces))().written == [b"a", b"b"]


# --- Mistakes ---------------------------------------------------------------------------------------------


def with_rate_limit(limit: int, window: int = 3600) -> Callable[[Handler], Handler]:
    return wrapper(f"{limit} in {window}")


def with_number(number: int, window: int = 3600) -> Callable[[Handler], Handler]:
    raise TypeError("not a number")


def with_error(handler: Handler) -> Handler:
    raise TypeError("mine")


def with_cookie(*, cookie: str = "token") -> Callable[[Handler], Handler]:
    return wrapper(cookie)


def with_nothing(handler: Handler) -> None:
    wrapper("lost")(handler)


def with_other(handler: Handler) -> int:
    return 7


def with_four(handler: Handler) -> object:
    return four


async def with_async(handler: Handler) -> Handler:
    return handler


def four(a: object, b: object, c: object, d: object) -> None: ...


def refused(*parts: Any, handler: Any = hello) -> str:
    with pytest.raises(TypeError) as error:
        compose(*parts)(handler)
    return str(error.value)


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ([], "compose() takes wrappers: compose(with_cors(), with_auth)(handler)"),
        ([None], "compose() takes wrappers, not None"),
        (["auth"], "compose() takes wrappers, not str 'auth'"),
        ([wrapper("a"), {}], "compose() takes wrappers, not dict {}"),
        ([[]], "compose() takes wrappers, one by one, not list []"),
        (
            [hello],
            "compose() takes wrappers, and hello takes (req, res): put a handler into brackets of its own,"
            " compose(...)(hello)",
        ),
        (
            [with_cookie],
            "with_cookie takes neither (handler) nor (req, res, next):"
            " are its brackets missing, compose(with_cookie(...))?",
        ),
        (
            [four],
            "four takes neither (handler) nor (req, res, next):"
            " are its brackets missing, compose(four(...))?",
        ),
        (
            [with_number],
            "are the brackets of with_number missing, compose(with_number(...))? not a number",
        ),
        ([with_error], "mine"),
        (
            [with_rate_limit],
            "with_rate_limit returned another wrapper: are its brackets missing,"
            " compose(with_rate_limit(...))?",
        ),
        (
            [with_nothing],
            "with_nothing must return a handler, def inner(req, res), not None: is its return missing?",
        ),
        ([with_four], "with_four must return a handler, def inner(req, res), not function <function four at"),
        ([with_other], "with_other must return a handler, def inner(req, res), not int 7"),
        (
            [with_async],
            "with_async is async def: a wrapper is made by def, only what it returns may be async",
        ),
    ],
)
def test_what_is_no_wrapper_is_refused_with_the_mend(parts: list[object], text: str) -> None:
    assert refused(*parts).startswith(text)


def GET(_: object) -> None:  # noqa: N802 - as route handlers are named
    """Stand for one."""


def edge(request: object) -> None:
    """Stand for the handler of an edge route."""


@pytest.mark.parametrize(
    ("handler", "text"),
    [
        (None, "compose(...) takes a handler, def handler(req, res), not None"),
        ("x", "compose(...) takes a handler, def handler(req, res), not str 'x'"),
        (four, "compose(...) takes a handler, def handler(req, res): four takes other arguments"),
        (
            wrapper("a"),
            "compose(...) takes a handler, def handler(req, res): wrapper takes other arguments; is it"
            " a wrapper, wrapper(...)(handler)?",
        ),
        *(
            (
                function,
                f"compose(...) takes a handler, def handler(req, res): {name} takes other arguments;"
                " what takes a request has no wrappers: set headers in next.config.py, look at who asks in"
                " proxy.py, or write the route into pages/api/, def handler(req, res)",
            )
            for name, function in (("GET", GET), ("edge", edge))
        ),
    ],
)
def test_what_is_no_handler_is_refused(handler: object, text: str) -> None:
    assert refused(wrapper("a"), handler=handler) == text


def test_parts_are_checked_when_compose_is_called() -> None:
    with pytest.raises(TypeError):
        compose(None)  # type: ignore[arg-type]


def test_a_handler_may_take_more_than_it_must(serve: Serve) -> None:
    def optional(handler: Handler) -> Callable[..., object]:
        def inner(req: Req, res: Any = None, more: int = 0) -> object:
            return handler(req, res)

        return inner

    assert serve(compose(optional)(hello))().json() == []


def test_a_function_that_does_not_tell_its_parameters_is_believed() -> None:
    assert compose(type)  # type's signature cannot be read

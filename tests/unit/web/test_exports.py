"""What a route.py may export, and what is wrong with the rest."""

from functools import wraps
from typing import Any

import pytest

from nextwsgi.middleware import Wrapper, compose, with_cors, with_rate_limit
from nextwsgi.web.exports import read_functions


def get(request: object) -> None: ...


def problems(exports: dict[str, Any]) -> list[str]:
    return read_functions(exports)[1]


def nothing() -> None: ...
def both(request: object, params: object) -> None: ...
def any_number(*given: object) -> None: ...
def three(a: object, b: object, c: object) -> None: ...


@pytest.mark.parametrize(
    ("function", "count"),
    [(nothing, 0), (get, 1), (both, 2), (any_number, 2), (min, 2)],
)
def test_a_function_gets_what_it_takes(function: Any, count: int) -> None:
    assert read_functions({"GET": function}) == ({"GET": (function, count)}, [])


@pytest.mark.parametrize(
    ("exports", "told"),
    [
        ({}, "it exports no method"),
        ({"GET": 5}, "GET must be a function"),
        ({"POST": three}, "POST takes (request) or (request, params): def POST(request)"),
        ({"get": get}, "methods are in capitals, def GET(request)"),
        ({"GET": get, "Post": get}, "Post is never called"),
        ({"handler": get}, "handler is for pages/api"),
        ({"GET": get, "dynamics": "auto"}, "did you mean dynamic?"),
        ({"GET": get, "max_duration": 5}, "did you mean maxDuration?"),
        (
            {"GET": get, "dynamic": "always"},
            "dynamic must be one of auto, force-dynamic, error, force-static",
        ),
        ({"GET": get, "runtime": "deno"}, "runtime must be one of nodejs, edge"),
        ({"GET": get, "revalidate": "60"}, "revalidate must be a number of seconds"),
        ({"GET": get, "maxDuration": -1}, "maxDuration must be a number of seconds"),
        ({"GET": get, "revalidate": True}, "revalidate must be a number of seconds"),
    ],
)
def test_what_is_wrong_is_told(exports: dict[str, Any], told: str) -> None:
    [problem] = problems(exports)
    assert told in problem


def test_settings_of_next_js_and_names_of_ones_own_are_let_be() -> None:
    settings = {
        "dynamic": "force-dynamic",
        "revalidate": False,
        "runtime": "edge",
        "maxDuration": 5,
        "fetchCache": "x",
    }
    assert problems({"GET": get, **settings, "_dynamics": 1, "LIMIT": 5, "names": ["x"], "helper": get}) == []


@pytest.mark.parametrize("wrapper", [with_cors(), compose(with_cors()), with_rate_limit(9)])
def test_wrappers_of_the_middleware_are_told_where_they_cannot_work(wrapper: Wrapper) -> None:
    def get(request: object, params: object) -> None: ...

    [problem] = problems({"GET": wrapper(get)})
    assert problem.startswith("GET has nextwsgi.middleware around it: what takes a request has no wrappers")


def test_a_wrapper_of_one_s_own_may_stand_around_a_function() -> None:
    def get(request: object, params: object) -> None: ...

    @wraps(get)
    def inner(request: object, params: object) -> None: ...

    assert problems({"GET": inner}) == []

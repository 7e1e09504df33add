"""What a ``route.py`` exports: its functions, and the settings that Next.js has for them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from nextwsgi.config import RUNTIMES
from nextwsgi.errors import NO_WRAPPERS

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH")

# They tell Next.js how to build and where to run a handler. Here each is called for every request.
SETTINGS = (
    *("dynamic", "dynamicParams", "revalidate", "fetchCache", "runtime", "preferredRegion", "maxDuration"),
    "generateStaticParams",
)

Functions = dict[str, tuple[Callable[..., Any], int]]


def read_functions(exports: Mapping[str, object]) -> tuple[Functions, list[str]]:
    """Give the functions by method, each with the number of its arguments, and what is wrong with them."""
    problems = [*_misspelt(exports), *_illegal(exports)]
    functions: Functions = {}
    for method in METHODS:
        if method in exports:
            count = _count(exports[method])
            if _is_wrapped(exports[method]):
                problems.append(f"{method} has nextwsgi.middleware around it: {NO_WRAPPERS}")
            elif count is None:
                takes = "takes (request) or (request, params)" if callable(exports[method]) else _FUNCTION
                problems.append(f"{method} {takes}: def {method}(request): ...")
            else:
                functions[method] = (_function(exports[method]), count)
    if not functions and not problems:
        problems.append("it exports no method: write def GET(request): ... (helpers go into another file)")
    return functions, problems


def _is_wrapped(function: object) -> bool:
    """Tell whether a wrapper for handlers of req and res stands around a function of a request."""
    while function is not None:
        if getattr(function, "__globals__", {}).get("__name__", "").startswith("nextwsgi.middleware"):
            return True
        function = getattr(function, "__wrapped__", None)
    return False


_FUNCTION = "must be a function"


def _function(value: object) -> Callable[..., Any]:
    assert callable(value)
    return value


def _count(function: object) -> int | None:
    """Tell with how many of (request, params) a function can be called; None with neither."""
    if not callable(function):
        return None
    try:
        signature = inspect.signature(function)
    except ValueError:  # a function written in C may not tell
        return 2
    for count in (2, 1, 0):
        try:
            signature.bind(*[None] * count)
        except TypeError:
            continue
        return count
    return None


_CHOICES = {
    "dynamic": ("auto", "force-dynamic", "error", "force-static"),
    "runtime": RUNTIMES,
}


def _illegal(exports: Mapping[str, object]) -> Iterator[str]:
    for name, known in _CHOICES.items():
        if exports.get(name, known[0]) not in known:
            yield f"{name} must be one of {', '.join(known)}, not {exports[name]!r}"
    for name in ("revalidate", "maxDuration"):
        value = exports.get(name, 0)
        if not (isinstance(value, int | float) and value >= 0) or (value is True):
            yield f"{name} must be a number of seconds, not {value!r}"


def _misspelt(exports: Mapping[str, object]) -> Iterator[str]:
    for name, value in exports.items():
        if name.upper() in METHODS and name not in METHODS and inspect.isfunction(value):
            yield f"{name} is never called: methods are in capitals, def {name.upper()}(request): ..."
        elif name not in SETTINGS and isinstance(value, str | int | bool) and not name.startswith("_"):
            close = get_close_matches(name.lower(), [known.lower() for known in SETTINGS], 1, 0.85)
            for known in SETTINGS:
                if close == [known.lower()]:
                    yield f"it exports {name}, which means nothing: did you mean {known}?"
    if callable(exports.get("handler")) and not any(method in exports for method in METHODS):
        yield "handler is for pages/api: a route.py exports its methods, def GET(request): ..."

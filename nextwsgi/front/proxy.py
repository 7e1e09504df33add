"""``proxy.py``: a function that sees each request before its route does."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from nextwsgi.front.conditions import Condition, Facts, meets, read_conditions
from nextwsgi.front.rules import prefixed
from nextwsgi.paths import clean_path
from nextwsgi.patterns import Pattern

Function = Callable[..., Any]


class Proxy:
    """A project's ``proxy``, and the requests that it is for."""

    def __init__(self, function: Function, file: str, matchers: list[Matcher]) -> None:
        self.function = function
        self.file = file
        self._matchers = matchers

    @property
    def paths(self) -> list[str]:
        """The paths that it is for; none where it is for all."""
        return [matcher.source.text for matcher in self._matchers]

    def is_for(self, path: str, facts: Facts) -> bool:
        """Tell whether a request is one of those."""
        if not self._matchers:
            return True
        found = forms(path)
        return any(matcher.match(each, facts) for matcher in self._matchers for each in found)


class Matcher:
    """One of the paths of ``config.matcher``, with its conditions."""

    def __init__(self, source: Pattern, has: list[Condition], missing: list[Condition]) -> None:
        self.source = source
        self._has = has
        self._missing = missing

    def match(self, path: str, facts: Facts) -> bool:
        """Tell whether a request is for it."""
        return (
            self.source.match_place(path) is not None and meets(facts, self._has, self._missing) is not None
        )


def forms(path: str) -> list[str]:
    """Give the other paths that a route, a file or another origin may take a path for, and the path itself.

    CVE-2026-44575: a matcher that only knows one of them is passed by the others.
    """
    found = [path]
    if "%" in path:
        decoded = [_ENCODED.sub(lambda sign: chr(int(sign[1], 16)), path), unquote(path)]
        found += [*decoded, *(clean_path(re.sub(r"[/\\]+", "/", each)) for each in decoded)]
    found += [_DATA.sub("", each, 1) or "/" for each in found if "/_next/data/" in each]
    found += [_page(each) for each in found if each.endswith((".json", ".rsc"))]
    return found + [each[:-6] or "/" for each in found if each.endswith("/index")]


# A sign that is encoded, though it can be read: a pattern's dot stands for any but a line's end.
_ENCODED = re.compile("%([2-6][0-9a-f]|7[0-9a-e])", re.IGNORECASE)

# What a Next.js behind this server sends a page's data for.
_DATA = re.compile("/_next/data/[^/]+")


def _page(path: str) -> str:
    """Give the page whose data a path is for, ``/a`` for ``/a.rsc``."""
    if path.endswith(".segment.rsc"):
        path = path.partition(".segments/")[0]
    return path.removesuffix(".json").removesuffix(".rsc")


def read_matchers(config: object, base_path: str) -> tuple[list[Matcher], list[str]]:
    """Read ``config.matcher``, and say what is wrong with it; without one, every request matches."""
    if config is None:
        return [], []
    if not isinstance(config, Mapping):
        return [], [f"config must be a dict, not {type(config).__name__}"]
    problems = [f"config has no key {key!r}: it takes matcher" for key in config if key not in _KEYS]
    value = config.get("matcher", [])
    items = value if isinstance(value, list | tuple) else [value]
    matchers: list[Matcher] = []
    for item in items:
        try:
            matchers.append(_matcher(item, base_path))
        except ValueError as error:
            problems.append(f"config.matcher: {error}")
    return matchers, problems


_KEYS = ("matcher", "runtime", "regions", "unstable_allowDynamic")


def _matcher(item: object, base_path: str) -> Matcher:
    given = {"source": item} if isinstance(item, str) else item
    if not isinstance(given, Mapping):
        raise ValueError(f'a path, "/api/:path*", or a dict with a source, not {item!r:.60}')
    source = given.get("source")
    if not isinstance(source, str) or not source.startswith("/"):
        raise ValueError(f"a source begins with /, not {source!r:.60}")
    found = [f"it has no key {key!r}" for key in given if key not in ("source", "has", "missing", "locale")]
    has, wrong = read_conditions("has", given.get("has"))
    missing, wrong_missing = read_conditions("missing", given.get("missing"))
    if problems := [*found, *wrong, *wrong_missing]:
        raise ValueError(problems[0])
    return Matcher(prefixed(base_path, source), has, missing)


def function_problems(exports: Mapping[str, object], name: str) -> Iterator[str]:
    """Say why a file's function cannot be called."""
    function = exports.get(name)
    if not callable(function):
        yield f"it exports no {name}: write def {name}(request): ..."
    elif not _takes_one(function):
        yield f"{name} takes the request and nothing else: write def {name}(request): ..."


def _takes_one(function: Function) -> bool:
    try:
        inspect.signature(function).bind(None)
    except TypeError:
        return False
    except ValueError:  # a function written in C may not tell
        return True
    return True

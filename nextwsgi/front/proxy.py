"""``proxy.py``: a function that sees each request before its route does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from nextwsgi.front.conditions import Condition, Facts, meets, read_conditions
from nextwsgi.front.rules import prefixed
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
        return not self._matchers or any(matcher.match(path, facts) for matcher in self._matchers)


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
    if not callable(exports.get(name)):
        yield f"it exports no {name}: write def {name}(request): ..."

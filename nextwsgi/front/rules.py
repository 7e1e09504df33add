"""The rules of ``headers``, ``redirects`` and ``rewrites``: which requests they are for, and what they do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nextwsgi.front.conditions import Condition, Facts, meets, read_conditions
from nextwsgi.front.destination import Destination
from nextwsgi.outgoing import checked_line
from nextwsgi.patterns import REPEATED, Pattern, Value

STATUSES = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Rule:
    """Which requests a rule is for."""

    source: Pattern
    has: list[Condition]
    missing: list[Condition]

    def match(self, path: str, facts: Facts) -> dict[str, Value] | None:
        """Give the parameters of a request that it is for; None for others."""
        params = self.source.match_place(path)
        if params is None or not (self.has or self.missing):
            return params
        found = meets(facts, self.has, self.missing)
        return None if found is None else params | found


@dataclass(frozen=True)
class HeaderRule(Rule):
    """Sets headers of the answer."""

    headers: list[tuple[str, str]]


@dataclass(frozen=True)
class Redirect(Rule):
    """Sends the client elsewhere; not from ``built``, where Next.js has what it made of pages."""

    destination: Destination
    status: int
    built: str

    def match(self, path: str, facts: Facts) -> dict[str, Value] | None:
        """Give the parameters of a request that it is for; None for others."""
        return None if path.startswith(self.built) else super().match(path, facts)


@dataclass(frozen=True)
class Rewrite(Rule):
    """Has another path, or another origin, answer."""

    destination: Destination


Read = Callable[[Mapping[str, Any], Pattern, list[Condition], list[Condition], str], Any]


class Reader:
    """Reads the rules of a configuration, and keeps what is wrong with them."""

    def __init__(self, base_path: str) -> None:
        self.base_path = base_path
        self.problems: list[str] = []

    def headers(self, value: object) -> list[HeaderRule]:
        """Read ``headers``."""
        return self._rules("headers", value, ("headers",), _header_rule)

    def redirects(self, value: object) -> list[Redirect]:
        """Read ``redirects``."""
        return self._rules("redirects", value, ("destination", "permanent", "statusCode"), _redirect)

    def rewrites(self, name: str, value: object) -> list[Rewrite]:
        """Read ``rewrites``, or one of its three lists."""
        return self._rules(name, value, ("destination",), _rewrite)

    def _rules(self, name: str, value: object, own: tuple[str, ...], read: Read) -> list[Any]:
        if not isinstance(value, list | tuple):
            self.problems.append(f"{name} must be a list, or a function that returns one, not {_kind(value)}")
            return []
        rules = [self._rule(f"{name}[{place}]", item, own, read) for place, item in enumerate(value)]
        return [rule for rule in rules if rule is not None]

    def _rule(self, name: str, item: object, own: tuple[str, ...], read: Read) -> Any:
        if not isinstance(item, Mapping):
            self.problems.append(f"{name} must be a dict with a source, not {_kind(item)}")
            return None
        has, wrong_has = read_conditions("has", item.get("has"))
        missing, wrong_missing = read_conditions("missing", item.get("missing"))
        found = [*_unknown(item, own), *_place_problems(item), *wrong_has, *wrong_missing]
        try:
            source = prefixed(self._base(item), item.get("source", ""))
            if not found:
                return read(item, source, has, missing, self._base(item))
        except ValueError as error:
            found.append(str(error))
        self.problems += [f"{name}: {problem}" for problem in found]
        return None

    def _base(self, item: Mapping[str, Any]) -> str:
        return "" if item.get("basePath") is False else self.base_path


def prefixed(base: str, path: str) -> Pattern:
    """Read a path below a base path."""
    return Pattern(base + ("" if path == "/" and base else path))


def _unknown(item: Mapping[str, Any], own: tuple[str, ...]) -> Iterator[str]:
    known = ("source", "has", "missing", "basePath", "locale", *own)
    for key in item:
        if key not in known:
            yield f"it has no key {key!r}: it takes {', '.join(known)}"


def _place_problems(item: Mapping[str, Any]) -> Iterator[str]:
    source = item.get("source")
    if not isinstance(source, str) or not source.startswith("/"):
        yield f"source must be a path that begins with /, not {source!r:.60}"
    for key in ("basePath", "locale"):
        if item.get(key) not in (None, False):
            yield f"{key} can only be False"


def _header_rule(
    item: Mapping[str, Any],
    source: Pattern,
    has: list[Condition],
    missing: list[Condition],
    base: str,  # noqa: ARG001 - as of the other two
) -> HeaderRule:
    headers = item.get("headers")
    if not isinstance(headers, list | tuple) or not headers:
        raise ValueError('headers must be a list: [{"key": "X-A", "value": "b"}]')
    pairs = []
    for header in headers:
        if not isinstance(header, Mapping) or set(header) != {"key", "value"}:
            raise ValueError(f'a header is {{"key": "X-A", "value": "b"}}, not {header!r:.60}')
        if not isinstance(header["key"], str) or not isinstance(header["value"], str) or not header["key"]:
            raise ValueError(f"key and value of a header must be text: {header!r:.60}")
        # A parameter stands for text that has to fit as well.
        checked_line(re.sub(r":\w+[*+?]?", "x", header["key"], flags=re.ASCII), header["value"])
        pairs.append((header["key"], header["value"]))
    return HeaderRule(source, has, missing, pairs)


def _redirect(
    item: Mapping[str, Any], source: Pattern, has: list[Condition], missing: list[Condition], base: str
) -> Redirect:
    status, permanent = item.get("statusCode"), item.get("permanent")
    if status is not None and permanent is not None:
        raise ValueError("permanent and statusCode: give one of them")
    if status is None and not isinstance(permanent, bool):
        raise ValueError("permanent must be True (308) or False (307)")
    if status is not None and status not in STATUSES:
        raise ValueError(f"statusCode must be one of {', '.join(map(str, STATUSES))}, not {status!r}")
    destination = _destination(item, source, has, base)
    status = status or (308 if permanent else 307)
    return Redirect(source, has, missing, destination, status, f"{base}/_next")


def _rewrite(
    item: Mapping[str, Any], source: Pattern, has: list[Condition], missing: list[Condition], base: str
) -> Rewrite:
    destination = _destination(item, source, has, base)
    if not destination.is_outside and item.get("basePath") is False:
        raise ValueError("with basePath False a rewrite goes to another origin: https://example.com/...")
    if destination.is_outside and not destination.has_place:
        raise ValueError(f"destination has no host to ask: {item['destination']!r:.60}")
    if destination.host_names:
        # CVE-2024-34351: nothing is fetched from a host that a request names.
        raise ValueError("the host of a rewrite cannot come from the request: write it out")
    return Rewrite(source, has, missing, destination)


def _destination(item: Mapping[str, Any], source: Pattern, has: list[Condition], base: str) -> Destination:
    text = item.get("destination")
    if not isinstance(text, str) or not text.startswith(("/", "http://", "https://")):
        raise ValueError(f"destination must begin with /, http:// or https://, not {text!r:.60}")
    destination = Destination(base + text if text.startswith("/") else text)
    if unknown := destination.names.difference(source.names, _found_by(has)):
        raise ValueError(f"destination has :{min(unknown)}, which neither source nor has gives it")
    for problem in _misfits(destination, source, has):
        raise ValueError(problem)
    return destination


def _misfits(destination: Destination, source: Pattern, has: list[Condition]) -> Iterator[str]:
    """Say which parameters of a source do not fit where they go: Next.js fails at each such request."""
    given = {param.name: param for param in source.params}
    for param in destination.params:
        found = given.get(param.name)
        if found is None or param.name in _found_by(has):
            continue
        if found.modifier in REPEATED and param.modifier not in REPEATED:
            yield f"destination has :{param.name}, which may be several segments: write :{param.name}*"
        elif found.modifier == "?" and param.modifier not in ("?", "*"):
            yield f"destination has :{param.name}, which source may leave out: write :{param.name}*"


def _found_by(has: list[Condition]) -> set[str]:
    names = {"host"} if any(condition.type == "host" for condition in has) else set()
    for condition in has:
        names.update(condition.value.groupindex if condition.value else [condition.key])
    return names


def _kind(value: object) -> str:
    return type(value).__name__

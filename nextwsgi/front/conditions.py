"""``has`` and ``missing``: on which requests a rule of the configuration applies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from nextwsgi.patterns import Value

TYPES = ("header", "cookie", "query", "host")


class Facts(NamedTuple):
    """What conditions look at."""

    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    query: Mapping[str, Value]

    @property
    def host(self) -> str:
        """The host that was asked, without its port."""
        return self.headers.get("host", "").partition(":")[0].lower()


class Condition(NamedTuple):
    """One thing that a request has: ``value`` is a pattern for the whole of it, None for any."""

    type: str
    key: str
    value: re.Pattern[str] | None

    def match(self, facts: Facts) -> dict[str, Value] | None:
        """Give the parameters that it finds; None where the request has not that."""
        found = self._find(facts)
        if not found:
            return None
        if self.value is None:
            # Only letters can be a parameter's name.
            return {re.sub("[^a-zA-Z]", "", self.key): found}
        matched = self.value.fullmatch(found[-1] if isinstance(found, list) else found)
        if matched is None:
            return None
        groups: dict[str, Value] = {
            name: text for name, text in matched.groupdict().items() if text is not None
        }
        if not self.value.groupindex and self.type == "host":
            groups["host"] = matched[0]
        return groups

    def _find(self, facts: Facts) -> Value | None:
        if self.type == "host":
            return facts.host
        if self.type == "header":
            return facts.headers.get(self.key.lower())
        return (facts.cookies if self.type == "cookie" else facts.query).get(self.key)


def read_conditions(name: str, value: object) -> tuple[list[Condition], list[str]]:
    """Read a ``has`` or ``missing``, and say what is wrong with it."""
    if value is None:
        return [], []
    if not isinstance(value, list | tuple):
        return [], [f"{name} must be a list of conditions, not {type(value).__name__}"]
    problems = [f"{name}: {problem}" for item in value for problem in _problems(item)]
    return ([] if problems else [_read(item) for item in value]), problems


def _read(item: Mapping[str, Any]) -> Condition:
    value = item.get("value")
    return Condition(item["type"], item.get("key", ""), None if value is None else _regex(value))


def _problems(item: object) -> Iterator[str]:
    if not isinstance(item, Mapping):
        yield f'a condition is a dict, {{"type": "header", "key": "x-a"}}, not {item!r:.60}'
        return
    kind = item.get("type")
    if kind not in TYPES:
        yield f"type must be one of {', '.join(TYPES)}, not {kind!r}"
    if not isinstance(item.get("key"), str) and kind != "host":
        yield f"key must be text, not {item.get('key')!r}"
    yield from _value_problems(item.get("value"), kind)
    if wrong := set(item).difference(("type", "key", "value")):
        yield f"a condition has no {min(map(str, wrong))!r}"


def _value_problems(value: object, kind: object) -> Iterator[str]:
    if value is None:
        if kind == "host":
            yield 'value is required for type "host"'
    elif not isinstance(value, str):
        yield f"value must be text, not {value!r:.60}"
    else:
        try:
            _regex(value)
        except re.error as error:
            yield f"value {value!r} is no regular expression: {error}"


def _regex(text: str) -> re.Pattern[str]:
    # JavaScript's way to name a group.
    return re.compile(re.sub(r"\(\?<(?=[A-Za-z_])", "(?P<", text), re.ASCII)


def meets(facts: Facts, has: Iterable[Condition], missing: Iterable[Condition]) -> dict[str, Value] | None:
    """Give the parameters that ``has`` finds; None where a request does not meet the conditions."""
    params: dict[str, Value] = {}
    for condition in has:
        found = condition.match(facts)
        if found is None:
            return None
        params |= found
    return None if any(condition.match(facts) is not None for condition in missing) else params

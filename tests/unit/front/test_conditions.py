"""``has`` and ``missing``."""

from __future__ import annotations

import pytest

from nextwsgi.front.conditions import Facts, meets, read_conditions
from nextwsgi.patterns import Value

FACTS = Facts(
    headers={"host": "WWW.Example.com:8443", "x-a": "one", "x-empty": ""},
    cookies={"auth": "yes"},
    query={"q": ["first", "last"], "page": "2"},
)


def check(has: list[object], missing: list[object] | None = None) -> dict[str, Value] | None:
    found, wrong = read_conditions("has", has)
    absent, wrong_absent = read_conditions("missing", missing)
    assert not wrong + wrong_absent
    return meets(FACTS, found, absent)


@pytest.mark.parametrize(
    ("condition", "params"),
    [
        ({"type": "header", "key": "X-A"}, {"XA": "one"}),
        ({"type": "header", "key": "x-a", "value": "one"}, {}),
        ({"type": "header", "key": "x-a", "value": "(?<word>o.*)"}, {"word": "one"}),
        ({"type": "header", "key": "x-a", "value": "on"}, None),
        ({"type": "header", "key": "x-a", "value": "one|two"}, {}),
        ({"type": "header", "key": "x-empty"}, None),
        ({"type": "header", "key": "x-b"}, None),
        ({"type": "cookie", "key": "auth", "value": "yes"}, {}),
        ({"type": "cookie", "key": "auth"}, {"auth": "yes"}),
        ({"type": "cookie", "key": "Auth"}, None),
        ({"type": "query", "key": "page", "value": "\\d"}, {}),
        ({"type": "query", "key": "q", "value": "last"}, {}),
        ({"type": "query", "key": "q", "value": "first"}, None),
        ({"type": "query", "key": "q"}, {"q": ["first", "last"]}),
        ({"type": "host", "value": "www.example.com"}, {"host": "www.example.com"}),
        ({"type": "host", "value": "(?<sub>.*)\\.example\\.com"}, {"sub": "www"}),
        ({"type": "host", "value": "(?<a>x)?.*"}, {}),
        ({"type": "host", "value": "example.com"}, None),
    ],
)
def test_a_condition_finds_what_the_request_has(
    condition: dict[str, str], params: dict[str, Value] | None
) -> None:
    assert check([condition]) == params


def test_all_of_has_must_be_met_and_none_of_missing() -> None:
    a, b = {"type": "header", "key": "x-a"}, {"type": "header", "key": "x-b"}
    assert check([a]) == {"xa": "one"}
    assert check([a, b]) is None
    assert check([a], [b]) == {"xa": "one"}
    assert check([a], [a]) is None
    assert check([]) == {}


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({}, "has must be a list of conditions, not dict"),
        (["x"], """has: a condition is a dict, {"type": "header", "key": "x-a"}, not 'x'"""),
        (
            [{"type": "hedaer", "key": "x"}],
            "has: type must be one of header, cookie, query, host, not 'hedaer'",
        ),
        ([{"type": "header"}], "has: key must be text, not None"),
        ([{"type": "host"}], 'has: value is required for type "host"'),
        ([{"type": "header", "key": "x", "value": 1}], "has: value must be text, not 1"),
        (
            [{"type": "header", "key": "x", "value": "("}],
            "has: value '(' is no regular expression: missing )",
        ),
        ([{"type": "header", "key": "x", "vlaue": "1"}], "has: a condition has no 'vlaue'"),
    ],
)
def test_what_is_no_condition_is_told(value: object, problem: str) -> None:
    conditions, problems = read_conditions("has", value)
    assert conditions == []
    assert problems[0].startswith(problem)

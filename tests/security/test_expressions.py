"""No text that a client can send keeps a regular expression busy."""

from __future__ import annotations

import re
from typing import Any

import pytest

import nextwsgi
from tests.security.expressions import Use, modules, slowest, uses

LIMIT = 0.05
"""Seconds on 100,000 characters."""

TRUSTED = {
    "nextwsgi.env": "dotenv's own expressions, for files of the project, read when it starts",
    "nextwsgi.middleware.secret": "for secrets of the project's own, read when it starts",
}
"""Modules whose expressions no client's text meets."""

MADE = {
    "nextwsgi.auth.cookies": "a fixed name, escaped, and two digits",
    "nextwsgi.files": "a known name, for a file of the project's own",
    "nextwsgi.formidable.multipart": "a boundary, escaped, and one of two ends",
    "nextwsgi.front.conditions": "the project's own, as in Next.js: see docs/porting.md",
    "nextwsgi.front.destination": "names of the project's own, escaped, one of which is found",
    "nextwsgi.middleware.schemas": "a value, escaped",
    "nextwsgi.patterns": "the project's own, as in Next.js: see docs/porting.md",
}
"""Modules that make expressions of texts, and why none can be slow."""

FOUND = [use for module in modules(nextwsgi) for use in uses(module)]
DISTINCT = {
    (use.pattern.pattern, use.pattern.flags, use.method): use
    for use in FOUND
    if use.pattern is not None and use.place.partition(":")[0] not in TRUSTED
}


def test_expressions_are_found() -> None:
    places = {use.place.partition(":")[0] for use in FOUND}
    assert len(DISTINCT) > 80
    assert {"nextwsgi.body", "nextwsgi.node", "nextwsgi.app.is_odd"} <= places


@pytest.mark.parametrize("use", DISTINCT.values(), ids=lambda use: use.place)
def test_an_expression_is_fast_on_100_000_characters_that_are_meant_to_keep_it_busy(use: Use) -> None:
    seconds, attack = slowest(use, LIMIT)
    assert seconds <= LIMIT, (use, attack)


def test_expressions_are_made_of_a_text_only_where_that_is_right() -> None:
    assert {use.place.partition(":")[0] for use in FOUND if use.pattern is None} == set(MADE)


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"(?:a|aa)+b", "fullmatch"),
        (r"\s*\d+(\.\d+)?\s*([kmgtp]?b)?\s*", "fullmatch"),
        (r"[ \t]*x[ \t]*:[ \t]*([^\r\n]*)", "fullmatch"),
        (r'name=[^"]*"', "search"),
        (rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', "split"),
        (r"\s+$", "search"),
    ],
)
def test_a_slow_expression_is_recognized(pattern: Any, method: str) -> None:
    assert slowest(Use("", re.compile(pattern), method), LIMIT)[0] > LIMIT

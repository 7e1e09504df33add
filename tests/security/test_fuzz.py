"""Whatever a client sends, the library itself never fails: see tests/programme/fuzz.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.programme import fuzz, fuzzed
from tests.programme.exchange import Answer, check
from tests.programme.grammar import Grammar, Input, Site
from tests.programme.row import Progress

INPUTS = 50_000

FOUND = [
    # 1.6 us for each byte of a target: no server lets so long a one through, but it must stay linear.
    Input("front", "GET", "/a?" + "\xef\xbf\xbf" * 21_000),
    # The validator's own objections: an answer 304 that keeps its Content-Type, as in Next.js.
    Input("plain", "GET", "/api/maybe/%EF%BB%BF", (("if-none-match", "*"),)),
]
"""What has failed once, here or in the fuzzing itself."""


def test_50_000_requests_of_a_grammar_make_nothing_fail() -> None:
    result = fuzz.run(Progress("fuzz"), INPUTS)
    assert result.met, result.figure


@pytest.fixture(scope="module")
def sites() -> Iterator[fuzzed.Sites]:
    with fuzzed.loaded() as found:
        yield found


@pytest.mark.parametrize("given", FOUND, ids=range(len(FOUND)))
def test_what_failed_once_fails_no_more(given: Input, sites: fuzzed.Sites) -> None:
    sites.attempt(given)


def test_an_input_is_the_same_each_time_and_its_literal_reproduces_it() -> None:
    grammar = Grammar(Site("plain", ["/api/*"]), "seed")
    made = [grammar.input(number) for number in range(300)]
    assert made == [grammar.input(number) for number in range(300)]
    assert [eval(repr(each)) for each in made] == made
    assert len(set(made)) == 300


GIVEN = Input("plain", "GET", "/")
GOOD = Answer("200 OK", [("Content-Length", "2")], [b"ok"], 1)


@pytest.mark.parametrize(
    "answer",
    [
        Answer("500 Internal Server Error", [], [b""], 1),
        Answer("503 Service Unavailable", [], [b"no JSON"], 1),
        Answer("200 OK", [], [], 2),
        Answer("99 No", [], [], 1),
        Answer("200 \r\nX: 1", [], [], 1),
        Answer("200 OK", [("X Y", "1")], [], 1),
        Answer("200 OK", [("X", "a\nb")], [], 1),
        Answer("200 OK", [("X", "\x00")], [], 1),
        Answer("200 OK", [("Connection", "close")], [], 1),
        Answer("200 OK", [("Content-Length", "3")], [b"ok"], 1),
        Answer("200 OK", [("Content-Length", "2"), ("Content-Length", "2")], [b"ok"], 1),
        Answer("304 Not Modified", [], [b"ok"], 1),
        Answer("101 Switching Protocols", [], [b"ok"], 1),
        Answer("200 OK", [], [b"ok"], 1, cut="BrokenAnswer"),
    ],
)
def test_an_answer_that_nobody_may_get_is_noticed(answer: Answer) -> None:
    check(GIVEN, GOOD)
    with pytest.raises(AssertionError):
        check(GIVEN, answer)


def test_an_exception_is_told_with_its_input() -> None:
    def failing(environ: object, start_response: object) -> list[bytes]:  # noqa: ARG001 - of WSGI
        raise ValueError("uncaught")

    with pytest.raises(AssertionError, match="ValueError: uncaught\nInput\\(site='plain'"):
        fuzzed.Sites({"plain": failing}, {}).attempt(GIVEN)

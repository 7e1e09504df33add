"""``res.appendHeader``: more lines of one name."""

from typing import Any

import pytest

from tests.contract.client import Req, Res, Serve


def test_appending_to_nothing_sets(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        assert res.appendHeader("X-Own", "one") is res
        res.json(res.getHeader("x-own"))

    assert serve(handler)().json() == "one"


@pytest.mark.parametrize(
    ("first", "second", "lines"),
    [
        ("one", "two", ["one", "two"]),
        (["one", "two"], ["three"], ["one", "two", "three"]),
        (1, "two", ["1", "two"]),
    ],
)
def test_lines_are_kept_in_turn(serve: Serve, first: Any, second: Any, lines: list[str]) -> None:
    answer = serve(lambda req, res: res.setHeader("X-Own", first).appendHeader("x-own", second).end())()
    assert answer.lines == [("X-Own", line) for line in lines]


def test_cookies_may_be_repeated(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.appendHeader("Set-Cookie", "a=1").appendHeader("Set-Cookie", "a=1").end()

    assert serve(handler)().all("Set-Cookie") == ["a=1", "a=1"]


def test_an_illegal_line_throws_and_adds_nothing(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.setHeader("X-Own", "one")
        with pytest.raises(ValueError, match="X-Own must not contain"):
            res.appendHeader("X-Own", "two\n")
        res.end()

    assert serve(handler)().all("X-Own") == ["one"]


def test_after_the_head_was_sent_it_throws(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.end("text")
        with pytest.raises(RuntimeError, match=r"res\.appendHeader\(\) after the head was sent"):
            res.appendHeader("X-Late", "1")

    assert serve(handler)().lines == []

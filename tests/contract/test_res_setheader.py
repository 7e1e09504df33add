"""``res.setHeader``: what may be set, and that nothing illegal leaves."""

from typing import Any

import pytest

from nextwsgi.middleware import with_cors
from tests.contract.client import Req, Res, Serve


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ("text", ["text"]),
        ("", [""]),
        (42, ["42"]),
        (1.5, ["1.5"]),
        (100.0, ["100"]),
        (True, ["true"]),
        ("caf\xe9 \xff", ["caf\xe9 \xff"]),
        (["one", "two"], ["one", "two"]),
        ([1, "two"], ["1", "two"]),
        ([], []),
    ],
)
def test_values_go_out_one_line_each(serve: Serve, value: Any, lines: list[str]) -> None:
    answer = serve(lambda req, res: res.setHeader("X-Own", value).end())()
    assert answer.all("X-Own") == lines


def test_a_tab_may_stand_in_a_value(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        seen = res.setHeader("X-Own", "a\tb").getHeader("X-Own")
        res.removeHeader("X-Own")  # wsgiref.validate takes no tab
        res.json(seen)

    assert serve(handler)().json() == "a\tb"


def test_a_tuple_is_a_list_too(serve: Serve) -> None:
    value: Any = ("GET", "POST")
    assert serve(lambda req, res: res.setHeader("Allow", value).end())().all("Allow") == ["GET", "POST"]


def test_the_last_value_of_a_name_replaces_those_before(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.setHeader("X-Own", ["one", "two"]).setHeader("x-OWN", "three").end()

    assert serve(handler)().lines == [("x-OWN", "three")]


def test_cookies_are_a_list_without_repetition(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.setHeader("Set-Cookie", ["a=1", "b=2", "a=1"]).end()

    assert serve(handler)().all("Set-Cookie") == ["a=1", "b=2"]


@pytest.mark.parametrize(
    "name", ["", " X", "X ", "X Y", "X:Y", "X\r\nY", "X\0", "X\t", "\xe9", "\u4e2d", "X/Y", 'X"', None, 7]
)
@pytest.mark.parametrize("call", ["setHeader", "appendHeader"])
def test_a_name_that_is_no_token_throws(serve: Serve, name: Any, call: str) -> None:
    def handler(req: Req, res: Res) -> None:
        with pytest.raises((ValueError, TypeError, AttributeError)):
            getattr(res, call)(name, "1")
        res.json(res.getHeaderNames())

    assert serve(handler)().json() == []


ILLEGAL = [chr(code) for code in (*range(9), *range(10, 32), 127, 0x100, 0x2028, 0x1F600, 0xD800)]


@pytest.mark.parametrize("mark", ILLEGAL, ids=[f"{ord(mark):04x}" for mark in ILLEGAL])
@pytest.mark.parametrize("name", ["X-Own", "Location", "Set-Cookie"])
def test_control_characters_and_what_is_beyond_latin_1_throw(serve: Serve, name: str, mark: str) -> None:
    def handler(req: Req, res: Res) -> None:
        for value in (f"a{mark}b", mark, ["fine", f"b{mark}"]):
            with pytest.raises(ValueError, match=f"{name} must not contain"):
                res.setHeader(name, value)
        res.json(res.hasHeader(name))

    assert serve(handler)().json() is False


@pytest.mark.parametrize("value", [None, {"a": 1}, [["nested"]], b"bytes", object()])
def test_a_value_of_another_type_throws(serve: Serve, value: Any) -> None:
    def handler(req: Req, res: Res) -> None:
        inner = value[0] if isinstance(value, list) else value
        with pytest.raises(TypeError, match=rf"a header takes .*, not {type(inner).__name__}$"):
            res.setHeader("X-Own", value)
        res.json(res.hasHeader("X-Own"))

    assert serve(handler)().json() is False


def test_a_list_that_is_changed_later_brings_no_unchecked_line(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        lines = ["one"]
        res.setHeader("X-Own", lines)
        lines.append("two\r\nX-Evil: 1")
        for got in (res.getHeader("X-Own"), res.getHeaders()["x-own"]):
            assert isinstance(got, list)
            got.append("three\r\nX-Evil: 1")
        res.end()

    assert serve(handler)().lines == [("X-Own", "one")]


@pytest.mark.parametrize(
    ("vary", "sent"),
    [
        (None, "Origin"),
        ("Accept", "Accept, Origin"),
        (["Accept", "origin"], "Accept, origin"),
        ("*", "*"),
    ],
)
def test_vary_is_one_line_that_keeps_what_wrappers_need(serve: Serve, vary: Any, sent: str) -> None:
    def handler(req: Req, res: Res) -> None:
        if vary is not None:
            res.setHeader("vary", vary)
        res.end()

    answer = serve(with_cors(origin="https://a.example")(handler))()
    assert answer.lines == [("Access-Control-Allow-Origin", "https://a.example"), ("Vary", sent)]


def test_after_the_head_was_sent_it_is_ignored(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.end("text")
        assert res.setHeader("X-Late", "1") is res
        assert res.setHeader("illegal name", "1") is res

    assert serve(handler)().lines == []

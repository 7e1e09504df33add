"""``res.getHeader``, ``getHeaders``, ``getHeaderNames`` and ``hasHeader``."""

from typing import Any

import pytest

from tests.contract.client import Req, Res, Serve


@pytest.mark.parametrize("value", ["text", "  padded  ", 42, 1.5, True, ["one", "two"], ["one"], []])
def test_a_header_is_given_as_it_was_set(serve: Serve, value: Any) -> None:
    client = serve(lambda req, res: res.setHeader("X-Own", value).json(res.getHeader("X-Own")))
    assert client().json() == value


def test_any_case_finds_it(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.setHeader("X-Own", "1")
        res.json([res.getHeader("x-own"), res.getHeader("X-OWN"), res.hasHeader("x-OWN")])

    assert serve(handler)().json() == ["1", "1", True]


def test_a_missing_one_is_none(serve: Serve) -> None:
    client = serve(lambda req, res: res.json([res.getHeader("X"), res.hasHeader("X")]))
    assert client().json() == [None, False]


def test_cookies_are_always_a_list(serve: Serve) -> None:
    client = serve(lambda req, res: res.setHeader("Set-Cookie", "a=1").json(res.getHeader("set-cookie")))
    assert client().json() == ["a=1"]


def test_names_are_lower_case_in_the_order_they_were_set(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.setHeader("X-B", "1").setHeader("x-a", ["2", "3"])
        res.json([res.getHeaderNames(), res.getHeaders()])

    assert serve(handler)().json() == [["x-b", "x-a"], {"x-b": "1", "x-a": ["2", "3"]}]


def test_get_headers_gives_a_copy(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.getHeaders()["x-own"] = "1"
        res.json(res.hasHeader("X-Own"))

    assert serve(handler)().json() is False


def test_headers_can_be_read_after_they_were_sent(serve: Serve) -> None:
    seen: list[object] = []

    def handler(req: Req, res: Res) -> None:
        res.setHeader("X-Own", "1").end()
        seen.append(res.getHeader("X-Own"))

    serve(handler)()
    assert seen == ["1"]

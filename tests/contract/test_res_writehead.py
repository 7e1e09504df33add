"""``res.writeHead``: status, phrase and headers at once."""

from typing import Any

import pytest

from tests.contract.client import Req, Res, Serve


def test_headers_are_merged_over_those_set_before(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.setHeader("X-A", "1").setHeader("X-B", "2")
        assert res.writeHead(201, {"x-b": "3", "X-C": ["4", "5"]}) is res
        res.end("text")

    answer = serve(handler)()
    assert (answer.status, answer.reason, answer.body) == (201, "Created", b"text")
    assert answer.lines == [("X-A", "1"), ("x-b", "3"), ("X-C", "4"), ("X-C", "5")]


@pytest.mark.parametrize("headers", [None, {}, {"X-A": "1"}])
def test_a_phrase_may_stand_before_the_headers(serve: Serve, headers: Any) -> None:
    answer = serve(lambda req, res: res.writeHead(200, "Fine", headers).end())()
    assert answer.reason == "Fine"
    assert dict(answer.lines) == (headers or {})


def test_an_empty_phrase_is_none(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.statusMessage = "Mine"
        res.writeHead(200, "").end()

    assert serve(handler)().reason == "Mine"


def test_a_status_stays_where_a_header_is_refused(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        with pytest.raises(ValueError, match="X-Bad"):
            res.writeHead(307, {"X-A": "1", "X-Bad": "a\nb"})
        res.end("text")

    answer = serve(handler)()
    assert (answer.status, answer.reason) == (307, "Temporary Redirect")
    assert answer.lines == [("X-A", "1")]


def test_a_header_without_a_name_is_passed_over(serve: Serve) -> None:
    assert serve(lambda req, res: res.writeHead(200, {"": "1", "X-A": "2"}).end())().lines == [("X-A", "2")]


def test_the_head_is_fixed_but_not_yet_sent(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.writeHead(200)
        assert res.headersSent
        assert client.answer.status == 0
        res.end()

    client = serve(handler)
    answer = client()
    assert (answer.status, answer.reason) == (200, "OK")


def test_a_second_time_it_throws(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.writeHead(201)
        with pytest.raises(RuntimeError, match=r"^res\.writeHead\(\) after the head was sent$"):
            res.writeHead(202)
        res.end()

    assert serve(handler)().status == 201


@pytest.mark.parametrize("status", [99, 1000, "word", None, [200], True])
def test_an_illegal_status_throws(serve: Serve, status: Any) -> None:
    def handler(req: Req, res: Res) -> None:
        with pytest.raises(ValueError, match="is no status code"):
            res.writeHead(status)
        res.status(200).end()

    assert serve(handler)().status == 200


@pytest.mark.parametrize("phrase", ["a\r\nb", "\u4e2d"])
def test_an_illegal_phrase_throws(serve: Serve, phrase: str) -> None:
    def handler(req: Req, res: Res) -> None:
        with pytest.raises(ValueError, match="statusMessage must not contain"):
            res.writeHead(200, phrase)
        res.statusMessage = ""
        res.end()

    assert serve(handler)().status == 200


def test_a_handler_that_then_fails_keeps_the_head(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.writeHead(201, {"X-A": "1"})
        raise ValueError

    answer = serve(handler)()
    assert (answer.status, answer.lines, answer.body) == (201, [("X-A", "1")], b"Internal Server Error")


def test_a_length_that_was_announced_goes_with_the_failed_head(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.writeHead(201, {"Content-Length": 5})
        raise ValueError

    answer = serve(handler)()
    assert (answer.status, answer.lines, answer.body) == (500, [], b"Internal Server Error")

"""``res.end``: the end of an answer, with or without a last piece."""

from typing import Any

import pytest

from nextwsgi.errors import BrokenAnswer
from tests.contract.client import Req, Res, Serve


@pytest.mark.parametrize(
    ("chunk", "body"),
    [
        ("text é", "text é".encode()),
        (b"\x00\xff", b"\x00\xff"),
        ("", b""),
        (None, b""),
        (memoryview(b"x"), b"x"),
    ],
)
def test_end_sends_text_or_bytes_without_type_or_length(serve: Serve, chunk: Any, body: bytes) -> None:
    answer = serve(lambda req, res: res.end(chunk))()
    assert (answer.lines, answer.body) == ([], body)


def test_end_returns_res(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        assert res.end() is res
        assert res.end() is res

    assert serve(handler)().status == 200


def test_a_second_end_is_ignored(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.end("first")
        res.end("second")

    assert serve(handler)().body == b"first"


@pytest.mark.parametrize("chunk", [7, True, {"a": 1}, ["x"]])
def test_what_is_neither_text_nor_bytes_throws_and_ends_nothing(serve: Serve, chunk: Any) -> None:
    def handler(req: Req, res: Res) -> None:
        with pytest.raises(TypeError, match=r"res\.json takes other values"):
            res.end(chunk)
        res.json([res.writableEnded, res.headersSent])

    assert serve(handler)().json() == [False, False]


def test_head_sends_no_body(serve: Serve) -> None:
    assert serve(lambda req, res: res.end("text"))(method="HEAD").body == b""


def test_the_right_length_is_kept(serve: Serve) -> None:
    answer = serve(lambda req, res: res.setHeader("Content-Length", "4").end("four"))()
    assert (answer.header("Content-Length"), answer.body) == ("4", b"four")


def test_equal_lengths_are_one(serve: Serve) -> None:
    answer = serve(lambda req, res: res.setHeader("Content-Length", ["4", "4", " 4"]).end("four"))()
    assert answer.all("Content-Length")[:2] == ["4", "4"]


def test_fewer_bytes_than_announced_are_sent_and_the_connection_cut(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    answer = serve(lambda req, res: res.setHeader("Content-Length", 10).end("four")).exchange()
    assert (answer.status, answer.body) == (200, b"four")
    assert isinstance(answer.failure, BrokenAnswer)
    assert "6 bytes fewer than the Content-Length" in caplog.text


def test_no_byte_beyond_the_announced_ones_is_sent(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    answer = serve(lambda req, res: res.setHeader("Content-Length", 4).end("four more")).exchange()
    assert (answer.status, answer.body) == (200, b"four")
    assert isinstance(answer.failure, BrokenAnswer)
    assert "5 bytes more than the Content-Length" in caplog.text


@pytest.mark.parametrize("length", ["abc", "-1", "4.5", "\xb2", "", ["4", "5"], "4, 4", "4\xa0", "X4X"])
def test_a_length_that_can_be_misread_is_a_500_and_told(
    serve: Serve, length: Any, caplog: pytest.LogCaptureFixture
) -> None:
    answer = serve(lambda req, res: res.setHeader("Content-Length", length).end("four"))()
    assert (answer.status, answer.all("Content-Length")) == (500, [])
    assert "ValueError: Content-Length must be one number of bytes\n" in caplog.text


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("status", [200, 304])
def test_an_answer_without_a_body_need_not_meet_its_length(serve: Serve, method: str, status: int) -> None:
    answer = serve(lambda req, res: res.status(status).setHeader("Content-Length", 4).end("four"))(
        method=method
    )
    assert answer.header("Content-Length") == "4"
    assert answer.body == (b"four" if (method, status) == ("GET", 200) else b"")


def test_a_client_that_is_still_sending_is_told_how_much_comes(serve: Serve) -> None:
    client = serve(lambda req, res: res.end("enough"), {"api": {"bodyParser": False}})
    answer = client(method="POST", body=b"x" * 1000)
    assert (answer.body, answer.header("Content-Length")) == (b"enough", "6")


@pytest.mark.parametrize(
    ("method", "status", "lengths"), [("HEAD", 200, []), ("POST", 304, []), ("POST", 200, ["4"])]
)
def test_a_client_that_is_still_sending_is_told_no_length_that_is_none(
    serve: Serve, method: str, status: int, lengths: list[str]
) -> None:
    def handler(req: Req, res: Res) -> None:
        res.status(status).end("four")

    answer = serve(handler, {"api": {"bodyParser": False}})(method=method, body=b"x" * 1000)
    assert (answer.status, answer.all("Content-Length")) == (status, lengths)


def test_an_empty_list_of_lengths_announces_nothing(serve: Serve) -> None:
    answer = serve(lambda req, res: res.setHeader("Content-Length", []).end("text"))()
    assert (answer.body, answer.all("Content-Length")) == (b"text", [])


def test_an_answer_on_its_way_is_finished_though_the_client_is_still_sending(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.write("on its ")
        res.end("way")

    answer = serve(handler, {"api": {"bodyParser": False}})(method="POST", body=b"x" * 1000)
    assert (answer.body, answer.all("Content-Length")) == (b"on its way", [])

"""``res.write`` and ``res.flushHeaders``: what leaves at once."""

from typing import Any

import pytest

from nextwsgi.errors import BrokenAnswer, ClientDisconnected
from tests.contract.client import Req, Res, Serve


def test_each_piece_leaves_when_it_is_written(serve: Serve) -> None:
    seen: list[tuple[int, bytes]] = []

    def handler(req: Req, res: Res) -> None:
        for piece in ("one ", b"two ", bytearray(b"three")):
            assert res.write(piece) is True
            seen.append((client.answer.status, client.answer.body))

    client = serve(handler)
    assert client().body == b"one two three"
    assert seen == [(200, b"one "), (200, b"one two "), (200, b"one two three")]


def test_an_answer_that_was_written_needs_no_end(serve: Serve) -> None:
    assert serve(lambda req, res: res.write("text"))().body == b"text"


def test_write_sets_neither_type_nor_length_nor_etag(serve: Serve) -> None:
    assert serve(lambda req, res: res.write("text"))().lines == []


def test_flush_headers_sends_the_head_alone(serve: Serve) -> None:
    seen: list[tuple[int, bytes]] = []

    def handler(req: Req, res: Res) -> None:
        res.status(202).flushHeaders()
        seen.append((client.answer.status, client.answer.body))
        res.end("text")
        res.flushHeaders()

    client = serve(handler)
    assert client().body == b"text"
    assert seen == [(202, b"")]


def test_write_after_end_is_ignored(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.end("first")
        assert res.write("second") is False

    assert serve(handler)().body == b"first"


@pytest.mark.parametrize("chunk", [None, 7, {"a": 1}])
def test_what_is_neither_text_nor_bytes_throws_and_sends_nothing(serve: Serve, chunk: Any) -> None:
    def handler(req: Req, res: Res) -> None:
        with pytest.raises(TypeError):
            res.write(chunk)
        res.json(res.headersSent)

    assert serve(handler)().json() is False


def test_status_and_headers_stay_what_they_were_at_the_first_write(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.status(201).write("x")
        res.status(500).setHeader("X-Late", "1")

    answer = serve(handler)()
    assert (answer.status, answer.lines) == (201, [])


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_answers_without_a_body_send_their_head_at_once(serve: Serve, method: str, status: int) -> None:
    seen: list[int] = []

    def handler(req: Req, res: Res) -> None:
        res.status(status).write("text")
        seen.append(client.answer.status)

    client = serve(handler)
    assert (client(method=method).body, seen) == (b"", [status])


def test_hop_by_hop_headers_are_left_to_the_server(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.setHeader("Transfer-Encoding", "chunked").setHeader("Connection", "close").setHeader("X-A", "1")
        res.write("x")

    assert serve(handler)().lines == [("X-A", "1")]


def test_the_announced_length_may_be_written_in_pieces(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.setHeader("Content-Length", 8)
        res.write("one ")
        res.end("two ")

    assert serve(handler)().body == b"one two "


@pytest.mark.parametrize("end", [True, False])
@pytest.mark.parametrize(("length", "body"), [(6, b"one tw"), (4, b"one "), (3, b"one"), (10, b"one two ")])
def test_a_length_that_was_not_met_cuts_the_connection(
    serve: Serve, length: int, body: bytes, end: bool, caplog: pytest.LogCaptureFixture
) -> None:
    def handler(req: Req, res: Res) -> None:
        res.setHeader("Content-Length", length)
        res.write("one ")
        res.write("two ")
        if end:
            res.end()

    answer = serve(handler).exchange()
    assert answer.body == body
    assert isinstance(answer.failure, BrokenAnswer)
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_a_handler_that_hides_a_missed_length_is_cut_nevertheless(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.writeHead(200, {"Content-Length": 10})
        with pytest.raises(BrokenAnswer):
            res.end("four")

    answer = serve(handler).exchange()
    assert isinstance(answer.failure, BrokenAnswer)


def test_a_client_that_left_is_told_to_the_handler(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "nextwsgi")

    def handler(req: Req, res: Res) -> None:
        res.write("one")
        res.write("two")
        raise AssertionError("not reached")

    answer = serve(handler).exchange(taken=1)
    assert answer.body == b"one"
    assert isinstance(answer.failure, BrokenPipeError)
    [record] = caplog.records
    assert (record.levelname, record.exc_info) == ("INFO", None)
    assert record.getMessage() == "GET /api/x: the client left before its answer was complete"


def test_every_write_after_a_failed_one_fails(serve: Serve) -> None:
    failures: list[Exception] = []

    def handler(req: Req, res: Res) -> None:
        for _ in range(3):
            try:
                res.write("piece")
            except ClientDisconnected as error:
                failures.append(error)

    answer = serve(handler).exchange(taken=1)
    assert len(failures) == 2
    assert isinstance(answer.failure, BrokenPipeError)


@pytest.mark.parametrize("config", [10, "10b"])
def test_written_pieces_count_for_the_response_limit(
    serve: Serve, config: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def handler(req: Req, res: Res) -> None:
        res.write("01234")
        res.end("56789")

    serve(handler, {"api": {"responseLimit": config}})()
    assert caplog.messages == ["pages/api/x.py: the answer is over 10B (config.api.responseLimit)"]

"""``res.send``: text, bytes, values, files and iterators, sync and async."""

import gc
import logging
from collections.abc import AsyncIterator, Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest

from nextwsgi.errors import BrokenAnswer
from tests.contract.client import Req, Res, Serve

OFF = {"api": {"bodyParser": False}}


class Source:
    """An iterator that tells whether it was closed."""

    def __init__(self, *pieces: Any) -> None:
        self.pieces = iter(pieces)
        self.closed = 0
        self.taken = 0

    def __iter__(self) -> "Source":
        return self

    def __next__(self) -> Any:
        piece = next(self.pieces)
        self.taken += 1
        if isinstance(piece, Exception):
            raise piece
        return piece

    def close(self) -> None:
        self.closed += 1


class AsyncSource:
    """The same for an async def handler; it can be iterated and is no iterator itself."""

    def __init__(self, *pieces: Any) -> None:
        self.source = Source(*pieces)

    async def __aiter__(self) -> AsyncIterator[Any]:
        try:
            for piece in self.source:
                yield piece
        finally:
            self.source.close()


def test_text_gets_no_content_type(serve: Serve) -> None:
    answer = serve(lambda req, res: res.send("é"))()
    assert (answer.body, answer.header("Content-Length")) == ("é".encode(), "2")
    assert answer.header("Content-Type") is None


def test_half_a_surrogate_pair_leaves_as_u_fffd(serve: Serve) -> None:
    assert serve(lambda req, res: res.send("a\ud800"))().body == b"a\xef\xbf\xbd"


@pytest.mark.parametrize("body", [b"\x00\xff", bytearray(b"\x00\xff"), memoryview(b"\x00\xff")])
def test_bytes_are_octets_unless_a_type_is_set(serve: Serve, body: bytes) -> None:
    answer = serve(lambda req, res: res.send(body))()
    assert (answer.body, answer.header("Content-Type")) == (b"\x00\xff", "application/octet-stream")
    answer = serve(lambda req, res: res.setHeader("Content-Type", "image/png").send(body))()
    assert answer.header("Content-Type") == "image/png"
    answer = serve(lambda req, res: res.setHeader("content-type", "image/png").send(body))()
    assert ("content-type", "image/png") in answer.lines


@pytest.mark.parametrize(
    ("value", "text"), [({"a": 1}, b'{"a":1}'), ([1], b"[1]"), (0, b"0"), (False, b"false"), (1.5, b"1.5")]
)
def test_other_values_are_json_over_any_type(serve: Serve, value: Any, text: bytes) -> None:
    answer = serve(lambda req, res: res.setHeader("Content-Type", "text/x").send(value))()
    assert (answer.body, answer.header("Content-Type")) == (text, "application/json; charset=utf-8")


def test_none_is_an_empty_answer(serve: Serve) -> None:
    answer = serve(lambda req, res: res.send(None))()
    assert (answer.status, answer.lines, answer.body) == (200, [], b"")


# --- ETag


def test_an_etag_over_one_set_by_hand(serve: Serve) -> None:
    client = serve(lambda req, res: res.setHeader("ETag", '"mine"').send("Rex"))
    etag = client().header("ETag")
    assert etag not in (None, '"mine"')
    assert client().header("ETag") == etag


@pytest.mark.parametrize("form", ["{}", "W/{}", '"x", {}', "*"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_client_that_has_the_body_gets_304(serve: Serve, form: str, method: str) -> None:
    client = serve(lambda req, res: res.send("Rex"))
    etag = client().header("ETag")
    answer = client(method=method, headers={"If-None-Match": form.format(etag)})
    assert (answer.status, answer.body, answer.header("ETag")) == (304, b"", etag)
    assert answer.header("Content-Length") is None


@pytest.mark.parametrize(
    "headers",
    [
        {"If-None-Match": '"other"'},
        {"If-None-Match": "*", "Cache-Control": "no-cache"},
        {"If-None-Match": "*", "If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
    ],
)
def test_otherwise_the_body_is_sent(serve: Serve, headers: dict[str, str]) -> None:
    assert serve(lambda req, res: res.send("Rex"))(headers=headers).body == b"Rex"


# --- streams


@pytest.mark.parametrize(
    "make",
    [
        lambda: iter(["one ", b"two ", bytearray(b"three")]),
        lambda: (piece for piece in ["one ", "", "two three"]),
        lambda: BytesIO(b"one two three"),
        lambda: StringIO("one two three"),
    ],
    ids=["iterator", "generator", "file", "text file"],
)
def test_streams_are_octets_without_length_or_etag(serve: Serve, make: Any) -> None:
    answer = serve(lambda req, res: res.send(make()))()
    assert (answer.lines, answer.body) == ([("Content-Type", "application/octet-stream")], b"one two three")


def test_a_content_type_set_for_a_stream_stays(serve: Serve) -> None:
    answer = serve(lambda req, res: res.setHeader("Content-Type", "text/csv").send(iter(["a,b"])))()
    assert answer.header("Content-Type") == "text/csv"


def test_a_stream_has_its_content_type_at_once(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.setHeader("content-type", "").send(iter(["a"]))
        res.end(str(res.getHeader("Content-Type")))

    assert serve(handler)().body == b"application/octet-stream"


def test_a_large_file_is_sent_in_pieces_of_64_kib(serve: Serve, tmp_path: Path) -> None:
    file = tmp_path / "large"
    file.write_bytes(b"x" * 150_000)
    answer = serve(lambda req, res: res.send(file.open("rb")))()
    assert [len(piece) for piece in answer.returned] == [65536, 65536, 18928]


@pytest.mark.parametrize("make", [Source, lambda: BytesIO(), lambda: StringIO()])
def test_an_empty_stream_is_an_empty_answer(serve: Serve, make: Any) -> None:
    answer = serve(lambda req, res: res.send(make()))()
    assert (answer.status, answer.body) == (200, b"")


def test_each_piece_leaves_before_the_next_is_made(serve: Serve) -> None:
    seen: list[bytes] = []

    def pieces() -> Iterator[str]:
        for piece in ("one ", "two "):
            yield piece
            seen.append(client.answer.body)

    client = serve(lambda req, res: res.send(pieces()))
    client()
    assert seen == [b"one ", b"one two "]


def test_headers_can_be_set_after_send_of_a_stream(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.send(iter(["x"]))
        res.setHeader("X-Late", "1")

    assert serve(handler)().header("X-Late") == "1"


def test_head_takes_one_piece_and_sends_none(serve: Serve) -> None:
    source = Source("one", "two", "three")
    answer = serve(lambda req, res: res.send(source))(method="HEAD")
    assert (answer.body, source.taken, source.closed) == (b"", 1, 1)


def test_head_of_an_endless_async_stream_ends(serve: Serve) -> None:
    source = AsyncSource(*["piece"] * 100)
    answer = serve(lambda req, res: res.send(source))(method="HEAD")
    assert (answer.status, answer.body, source.source.taken, source.source.closed) == (200, b"", 1, 1)


def test_an_async_iterable_is_sent_piece_by_piece(serve: Serve) -> None:
    source = AsyncSource("one ", b"two")

    async def handler(req: Req, res: Res) -> None:
        res.send(source)

    answer = serve(handler)()
    assert (answer.written, answer.header("Content-Type")) == (
        [b"one ", b"two", b""],
        "application/octet-stream",
    )


def test_an_async_iterator_need_not_be_a_generator(serve: Serve) -> None:
    class Countdown:
        left = 3

        def __aiter__(self) -> "Countdown":
            return self

        async def __anext__(self) -> str:
            if self.left == 0:
                raise StopAsyncIteration
            self.left -= 1
            return str(self.left)

    assert serve(lambda req, res: res.send(Countdown()))().body == b"210"


def test_an_empty_async_generator_is_an_empty_answer(serve: Serve) -> None:
    answer = serve(lambda req, res: res.send(AsyncSource()))()
    assert (answer.status, answer.body) == (200, b"")


def test_def_may_send_an_async_generator(serve: Serve) -> None:
    async def pieces() -> AsyncIterator[str]:
        yield "one"

    assert serve(lambda req, res: res.send(pieces()))().body == b"one"


def test_async_def_may_send_an_iterator(serve: Serve) -> None:
    async def handler(req: Req, res: Res) -> None:
        res.send(iter(["one ", "two"]))

    assert serve(handler)().body == b"one two"


@pytest.mark.parametrize("make", [Source, AsyncSource])
def test_a_failure_before_the_first_piece_is_a_500(serve: Serve, make: Any) -> None:
    source = make(ValueError("early"))
    answer = serve(lambda req, res: res.send(source))()
    assert (answer.status, answer.body) == (500, b"Internal Server Error")
    assert answer.header("Content-Type") is None


@pytest.mark.parametrize("make", [Source, AsyncSource])
@pytest.mark.parametrize("bad", [ValueError("late"), 7, None])
def test_a_failure_after_the_first_piece_cuts_the_answer(
    serve: Serve, make: Any, bad: object, caplog: pytest.LogCaptureFixture
) -> None:
    source = make("half ", bad)
    answer = serve(lambda req, res: res.send(source)).exchange()
    assert (answer.status, answer.body) == (200, b"half ")
    assert isinstance(answer.failure, BrokenAnswer)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert getattr(source, "source", source).closed == 1


# --- every source is closed, once


def answered(res: Res, source: Source | AsyncSource) -> None:
    res.send(source)
    res.end("answered otherwise")


def answered_before(res: Res, source: Source) -> None:
    res.end("answered before")
    res.send(source)


def sent_twice(res: Res, source: Source) -> None:
    res.send(iter(["first"]))
    res.send(source)


def without_body(res: Res, source: Source) -> None:
    res.status(204).send(source)


def then_failed(res: Res, source: Source) -> None:
    res.send(source)
    raise ValueError("after send")


@pytest.mark.parametrize(
    ("act", "body"),
    [
        (lambda res, source: res.send(source), b"one two"),
        (answered, b"answered otherwise"),
        (answered_before, b"answered before"),
        (sent_twice, b"first"),
        (without_body, b""),
        (then_failed, b"Internal Server Error"),
    ],
    ids=["sent", "answered", "answered before", "sent twice", "without body", "failed"],
)
def test_a_source_is_closed_whatever_happens_to_it(serve: Serve, act: Any, body: bytes) -> None:
    source = Source("one ", "two")
    answer = serve(lambda req, res: act(res, source))()
    assert (answer.body, source.closed) == (body, 1)


def test_a_source_is_closed_when_the_connection_is_cut(serve: Serve) -> None:
    source = Source("one")

    def handler(req: Req, res: Res) -> None:
        res.write("half ")
        then_failed(res, source)

    answer = serve(handler).exchange()
    assert (answer.body, type(answer.failure), source.closed) == (b"half ", BrokenAnswer, 1)


def test_a_source_whose_close_must_be_awaited_is_left_to_itself(serve: Serve) -> None:
    class File(AsyncSource):
        async def close(self) -> None:
            raise AssertionError("not called, so not left unawaited")

    assert serve(lambda req, res: answered(res, File("x")))().body == b"answered otherwise"


def test_a_source_is_closed_when_its_first_piece_fails(serve: Serve) -> None:
    source = Source(ValueError())
    serve(lambda req, res: res.send(source))()
    assert source.closed == 1


def test_a_source_is_closed_when_the_client_leaves(serve: Serve) -> None:
    source = Source(*["piece"] * 10)
    answer = serve(lambda req, res: res.send(source)).exchange(taken=2)
    assert (answer.body, source.closed) == (b"piecepiece", 1)
    assert isinstance(answer.failure, BrokenPipeError)


def test_a_source_is_closed_when_an_uploading_client_leaves(serve: Serve) -> None:
    source = Source(*["piece"] * 10)
    client = serve(lambda req, res: res.send(source), OFF)
    assert client.exchange(method="POST", body=b"unread", taken=2).body == b"piece"
    assert source.closed == 1


def test_an_async_source_is_closed_when_the_client_leaves(serve: Serve) -> None:
    source = AsyncSource(*["piece"] * 10)
    answer = serve(lambda req, res: res.send(source)).exchange(taken=2)
    assert (answer.body, source.source.closed) == (b"piecepiece", 1)
    assert isinstance(answer.failure, BrokenPipeError)


def test_an_opened_file_is_not_left_open(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"content")

    def handler(req: Req, res: Res) -> None:
        res.send((tmp_path / "f").open("rb"))
        res.status(404).end()

    assert serve(handler)().status == 404
    gc.collect()  # warnings are errors: a file left open would show here


def test_an_empty_container_that_iterates_is_a_source(serve: Serve) -> None:
    class Sized(Source):
        def __len__(self) -> int:
            return 0

    assert serve(lambda req, res: res.send(Sized("x")))().body == b"x"


# --- lengths and limits


@pytest.mark.parametrize("make", [Source, AsyncSource])
def test_a_stream_may_announce_its_length(serve: Serve, make: Any) -> None:
    answer = serve(lambda req, res: res.setHeader("Content-Length", 4).send(make("fo", "ur")))()
    assert (answer.body, answer.header("Content-Length")) == (b"four", "4")


@pytest.mark.parametrize("make", [Source, AsyncSource])
@pytest.mark.parametrize(
    ("pieces", "body", "what"),
    [(("fo",), b"fo", "2 bytes fewer"), (("four", " more"), b"four", "5 bytes more")],
    ids=["fewer", "more"],
)
def test_a_stream_that_misses_its_length_cuts_the_connection(
    serve: Serve,
    make: Any,
    pieces: tuple[str, ...],
    body: bytes,
    what: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = serve(lambda req, res: res.setHeader("Content-Length", 4).send(make(*pieces)))
    answer = client.exchange()
    assert answer.body == body
    assert isinstance(answer.failure, BrokenAnswer)
    assert what in caplog.text


def test_head_need_not_meet_the_length(serve: Serve) -> None:
    client = serve(lambda req, res: res.setHeader("Content-Length", 4).send(iter(["fo"])))
    assert client(method="HEAD").header("Content-Length") == "4"


@pytest.mark.parametrize("make", [Source, AsyncSource])
def test_a_stream_over_the_response_limit_is_warned_of_once(
    serve: Serve, make: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def handler(req: Req, res: Res) -> None:
        res.write("0123456789")
        res.send(make("56789"))

    serve(handler, {"api": {"responseLimit": 10}})()
    assert [record.levelno for record in caplog.records] == [logging.WARNING]

"""Reading the body as a stream: ``for chunk in req``, ``req.read(n)``, ``async for chunk in req``."""

import asyncio
import logging
from collections.abc import Iterator

import pytest

from nextwsgi.errors import ClientDisconnected
from tests.contract.client import Body, Req, Res, Serve

OFF = {"api": {"bodyParser": False}}
BOTH = pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])


@BOTH
def test_iterating_gives_pieces_of_at_most_64_kib(serve: Serve, chunked: bool) -> None:
    client = serve(lambda req, res: res.json([len(chunk) for chunk in req]), OFF)
    answer = client(method="POST", body=b"x" * 100_000, chunked=chunked)
    assert answer.json() == [65_536, 34_464]


@BOTH
def test_read_takes_as_many_bytes_as_asked_for(serve: Serve, chunked: bool) -> None:
    def handler(req: Req, res: Res) -> None:
        res.json([req.read(2).decode(), req.read(0).decode(), req.read().decode(), req.read(9).decode()])

    answer = serve(handler, OFF)(method="POST", body=b"abcdef", chunked=chunked)
    assert answer.json() == ["ab", "", "cdef", ""]


@BOTH
def test_async_for_gives_the_same_pieces(serve: Serve, chunked: bool) -> None:
    async def handler(req: Req, res: Res) -> None:
        res.json([len(chunk) async for chunk in req])

    answer = serve(handler, OFF)(method="POST", body=b"x" * 100_000, chunked=chunked)
    assert answer.json() == [65_536, 34_464]


def test_a_request_without_a_body_has_an_empty_stream(serve: Serve) -> None:
    assert serve(lambda req, res: res.json(list(req)), OFF)().json() == []


def test_with_the_parser_on_the_stream_is_at_its_end(serve: Serve) -> None:
    assert serve(lambda req, res: res.json(list(req)))(method="POST", body=b"x").json() == []


def test_a_stream_that_ends_early_raises_client_disconnected(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        with pytest.raises(ClientDisconnected):
            req.read()
        with pytest.raises(ClientDisconnected):  # and never looks like an end
            req.read(1)
        res.end("told")

    assert serve(handler, OFF)(method="POST", body=Body(b"half"), length="10").body == b"told"


def test_in_async_def_a_stream_that_ends_early_raises_too(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "nextwsgi")

    async def handler(req: Req, res: Res) -> None:
        async for _ in req:
            pass

    answer = serve(handler, OFF)(method="POST", body=Body(b"half", at_end=OSError(5, "gone")), length="10")
    assert answer.status == 400
    [record] = caplog.records
    assert (record.levelname, record.exc_info) == ("INFO", None)


@pytest.mark.parametrize(
    ("read", "mend"),
    [
        (lambda req: req.read(1), "async for"),
        (lambda req: next(iter(req)), "async for"),
    ],
)
def test_blocking_reads_in_async_def_say_what_to_do(serve: Serve, read: object, mend: str) -> None:
    async def handler(req: Req, res: Res) -> None:
        with pytest.raises(RuntimeError, match=mend):
            read(req)  # type: ignore[operator]
        res.end()

    assert serve(handler, OFF)(method="POST", body=b"x").status == 200


def test_async_for_in_a_loop_of_its_own_says_what_to_do(serve: Serve) -> None:
    async def read(req: Req) -> None:
        async for _ in req:
            pass

    def handler(req: Req, res: Res) -> None:
        with pytest.raises(RuntimeError, match="async def handler"):
            asyncio.run(read(req))
        res.end()

    assert serve(handler, OFF)(method="POST", body=b"x").status == 200


def test_an_upload_can_be_echoed_while_it_arrives(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.send(chunk.upper() for chunk in req)

    body = Body(b"x" * 100_000)
    client = serve(handler, OFF)
    assert client(method="POST", body=body, length="100000").body == b"X" * 100_000


def test_in_async_def_an_upload_can_be_echoed_too(serve: Serve) -> None:
    async def handler(req: Req, res: Res) -> None:
        async for chunk in req:
            res.write(chunk.upper())
            await res.drain()

    assert serve(handler, OFF)(method="POST", body=b"abc").body == b"ABC"


def test_an_upload_that_is_cut_while_it_is_echoed_cuts_the_answer(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "nextwsgi")
    reset = ConnectionResetError(104, "Connection reset by peer")

    def pieces(req: Req) -> Iterator[bytes]:
        while chunk := req.read(2):
            yield chunk

    client = serve(lambda req, res: res.send(pieces(req)), OFF)
    answer = client.exchange(method="POST", body=Body(b"abcd", at_end=reset), length="10")
    assert answer.body == b"abcd"
    assert answer.failure is reset
    assert [record.levelname for record in caplog.records] == ["INFO"]


def test_what_a_handler_leaves_unread_is_read_away_after_the_answer(serve: Serve) -> None:
    body = Body(b"x" * 100_000)
    answer = serve(lambda req, res: res.end("no thanks"), OFF)(method="POST", body=body, length="100000")
    assert (answer.written[-1], answer.header("Content-Length")) == (b"no thanks", "9")
    assert body.unread() == b""

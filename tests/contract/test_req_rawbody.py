"""``req.rawBody``: the bytes that were sent, as a signature wants them."""

import pytest

from tests.contract.client import Body, Req, Res, Serve

OFF = {"api": {"bodyParser": False}}


def raw(req: Req, res: Res) -> None:
    res.send(req.rawBody)


@pytest.mark.parametrize("config", [None, OFF], ids=["parser on", "parser off"])
@pytest.mark.parametrize("chunked", [False, True])
def test_raw_body_is_what_was_sent(serve: Serve, config: dict[str, object] | None, chunked: bool) -> None:
    sent = b'{"a" : 1}\xff'
    headers = {"Content-Type": "text/plain"}
    answer = serve(raw, config)(method="POST", headers=headers, body=sent, chunked=chunked)
    assert answer.body == sent


def test_with_the_parser_off_there_is_no_parsed_body(serve: Serve) -> None:
    client = serve(lambda req, res: res.json(req.body), OFF)
    assert client(method="POST", headers={"Content-Type": "application/json"}, body=b"{").json() is None


def test_raw_body_can_be_asked_for_twice(serve: Serve) -> None:
    client = serve(lambda req, res: res.json(req.rawBody == req.rawBody == b"x"), OFF)
    assert client(method="POST", body=b"x").json() is True


def test_with_the_parser_off_more_than_1mb_is_413(serve: Serve) -> None:
    answer = serve(raw, OFF)(method="POST", body=Body(b""), length=str(1024 * 1024 + 1))
    assert (answer.status, answer.body) == (413, b"Body exceeded 1mb limit")


def test_after_reading_the_stream_raw_body_says_what_to_do(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        req.read(1)
        with pytest.raises(RuntimeError, match=r"use req\.rawBody instead"):
            _ = req.rawBody
        res.end()

    assert serve(handler, OFF)(method="POST", body=b"xy").status == 200


def test_after_raw_body_the_stream_is_at_its_end(serve: Serve) -> None:
    client = serve(lambda req, res: res.json([len(req.rawBody), len(req.read()), len(list(req))]), OFF)
    assert client(method="POST", body=b"xy").json() == [2, 0, 0]


def test_in_async_def_raw_body_is_there_with_the_parser_on(serve: Serve) -> None:
    async def handler(req: Req, res: Res) -> None:
        raw(req, res)

    assert serve(handler)(method="POST", body=b"xy").body == b"xy"


def test_in_async_def_with_the_parser_off_raw_body_says_what_to_do(serve: Serve) -> None:
    async def handler(req: Req, res: Res) -> None:
        with pytest.raises(RuntimeError, match='"async for"'):
            _ = req.rawBody
        res.end()

    assert serve(handler, OFF)(method="POST", body=b"xy").status == 200

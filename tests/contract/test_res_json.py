"""``res.json``: a value as JSON.stringify writes it, with its type and its ETag."""

import logging
import math
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.contract.client import Req, Res, Serve


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": 1, "b": [None, True]}, '{"a":1,"b":[null,true]}'),
        ("é\n\x01", '"é\\n\\u0001"'),
        ([math.nan, math.inf, 2.0, 1.5], "[null,null,2,1.5]"),
        (datetime(2024, 1, 2, 3, 4, 5, 678000, UTC), '"2024-01-02T03:04:05.678Z"'),
        ("\ud800", '"\\ud800"'),
        (None, "null"),
    ],
)
def test_json_is_what_json_stringify_writes(serve: Serve, value: Any, text: str) -> None:
    answer = serve(lambda req, res: res.json(value))()
    assert answer.body.decode() == text
    assert answer.header("Content-Length") == str(len(answer.body))


def test_json_sets_its_type_over_another(serve: Serve) -> None:
    answer = serve(lambda req, res: res.setHeader("content-type", "text/x").json({}))()
    assert answer.header("Content-Type") == "application/json; charset=utf-8"


def test_json_sets_its_length_over_another(serve: Serve) -> None:
    answer = serve(lambda req, res: res.setHeader("Content-Length", 99).json({}))()
    assert answer.header("Content-Length") == "2"


def test_what_cannot_be_json_is_a_500(serve: Serve) -> None:
    loop: list[object] = []
    loop.append(loop)
    answer = serve(lambda req, res: res.json(loop))()
    assert (answer.status, answer.body) == (500, b"Internal Server Error")


def test_the_first_answer_wins(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.status(201).json({"first": True})
        res.status(500).json({"second": True})

    answer = serve(handler)()
    assert (answer.status, answer.json()) == (201, {"first": True})


def test_head_has_the_headers_and_no_body(serve: Serve) -> None:
    client = serve(lambda req, res: res.json({"a": 1}))
    head, get = client(method="HEAD"), client()
    assert head.lines == get.lines
    assert head.body == b""


@pytest.mark.parametrize("status", [204, 304])
def test_204_and_304_drop_type_length_and_body(serve: Serve, status: int) -> None:
    answer = serve(lambda req, res: res.setHeader("X-A", "1").status(status).json({"a": 1}))()
    assert (answer.status, answer.lines, answer.body) == (status, [("X-A", "1")], b"")


def test_in_development_a_lost_body_is_told(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    serve(lambda req, res: res.status(204).json({"a": 1}), development=True)()
    assert "a body cannot go with status 204" in caplog.text


def test_a_4_mb_answer_is_sent_with_a_warning(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    answer = serve(lambda req, res: res.json("x" * (4 * 1024 * 1024 - 2)))()
    assert len(answer.body) == 4 * 1024 * 1024
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (logging.WARNING, "pages/api/x.py: the answer is over 4MB (config.api.responseLimit)")
    ]


def test_a_second_answer_after_204_leaves_it_alone(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.setHeader("Content-Type", "text/plain")
        res.write("one ")
        res.status(204).json({})
        res.end("ignored")

    answer = serve(handler)()
    assert (answer.status, answer.body, answer.header("Content-Type")) == (200, b"one ", "text/plain")

"""``res.status``, ``res.statusCode`` and ``res.statusMessage``."""

from typing import Any

import pytest

from tests.contract.client import Req, Res, Serve


def test_status_is_200_unless_set(serve: Serve) -> None:
    answer = serve(lambda req, res: res.end(str(res.statusCode)))()
    assert (answer.status, answer.reason, answer.body) == (200, "OK", b"200")


def test_status_returns_res(serve: Serve) -> None:
    assert serve(lambda req, res: res.status(201).json({}))().status == 201


@pytest.mark.parametrize(
    ("status", "reason"),
    [(201, "Created"), (302, "Found"), (418, "I'm a Teapot"), (299, "unknown"), (999, "unknown")],
)
def test_reason_phrases_are_those_of_node(serve: Serve, status: int, reason: str) -> None:
    answer = serve(lambda req, res: res.status(status).end())()
    assert (answer.status, answer.reason) == (status, reason)


def test_code_and_message_may_be_assigned(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.statusCode, res.statusMessage = 202, "Tr\xe8s bien"
        res.end()

    answer = serve(handler)()
    assert (answer.status, answer.reason) == (202, "Très bien")


@pytest.mark.parametrize(
    ("status", "line"),
    [
        ("201", (201, "Created")),
        (201.9, (201, "Created")),
        ("201.5", (201, "Created")),
        ("100", (100, "Continue")),
        ("999", (999, "unknown")),
    ],
)
def test_numbers_in_other_forms_are_read_as_javascript_does(
    serve: Serve, status: Any, line: tuple[int, str]
) -> None:
    answer = serve(lambda req, res: res.status(status).end())()
    assert (answer.status, answer.reason) == line


@pytest.mark.parametrize(
    "status", [0, 99, 1000, -1, "word", "", None, True, float("nan"), float("inf"), 10**400, [200]]
)
def test_an_illegal_status_is_a_500(serve: Serve, status: Any) -> None:
    answer = serve(lambda req, res: res.status(status).end("never"))()
    assert (answer.status, answer.body) == (500, b"Internal Server Error")


@pytest.mark.parametrize("message", ["a\r\nX-Evil: 1", "a\0", "wide \u4e2d"])
def test_an_illegal_reason_phrase_is_a_500(serve: Serve, message: str) -> None:
    def handler(req: Req, res: Res) -> None:
        res.statusMessage = message
        res.json({})

    answer = serve(handler)()
    assert (answer.status, answer.reason) == (500, "Internal Server Error")


def test_an_illegal_status_of_an_external_resolver_is_a_500(serve: Serve) -> None:
    client = serve(lambda req, res: res.status(42), {"api": {"externalResolver": True}})
    assert client().status == 500


@pytest.mark.parametrize("status", [100, 102, 204, 304])
def test_statuses_without_a_body_send_none(serve: Serve, status: int) -> None:
    answer = serve(lambda req, res: res.status(status).end("body"))()
    assert (answer.status, answer.body) == (status, b"")


def test_a_204_has_no_content_length(serve: Serve) -> None:
    """RFC 9110, 8.6: a server must not send one there; a client could wait for its bytes."""
    client = serve(lambda req, res: res.status(204).setHeader("Content-Length", 4).end("body"))
    answer = client()
    assert (answer.status, answer.all("Content-Length"), answer.body) == (204, [], b"")

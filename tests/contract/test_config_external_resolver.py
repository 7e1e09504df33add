"""``config.api.externalResolver``, seen over HTTP."""

import pytest

from tests.contract.client import Serve


def test_no_answer_is_an_empty_one(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    client = serve(lambda req, res: res.status(202), {"api": {"externalResolver": True}})
    answer = client()
    assert (answer.status, answer.body, caplog.records) == (202, b"", [])


def test_without_it_no_answer_is_a_500_that_is_logged(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    client = serve(lambda req, res: res.status(202), {"api": {"externalResolver": False}})
    assert client().status == 500
    assert "the handler returned without an answer" in caplog.text

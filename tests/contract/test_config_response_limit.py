"""``config.api.responseLimit``, seen over HTTP."""

from typing import Any

import pytest

from tests.contract.client import Serve


@pytest.mark.parametrize(
    ("limit", "size", "warned"),
    [
        ("1kb", 1024, True),
        ("1kb", 1023, False),
        (10, 10, True),
        (True, 100, False),
        (False, 5_000_000, False),
        (0, 5_000_000, False),
    ],
)
def test_a_larger_answer_is_sent_and_warned_of(
    serve: Serve, limit: Any, size: int, warned: bool, caplog: pytest.LogCaptureFixture
) -> None:
    client = serve(lambda req, res: res.end("x" * size), {"api": {"responseLimit": limit}})
    assert len(client().body) == size
    assert ("the answer is over" in caplog.text) is warned

"""``config.api.bodyParser``, seen over HTTP."""

from typing import Any

import pytest

from tests.contract.client import Serve


def test_off_leaves_broken_json_alone(serve: Serve) -> None:
    client = serve(lambda req, res: res.json([req.body, req.read().decode()]), {"api": {"bodyParser": False}})
    answer = client(method="POST", headers={"Content-Type": "application/json"}, body=b"{")
    assert answer.json() == [None, "{"]


@pytest.mark.parametrize(
    ("limit", "passes", "text"),
    [("10b", 10, "10b"), (10, 10, "10"), ("0.5kb", 512, "0.5kb"), ("1KB", 1024, "1KB")],
)
def test_the_limit_is_exact_and_quoted_as_written(serve: Serve, limit: Any, passes: int, text: str) -> None:
    client = serve(lambda req, res: res.json(len(req.body)), {"api": {"bodyParser": {"sizeLimit": limit}}})
    assert client(method="POST", body=b"x" * passes).json() == passes
    answer = client(method="POST", body=b"x" * (passes + 1))
    assert (answer.status, answer.reason) == (413, f"Body exceeded {text} limit")


@pytest.mark.parametrize("parser", [True, {}])
def test_the_limit_is_1mb_unless_given(serve: Serve, parser: Any) -> None:
    client = serve(lambda req, res: res.json(len(req.body)), {"api": {"bodyParser": parser}})
    assert client(method="POST", body=b"x" * 1_048_576).json() == 1_048_576
    assert client(method="POST", body=b"x" * 1_048_577).body == b"Body exceeded 1mb limit"

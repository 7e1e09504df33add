"""pages/api/hello.py: the first route."""

import pytest

from nextwsgi.testing import Client


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PROPFIND"])
def test_hello_greets_every_method(demo: Client, method: str) -> None:
    answer = demo.request(method, "/api/hello")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.text == '{"message":"Hello from Next.js API!"}'

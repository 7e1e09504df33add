"""pages/api/secure-data.py: connect-style middleware."""

import logging
import os

import pytest

from nextwsgi.testing import Client

PATH = "/api/secure-data"


@pytest.mark.parametrize("token", ["my-secret-token", "pässwörd"])
def test_the_token_of_the_environment_opens_it(
    demo: Client, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("API_TOKEN", token)
    sent = f"Bearer {token}".encode().decode("latin-1")  # as the bytes look in a header
    answer = demo.get(PATH, headers={"Authorization": sent})
    assert (answer.status, answer.json()) == (200, {"message": "Secure data"})


@pytest.mark.parametrize(
    "sent", ["", "my-secret-token", "Bearer", "Bearer my-secret-toke", "bearer my-secret-token", "Bearer é"]
)
def test_anything_else_is_unauthorized(demo: Client, monkeypatch: pytest.MonkeyPatch, sent: str) -> None:
    monkeypatch.setenv("API_TOKEN", "my-secret-token")
    for headers in ({"Authorization": sent}, {}):
        answer = demo.get(PATH, headers=headers)
        assert (answer.status, answer.json()) == (401, {"message": "Unauthorized"})


def test_a_token_that_is_empty_opens_nothing_and_the_log_says_what_to_do(
    demo: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("API_TOKEN", "")
    with caplog.at_level(logging.ERROR):
        answer = demo.get(PATH, headers={"Authorization": "Bearer "})
    assert (answer.status, answer.json()) == (503, {"error": "Not configured: API_TOKEN is empty"})
    assert "API_TOKEN is empty: give it a value" in caplog.text


def test_it_opens_by_the_token_that_the_demo_has_made(demo: Client) -> None:
    answer = demo.get(PATH, headers={"Authorization": f"Bearer {os.environ['API_TOKEN']}"})
    assert (answer.status, answer.json()) == (200, {"message": "Secure data"})

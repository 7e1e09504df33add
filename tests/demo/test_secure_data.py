"""pages/api/secure-data.py: connect-style middleware."""

import logging

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


@pytest.mark.parametrize("token", [None, ""])
def test_without_a_token_it_is_unavailable_and_the_log_says_what_to_do(
    demo: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, token: str | None
) -> None:
    monkeypatch.delenv("API_TOKEN", raising=False)
    if token is not None:
        monkeypatch.setenv("API_TOKEN", token)
    with caplog.at_level(logging.ERROR):
        answer = demo.get(PATH, headers={"Authorization": "Bearer "})
    assert (answer.status, answer.json()) == (503, {"error": "Not configured: API_TOKEN is not set"})
    assert "start the server with API_TOKEN=" in caplog.text

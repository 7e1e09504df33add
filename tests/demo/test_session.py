"""pages/api/session.py: who is signed in at the Next.js front end."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from nextwsgi.testing import Client
from tests.demo.serving import SETTINGS, Visitor, gunicorn
from tests.unit.auth.making import ADA, lasting, token

PATH = "/api/session"
NAME = "authjs.session-token"
UNAUTHORIZED = (401, {"error": "Unauthorized"})


@pytest.fixture(autouse=True)
def _no_front_end(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BETTER_AUTH_URL", "AUTH_URL", "NEXTAUTH_URL"):
        monkeypatch.delenv(name, raising=False)


def test_a_session_is_shown_with_the_secret_that_the_demo_has_made(demo: Client) -> None:
    cookie = token(lasting(exp=1_900_000_000, role="admin"), secret=os.environ["AUTH_SECRET"])
    answer = demo.get(PATH, cookies={NAME: cookie})
    user = {"name": ADA["name"], "email": ADA["email"], "image": None}
    assert (answer.status, answer.json()) == (200, {"user": user, "expires": "2030-03-17T17:46:40.000Z"})
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c.d.e", token()])
def test_without_a_session_it_is_unauthorized(demo: Client, cookie: str) -> None:
    for answer in (demo.get(PATH), demo.get(PATH, cookies={NAME: cookie})):
        assert (answer.status, answer.json()) == UNAUTHORIZED


def test_a_secret_that_is_empty_is_not_configured_and_the_log_says_what_to_do(
    demo: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("AUTH_SECRET", "")
    monkeypatch.delenv("NEXTAUTH_SECRET", raising=False)
    with caplog.at_level(logging.ERROR):
        for _ in range(2):
            answer = demo.get(PATH)
    says = "Not configured: set a strong AUTH_SECRET, that of the Next.js front end, or BETTER_AUTH_URL"
    assert (answer.status, answer.json()) == (503, {"error": says})
    [record] = caplog.records
    assert "/api/session: get_session has no AUTH_SECRET: put that of the Next.js" in record.getMessage()


def test_under_gunicorn_a_session_in_pieces_is_read(tmp_path: Path) -> None:
    cookie = token(lasting(note="x" * 6000), secret=SETTINGS["AUTH_SECRET"])
    pieces = [cookie[:3936], cookie[3936:7872], cookie[7872:]]
    with gunicorn(tmp_path) as site:
        visitor = Visitor(site)
        assert visitor.send("GET", PATH).json() == UNAUTHORIZED[1]
        visitor.cookies = {f"{NAME}.{number}": piece for number, piece in enumerate(pieces)}
        reply = visitor.send("GET", PATH)
        visitor.close()
    assert (reply.status, reply.json()["user"]["name"]) == (200, "Ada")

"""What the real next-auth 4, Auth.js 5 and Better Auth made is read as they read it themselves."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from nextwsgi.auth import get_session, get_token
from nextwsgi.auth.jwks import KeySource, key_source, read_keys
from nextwsgi.testing import Client
from tests.unit.auth.recorded import BEARERS, COOKIES, PACKAGES, Bearer, Cookie

# What the real package takes and this one does not, with the reason.
STRICTER = {
    "compressed": "what is unpacked may be a thousand times as large; no Auth.js ever compressed",
    "a bomb": "the same",
    "no exp": "it would never end; no Auth.js ever made one without",
    "A128CBC-HS256": "NextAuth 4 takes any encryption that its key fits; it makes A256GCM alone",
}


def title(each: Cookie | Bearer) -> str:
    return each.title


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AUTH_SECRET", "NEXTAUTH_SECRET", "AUTH_URL", "NEXTAUTH_URL", "BETTER_AUTH_URL"):
        monkeypatch.delenv(name, raising=False)
    yield
    key_source.cache_clear()


def ask(cookies: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> tuple[Any, Any]:
    """Give the session and the claims of a request."""
    found: list[Any] = []

    def handler(req: Any, res: Any) -> None:
        found.extend((get_session(req), get_token(req)))
        res.end()

    Client(handler).get(cookies=cookies or {}, headers=headers or {})
    return found[0], found[1]


def at(monkeypatch: pytest.MonkeyPatch, now: int) -> None:
    monkeypatch.setattr(time, "time", lambda: float(now))


@pytest.mark.parametrize("each", COOKIES, ids=title)
def test_a_cookie_is_read_as_the_real_package_reads_it(each: Cookie, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, each.now)
    monkeypatch.setenv("AUTH_URL", each.url)
    for name, secret in zip(("AUTH_SECRET", "AUTH_SECRET_1"), each.secrets, strict=False):
        monkeypatch.setenv(name, secret)
    session, claims = ask(each.cookies)
    if each.session is None or each.title.partition(": ")[2] in STRICTER:
        assert (session, claims) == (None, None)
    else:
        assert json.loads(json.dumps(session["user"])) == each.session["user"]
        assert datetime.fromisoformat(session["expires"]).timestamp() == claims["exp"]


def test_what_is_refused_beyond_the_real_package_is_known_by_name() -> None:
    taken = {each.title.partition(": ")[2] for each in COOKIES if each.session is not None}
    assert STRICTER.keys() <= taken


SIGN_INS = [each for each in COOKIES if each.session and ("more," in each.title or "http" in each.title)]


@pytest.mark.parametrize("each", SIGN_INS, ids=title)
def test_a_session_of_a_sign_in_ends_when_the_real_one_says(
    each: Cookie, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, each.now)
    monkeypatch.setenv("NEXTAUTH_SECRET", each.secrets[0])
    session, claims = ask(each.cookies)
    told, ours = (datetime.fromisoformat(one["expires"]) for one in (each.session or {}, session))
    assert abs((told - ours).total_seconds()) <= 2
    assert claims["jti"]
    if "http" in each.title:
        assert claims["role"] == "admin"
        assert claims["groups"] == ["a", "b"]
        assert session.keys() == {"user", "expires"}


@pytest.mark.parametrize("each", BEARERS, ids=title)
def test_a_bearer_token_is_read_as_the_real_package_reads_it(
    each: Bearer, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, each.now)
    monkeypatch.setenv("BETTER_AUTH_URL", each.url)
    keys = read_keys(json.dumps(each.jwks).encode())
    monkeypatch.setattr(KeySource, "find", lambda _, kid: keys.get(kid))
    session, claims = ask(headers={"Authorization": f"Bearer {each.token}"})
    assert claims == each.payload
    if each.payload is None:
        assert session is None
    else:
        names = ("name", "email", "image")
        assert session["user"] == {name: each.payload[name] for name in names if name in each.payload}
        assert datetime.fromisoformat(session["expires"]).timestamp() == each.payload["exp"]


def test_the_real_packages_are_the_ones_named() -> None:
    majors = {name: version.split(".")[0] for name, version in PACKAGES.items()}
    assert majors == {
        "next-auth4": "4",
        "next-auth5": "5",
        "@auth/core": "0",
        "better-auth": "1",
        "next": "16",
        "jose": "6",
    }
    assert len(COOKIES) > 100
    assert len(BEARERS) > 20

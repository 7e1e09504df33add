"""Why a token of Better Auth is refused: each cause by itself, before the signature would refuse it too."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from nextwsgi.auth.betterauth import LONGEST, read_bearer
from nextwsgi.auth.claims import Refused
from nextwsgi.auth.jwks import KeySource, read_keys
from nextwsgi.auth.settings import BetterAuth
from tests.unit.auth.making import encoded
from tests.unit.auth.recorded import bearer

SERVER = BetterAuth("http://localhost:3000", "http://localhost:3000/api/auth/jwks")
REAL = bearer("signed by hand")
NO_KEY = "its header names no key of ours"
NO_TOKEN = "it is no signed token"


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = read_keys(json.dumps(REAL.jwks).encode())
    monkeypatch.setattr(KeySource, "find", lambda _, kid: keys.get(kid))
    monkeypatch.setattr(time, "time", lambda: float(REAL.now))


def headed(**changes: object) -> str:
    [key] = REAL.jwks["keys"]
    header = {"alg": "EdDSA", "kid": key["kid"], **changes}
    return f"{encoded(json.dumps(header).encode())}.{REAL.token.partition('.')[2]}"


def without(name: str) -> str:
    header = {"alg": "EdDSA", "kid": "x"}
    del header[name]
    return f"{encoded(json.dumps(header).encode())}.AAAA.AAAA"


REFUSED: dict[str, tuple[Callable[[], str], str]] = {
    "too long": (lambda: f"A.A.{'A' * LONGEST}", NO_TOKEN),
    "no token": (lambda: "x", NO_TOKEN),
    "a line end": (lambda: REAL.token + "\n", NO_TOKEN),
    "alg": (lambda: headed(alg="HS256"), NO_KEY),
    "no alg": (lambda: without("alg"), NO_KEY),
    "no kid": (lambda: without("kid"), NO_KEY),
    "kid is a number": (lambda: headed(kid=1), NO_KEY),
    "kid is long": (lambda: headed(kid="x" * 257), NO_KEY),
    "kid is short": (lambda: headed(kid=""), NO_KEY),
    "crit": (lambda: headed(crit=["exp"]), NO_KEY),
    "another key": (lambda: headed(kid="x" * 256), "its key is unknown"),
    "another alg": (lambda: headed(alg="ES256"), "its key is unknown"),
    "changed": (lambda: headed(typ="JWT"), "its signature or its claims are none"),
    "another issuer": (
        lambda: bearer("another issuer").token,
        "its iss or aud is another one than BETTER_AUTH_URL",
    ),
    "another audience": (
        lambda: bearer("another audience").token,
        "its iss or aud is another one than BETTER_AUTH_URL",
    ),
    "no sub": (lambda: bearer("no sub").token, "it has no sub"),
}


@pytest.mark.parametrize(("make", "refused"), REFUSED.values(), ids=REFUSED)
def test_a_token_is_refused_for_a_reason(make: Callable[[], str], refused: str) -> None:
    with pytest.raises(Refused) as error:
        read_bearer(make(), SERVER)
    assert str(error.value) == refused


@pytest.mark.parametrize(("later", "good"), [(-1, True), (0, False)])
def test_a_token_ends_when_it_says(monkeypatch: pytest.MonkeyPatch, later: int, good: bool) -> None:
    assert REAL.payload is not None
    ends = REAL.payload["exp"]
    monkeypatch.setattr(time, "time", lambda: float(ends + later))
    if good:
        assert read_bearer(REAL.token, SERVER) == REAL.payload
    else:
        with pytest.raises(Refused, match="it has ended"):
            read_bearer(REAL.token, SERVER)

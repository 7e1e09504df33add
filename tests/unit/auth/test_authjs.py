"""Why a cookie of Auth.js is refused: each cause by itself, before the key would refuse it too."""

from __future__ import annotations

import time

import pytest
from joserfc import jwe
from joserfc.jwk import OctKey

from nextwsgi.auth.authjs import LONGEST, read_cookie
from nextwsgi.auth.claims import Refused
from tests.unit.auth.making import ADA, NAME, SECRET, encoded, key, lasting, token
from tests.unit.auth.recorded import cookie

SECRETS = [SECRET.encode()]
REST = "..AAAA.AAAA.AAAA"
OTHER = "its alg or enc is another one"
EXTENDED = "it is compressed, or wants an extension"


def headed(header: str) -> str:
    return encoded(header.encode()) + REST


@pytest.mark.parametrize(
    ("value", "refused"),
    [
        ("A" * 4 + ".." + "A" * LONGEST, "it is too long"),
        ("A" * (LONGEST + 1), "it is too long"),
        ("A" * LONGEST, "it is no encrypted token; a database session is none"),
        ("", "it is no encrypted token; a database session is none"),
        ("a.b.c", "it is no encrypted token; a database session is none"),
        (headed("{}") + ".A", "it is no encrypted token; a database session is none"),
        (headed("{}").replace("..", ".AAAA."), "it is no encrypted token; a database session is none"),
        (headed("{}") + "\n", "it is no encrypted token; a database session is none"),
        (headed("{"), "it holds no JSON"),
        (headed('{"enc":"A256GCM"}'), OTHER),
        (headed('{"alg":"A256KW","enc":"A256GCM"}'), OTHER),
        (headed('{"alg":"dir"}'), OTHER),
        (headed('{"alg":"dir","enc":"A128GCM"}'), OTHER),
        (headed('{"alg":"dir","enc":{}}'), OTHER),
        (headed('{"alg":"dir","enc":"A256GCM","zip":"DEF"}'), EXTENDED),
        (headed('{"alg":"dir","enc":"A256GCM","crit":[]}'), EXTENDED),
        (headed('{"alg":"dir","enc":"A256GCM"}'), "no secret of ours made it"),
        (headed('{"alg":"dir","enc":"A256GCM","kid":"x"}'), "no secret of ours made it"),
    ],
)
def test_a_cookie_is_refused_for_a_reason(value: str, refused: str) -> None:
    with pytest.raises(Refused) as error:
        read_cookie(NAME, value, SECRETS)
    assert str(error.value) == refused


def test_a_right_key_does_not_make_up_for_the_rest() -> None:
    for made, refused in (
        (token(header={"zip": "DEF"}), EXTENDED),
        (token(header={"kid": "x"}), "no secret of ours made it"),
        (token(b""), "it holds no JSON"),
    ):
        with pytest.raises(Refused, match=refused):
            read_cookie(NAME, made, SECRETS)


@pytest.mark.parametrize(("ends", "good"), [(14, True), (15, False)])
def test_the_clock_of_auth_js_may_differ_by_less_than_15_seconds(
    monkeypatch: pytest.MonkeyPatch, ends: int, good: bool
) -> None:
    now = 1_800_000_000
    made = token({**ADA, "exp": now - ends})
    monkeypatch.setattr(time, "time", lambda: float(now))
    if good:
        assert read_cookie(NAME, made, SECRETS)["name"] == "Ada"
    else:
        with pytest.raises(Refused, match="it has ended"):
            read_cookie(NAME, made, SECRETS)


def test_nextauth_4_does_not_look_at_kid_and_takes_one_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    real = cookie("4: whole")
    monkeypatch.setattr(time, "time", lambda: float(real.now))
    [(name, value)] = real.cookies.items()
    claims = read_cookie(name, value, [real.secrets[0].encode()])
    for header, good in (({"kid": "x"}, True), ({"enc": "A256CBC-HS512"}, False)):
        made = _as_version_4(real.secrets[0], {"alg": "dir", "enc": "A256GCM", **header})
        if good:
            assert read_cookie(name, made, SECRETS)["email"] == claims["email"]
        else:
            with pytest.raises(Refused, match=OTHER):
                read_cookie(name, made, SECRETS)


def _as_version_4(secret: str, header: dict[str, str]) -> str:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    size = {"A256GCM": 32, "A256CBC-HS512": 64}[header["enc"]]
    info = b"NextAuth.js Generated Encryption Key"
    raw = HKDF(algorithm=SHA256(), length=size, salt=b"", info=info).derive(secret.encode())
    content = b'{"email":"ada@example.com","exp":1900000000}'
    return jwe.encrypt_compact(header, content, OctKey.import_key(raw), algorithms=["dir", header["enc"]])


def test_each_secret_is_tried_where_no_kid_says_which() -> None:
    raw = OctKey.import_key(key(size=32))
    header = {"alg": "dir", "enc": "A256GCM"}
    made = jwe.encrypt_compact(header, b'{"exp":1900000000}', raw, algorithms=["dir", "A256GCM"])
    assert read_cookie(NAME, made, [b"x" * 32, *SECRETS]) == {"exp": 1_900_000_000}
    assert read_cookie(NAME, token(lasting(exp=1_900_000_000)), [b"x" * 32, *SECRETS])["name"] == "Ada"

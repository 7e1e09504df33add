"""Tokens: what is not ours, not whole or not now is refused, whatever is in it."""

from __future__ import annotations

import json
import time
import uuid
from base64 import urlsafe_b64encode
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st

from nextwsgi.middleware.token import AHEAD_SECONDS, LONGEST, LONGEST_SIGNED, Refused, sign_token, verify
from tests.unit.middleware.forgery import KEY, OTHER, encoded, forge, lasting

KEYS = (KEY,)
NOW = 1_700_000_000.0


def refusal(token: str, keys: tuple[bytes, ...] = KEYS, algorithm: str = "HS256") -> str:
    with pytest.raises(Refused) as caught:
        verify(token, keys, algorithm)
    return str(caught.value)


def at(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Set the clock, PyJWT's too."""

    class Clock(jwt.api_jwt.datetime):  # type: ignore[misc, name-defined] # it is datetime.datetime
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return cls.fromtimestamp(seconds, tz)

    monkeypatch.setattr(jwt.api_jwt, "datetime", Clock)
    monkeypatch.setattr(time, "time", lambda: seconds)


# --- Good ones --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "claims",
    [
        lasting(),
        lasting(userId=7, email="ada@example.com"),
        lasting(sub="7", jti="x", iss="me", roles=["admin"], name="Zoë 🔑"),
        lasting(nbf=1, iat=1.5),
        {"exp": time.time() + 86400.5},
        lasting(exp=10**18),
    ],
)
def test_the_claims_of_a_good_token_are_given(claims: dict[str, object]) -> None:
    assert verify(forge(claims), KEYS, "HS256") == claims


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_a_signed_token_is_verified(algorithm: str) -> None:
    key = KEY + OTHER
    token = sign_token({"userId": 7, "email": "a@b.c"}, expiresIn="7d", secret=key, algorithm=algorithm)
    claims = verify(token, (key,), algorithm)
    assert claims == {"userId": 7, "email": "a@b.c", "iat": claims["iat"], "exp": claims["iat"] + 604800}
    assert abs(claims["iat"] - time.time()) < 5


def test_what_others_signed_with_the_same_secret_is_taken() -> None:
    claims = lasting(userId=1)
    assert verify(jwt.encode(claims, KEY, "HS256"), KEYS, "HS256") == claims


def test_others_take_what_was_signed() -> None:
    token = sign_token({"userId": 1}, expiresIn=60, secret=KEY)
    assert jwt.decode(token, KEY, algorithms=["HS256"])["userId"] == 1
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}


# --- Secrets that rotate ----------------------------------------------------------------------------------


def test_the_first_secret_signs_and_all_verify() -> None:
    token = sign_token({}, expiresIn=60, secret=[KEY, OTHER])
    assert verify(token, (KEY,), "HS256")
    assert refusal(token, (OTHER,)) == "InvalidSignatureError"
    assert verify(forge(lasting(), key=OTHER), (KEY, OTHER), "HS256")
    assert refusal(forge(lasting(), key=OTHER)) == "InvalidSignatureError"


def test_an_old_secret_extends_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)
    assert refusal(forge({"exp": NOW - 1}, key=OTHER), (KEY, OTHER)) == "ExpiredSignatureError"


# --- Time -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"exp": NOW + 1}, None),
        ({"exp": NOW}, "ExpiredSignatureError"),
        ({"exp": NOW - 0.001}, "ExpiredSignatureError"),
        ({"exp": 0}, "ExpiredSignatureError"),
        ({"exp": -1}, "ExpiredSignatureError"),
        ({"exp": NOW + 9, "nbf": NOW}, None),
        ({"exp": NOW + 9, "nbf": NOW + 1}, "ImmatureSignatureError"),
        ({"exp": NOW + 9, "iat": NOW + AHEAD_SECONDS}, None),
        ({"exp": NOW + 99, "iat": NOW + AHEAD_SECONDS + 1}, "iat is to come"),
    ],
)
def test_a_token_counts_in_its_time_without_a_margin(
    monkeypatch: pytest.MonkeyPatch, claims: dict[str, object], reason: str | None
) -> None:
    at(monkeypatch, NOW)
    token = forge(claims)
    if reason is None:
        assert verify(token, KEYS, "HS256") == claims
    else:
        assert refusal(token) == reason


@pytest.mark.parametrize("claims", [{}, {"userId": 1}, {"exp": None}])
def test_a_token_without_an_end_is_refused(claims: dict[str, object]) -> None:
    assert refusal(forge(claims)) == "MissingRequiredClaimError"


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
@pytest.mark.parametrize("value", ["9999999999", True, False, [], {}, "soon", "", [1], {"a": 1}])
def test_times_are_numbers(name: str, value: object) -> None:
    assert refusal(forge(lasting(**{name: value})))


@pytest.mark.parametrize("number", [b"1e999", b"-1e999", b"NaN", b"Infinity", b"9" * 5000, b"-1"])
def test_an_absurd_end_is_refused(number: bytes) -> None:
    assert refusal(forge(b'{"exp":' + number + b"}"))


@pytest.mark.parametrize(
    "claims",
    [
        lasting(sub=7),
        lasting(sub=None),
        lasting(jti=7),
        lasting(aud="someone else"),
        lasting(aud=["a", "b"]),
        lasting(nbf=None),
    ],
)
def test_claims_of_a_wrong_type_and_tokens_for_others_are_refused(claims: dict[str, object]) -> None:
    assert refusal(forge(claims))


# --- Forgeries --------------------------------------------------------------------------------------------

GOOD = forge(lasting(userId=1))
HEAD, BODY, SIGNATURE = GOOD.split(".")
NO_ALGORITHM = {"alg": "none", "typ": "JWT"}


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE", "", None, 0, [], ["HS256"], {"HS256": 1}])
@pytest.mark.parametrize("signature", ["", SIGNATURE, "AA"])
def test_no_algorithm_at_all_is_refused(name: object, signature: str) -> None:
    head = encoded(json.dumps({"alg": name, "typ": "JWT"}).encode())
    assert refusal(f"{head}.{BODY}.{signature}")


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_is_refused_though_the_secret_is_right(algorithm: str) -> None:
    assert refusal(forge(lasting(), algorithm=algorithm)) == "InvalidAlgorithmError"


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(rsa.generate_private_key(65537, 2048), "RS256"), (ec.generate_private_key(ec.SECP256R1()), "ES256")],
)
def test_another_kind_of_key_is_refused(key: Any, algorithm: str) -> None:
    assert refusal(jwt.encode(lasting(), key, algorithm)) == "InvalidAlgorithmError"


def test_cve_2017_11424_the_token_does_not_choose_its_algorithm() -> None:
    for name in ("RS256", "ES256", "PS256", "EdDSA", "HS384"):
        assert refusal(forge(lasting(), head={"alg": name})) == "InvalidAlgorithmError"


def test_cve_2022_29217_every_verification_names_one_algorithm() -> None:
    # What PyJWT once allowed: an algorithm for each kind of key, and the token to choose.
    assert (
        refusal(forge(lasting(), algorithm="HS512", key=KEY + OTHER), (KEY + OTHER,))
        == "InvalidAlgorithmError"
    )
    assert refusal(forge(lasting()), KEYS, "HS512") == "InvalidAlgorithmError"


def test_cve_2024_53861_a_claim_is_compared_whole() -> None:
    # PyJWT took an issuer that was a part of the right one. Here no claim lets anybody in by its likeness.
    assert refusal(forge(lasting(aud="a"))) == "InvalidAudienceError"
    assert refusal(forge(lasting(aud=[""]))) == "InvalidAudienceError"


@pytest.mark.parametrize("critical", [["exp"], ["unknown"], [], "b64", None, [1], ["b64"]])
def test_cve_2026_32597_what_a_token_calls_critical_is_heeded(critical: object) -> None:
    assert refusal(forge(lasting(), head={"alg": "HS256", "crit": critical})) == "InvalidTokenError"


def test_cve_2026_48523_the_header_s_algorithm_is_the_one_that_verifies() -> None:
    # Signed by HS512 and said to be HS256.
    token = forge(lasting(), head={"alg": "HS256"}, algorithm="HS512", key=KEY + OTHER)
    assert refusal(token, (KEY + OTHER,)) == "InvalidSignatureError"


def test_a_token_that_keeps_its_claims_elsewhere_is_refused() -> None:
    head = {"alg": "HS256", "b64": False, "crit": ["b64"]}
    assert refusal(forge(lasting(), head=head))
    assert refusal(f"{encoded(json.dumps(head).encode())}..{SIGNATURE}") == "no token"


@pytest.mark.parametrize(
    "head", [{}, {"typ": "JWT"}, {"alg": "HS256", "kid": 7}, b"[]", b"null", b'"HS256"', b"{", b"", b"\xff"]
)
def test_an_odd_header_is_refused(head: Any) -> None:
    assert refusal(forge(lasting(), head=head))


@pytest.mark.parametrize(
    "body", [b"[]", b"null", b"1", b"{", b"", b"\xff\xfe", b"[" * 2000, b'{"exp":', [1], "x"]
)
def test_a_payload_that_is_no_object_is_refused(body: Any) -> None:
    assert refusal(forge(body))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".",
        "..",
        "a.b",
        "a.b.c.d",
        "undefined",
        "null",
        f"{GOOD} ",
        f" {GOOD}",
        f"{GOOD}\n",
        f"{GOOD}=",
        f"{GOOD},{GOOD}",
        f"{HEAD}.{BODY}.",
        f"{HEAD}..{SIGNATURE}",
        f"{HEAD}.{BODY}",
        GOOD.replace(".", "%2E"),
        "é" + GOOD,
        GOOD[:-1] + "é",
        GOOD[:-1] + "\ud800",
        GOOD + "\0",
        "\u0661" + GOOD[1:],
        "x" * 10_000_000,
        "a.b." + "c" * LONGEST,
        "." * LONGEST,
    ],
)
def test_what_is_no_token_is_refused(text: str) -> None:
    assert refusal(text)


@pytest.mark.parametrize(
    ("text", "reason"), [("", "none given"), ("x", "no token"), ("x" * 9000, "too long")]
)
def test_the_log_is_told_what_it_was(text: str, reason: str) -> None:
    assert refusal(text) == reason


def test_a_reason_holds_nothing_of_the_token() -> None:
    for token in (forge(lasting(), head={"alg": "HS256", "crit": ["\x1b[31mevil"]}), forge(b"evil"), "evil"):
        assert "evil" not in refusal(token)


@pytest.mark.parametrize("place", range(0, len(GOOD), 7))
def test_no_character_can_be_changed(place: int) -> None:
    other = "A" if GOOD[place] != "A" else "B"
    assert refusal(GOOD[:place] + other + GOOD[place + 1 :])


@given(st.text(max_size=60))
def test_no_text_gets_in_or_raises(text: str) -> None:
    refusal(text)
    refusal(f"{HEAD}.{BODY}.{text}")
    refusal(f"{text}.{BODY}.{SIGNATURE}")


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_no_bytes_in_base64_get_in_or_raise(head: bytes, body: bytes) -> None:
    assert refusal(forge(body, head=head))
    assert refusal(f"{HEAD}.{urlsafe_b64encode(body).decode()}.{SIGNATURE}")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
HEADS = st.dictionaries(
    st.sampled_from(["typ", "kid", "crit", "b64", "cty", "jku", "jwk", "x5c", "zip"]), JSON
)
CLAIMS = st.dictionaries(st.sampled_from(["exp", "iat", "nbf", "aud", "iss", "sub", "jti", "x"]), JSON)


@given(HEADS, CLAIMS)
def test_whatever_was_signed_is_taken_or_refused(head: dict[str, Any], claims: dict[str, Any]) -> None:
    try:
        got = verify(forge(claims, head={**head, "alg": "HS256"}), KEYS, "HS256")
    except Refused:
        return
    assert type(got["exp"]) in (int, float)


# --- Signing ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("span", "seconds"),
    [
        (1, 1),
        (90, 90),
        (1.9, 1),
        ("90s", 90),
        ("15m", 900),
        ("12h", 43200),
        ("7d", 604800),
        ("7D", 604800),
        ("2w", 1209600),
        ("1 day", 86400),
        ("2 days", 172800),
        (" 30 minutes ", 1800),
        ("1 hour", 3600),
        ("2weeks", 1209600),
        ("5 seconds", 5),
    ],
)
def test_expires_in_is_seconds_or_a_text_with_its_unit(span: float | str, seconds: int) -> None:
    claims = verify(sign_token({}, expiresIn=span, secret=KEY), KEYS, "HS256")
    assert claims["exp"] - claims["iat"] == seconds


@pytest.mark.parametrize(
    "span",
    [
        *(
            "",
            "7",
            "7000",
            "soon",
            "7y",
            "7ms",
            "7 months",
            "-1d",
            "1.5h",
            "d",
            "7dd",
            "0d",
            "\u0667d",
            "1" * 99 + "d",
        ),
        *(0, -1, 0.5, True, None, float("nan"), float("inf"), 1e10, [], "9" * 400 + "s"),
    ],
)
def test_an_end_that_is_none_is_refused(span: Any) -> None:
    with pytest.raises(ValueError, match=r'^expiresIn must be seconds, or a text like "15m", "12h" or "7d"'):
        sign_token({}, expiresIn=span, secret=KEY)


def test_an_end_must_be_said() -> None:
    with pytest.raises(TypeError, match="expiresIn"):
        sign_token({})  # type: ignore[call-arg]
    with pytest.raises(ValueError, match=r"^claims have an exp already: say expiresIn instead$"):
        sign_token({"exp": 1}, expiresIn=60, secret=KEY)


@pytest.mark.parametrize("claims", [None, "userId", 7, ["userId"], object()])
def test_claims_are_a_dict(claims: Any) -> None:
    with pytest.raises(TypeError, match=r"^claims must be a dict, not "):
        sign_token(claims, expiresIn=60, secret=KEY)


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"sub": 7}, "Subject must be a string"),
        ({"aud": "web"}, "Invalid audience"),
        ({"nbf": 9e9}, "The token is not yet valid"),
        ({"iat": "now"}, "iat is no number"),
        ({"iat": 9e9}, "iat is to come"),
    ],
)
def test_what_nobody_would_be_let_in_with_is_not_signed(claims: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=rf"^with_auth would refuse these claims: {reason}"):
        sign_token(claims, expiresIn=60, secret=KEY)


@pytest.mark.parametrize("value", [uuid.UUID(int=1), {1}, object(), b"x"])
def test_what_is_no_json_is_not_signed(value: object) -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        sign_token({"userId": value}, expiresIn=60, secret=KEY)


def test_what_fits_in_no_cookie_is_not_signed() -> None:
    assert len(sign_token({"name": "x" * 2700}, expiresIn=60, secret=KEY)) <= LONGEST_SIGNED
    with pytest.raises(
        ValueError, match=r"^the token has \d+ characters, and no cookie holds so many: sign less$"
    ):
        sign_token({"name": "x" * 2800}, expiresIn=60, secret=KEY)


def test_text_that_is_no_utf_8_can_be_signed() -> None:
    token = sign_token({"name": "\ud800"}, expiresIn=60, secret=KEY)
    assert verify(token, KEYS, "HS256")["name"] == "\ud800"


def test_the_secret_is_the_environment_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JWT_SECRET", KEY.decode())
    assert verify(sign_token({}, expiresIn=60), KEYS, "HS256")
    monkeypatch.setenv("JWT_SECRET", "secret")
    with pytest.raises(ValueError, match=r"^JWT_SECRET is too short"):
        sign_token({}, expiresIn=60)

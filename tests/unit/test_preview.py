"""What Next.js's own preview cookies mean here, what ours are, and what hostile ones cannot do."""

import base64
import hashlib
import hmac
import json
import math
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nextwsgi import preview
from nextwsgi.preview import (
    BYPASS,
    DATA,
    TOKEN_LIMIT,
    VARIABLES,
    Preview,
    PreviewKeys,
    cleared_cookies,
    draft_cookie,
    find_keys,
    load_keys,
    preview_cookies,
    preview_data,
)

NONE = Preview(False, stale=False)
STALE = Preview(False, stale=True)

# All that is recorded below was written by the apiResolver of Next.js 16.4.6, called with these three keys.
KEYS = PreviewKeys("0123456789abcdef" * 2, "5" * 32 + "a" * 32, "e" * 32 + "7" * 32)
OTHER = PreviewKeys("f" * 32, "b" * 64, "c" * 64)

RECORDED = {
    "a dict": (
        {"id": 7, "title": "Grüße 中 😀"},
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJkYXRhIjoiOTI4ZjkxOTQwMGYxOTY3NDU4MTBkN2U2YmMxNzljY2U4Y2I"
        "0MDdlOWFiYmY0ZjRjN2JlZmJkZWU5NWY5NDFkNGQxMTE3YTU2N2UyMTc4MjkyNzRhNGRiYWU0YWVkYTg3MDEyNGExNzdlYmI"
        "xOWJmMGM5MzE2OTg3ZmU4YzlmYjE5YmJjMDJmZTY4OGM4ZTlmZTNiOGMxYWZkN2E2ZDNiYzQ4NzExNjg2OTE4ODFiMmZmZDQ"
        "2MWJhNzk1MjAwNzM5N2MwYzlmZGY4YTZlM2E3ZjU0MmExNDQ3OWIzNGJjYWMyNjE4NzFkYTNmYzJkNjVlNGVlY2Y5YmRlZWY"
        "4YzQ1NmIzZDU1MCIsImlhdCI6MTc5NTIwNjQ2Nn0.Bd0T-vW56eSav30k9S2yYKwydtLV_l2SNxOrAg8he8c",
    ),
    "null": (
        None,
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJkYXRhIjoiNDNmMTRjMmMxNGE4YWJiNTM5MWUzZTFlZTcwYTNiOWRmMjA"
        "4ODY1MWJiZDc0ZjhmYjdhOGMxOTcxZGY5ZmRkNTFiNDkxYWUzNzRmMjYwYWFkMDJmZDBlYmQyNzU3Y2IwM2I3ZjViMTljNzM"
        "5NjY2Y2NhNDBkNWE0MjBkOTVjYjJlYTMxZThlZjk4OWI4NzA2Y2E4OTZjYjY3N2UzMjE3MWM3YWIxMTdiMjcyMDczYjA2YjN"
        "kNWU5ZmQyMzNjYzIzM2IwZjM1Y2IiLCJpYXQiOjE3OTUyMDY0NjZ9.KGec0rh5bujn7CMGbHpnZkzPWNrpRJoOR_RGvt0k6x"
        "c",
    ),
    "a list": (
        [1, 2.5, True],
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJkYXRhIjoiMDE2NDhkZWIwYzM3NDA3YjFjYjhiMGFkNjg3ODBiZmVhNTR"
        "kZDUzMDliM2VjNGVhMDcwZWU1ZjdiYjc4MTk5YTYwYTFiODUyNTc3OGNjZjUzNWEzZGFhYTYxYmNjZGM5YTZkNTBmZDZiZTQ"
        "yNzQ4YWIxNTM5NjBmYjRhOGZmMjY5NTQ5MTY0ZTZkYTZlMTBlMDdmZWQ4NjM0Y2MyZjNiYWZiOTBlY2EyZDY1MDAyNWIxNmM"
        "zZWJkMWRjZTU1ODI1ZjBlOTY0N2E2MjBiMTI2Y2NiZGNhNWU1IiwiaWF0IjoxNzk1MjA2NDY2fQ.qGREVQ0gBfWjWrO05mbn"
        "Ps4UUqghuB_2qQHpJfJQCxs",
    ),
    "a date to expire in 2126": (
        {"far": 1},
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJkYXRhIjoiZWZlMGE0MWMxMjE0YWFiOWJmMzgzNjQ1ZDYxYzc5ZjNkOTE"
        "0ZTk1YzVkN2Y2Yzg5MzIwMGEyZDIxZjQyMDYzMmE2NTI1OTc0YjU2NDhkN2E0NjFiNDE0ZGMxZDkwZjdkNzViMTJjMWM4NDB"
        "iOWI5YTU3ZGNhZDVhYjVjZjE0ZTUwNmJjZmNmZDk5ZjdkOWUwNmVmYTlhMzkxNjA3Y2VkMmFkNDRiOTQ3ZTM1OGY0MTIxMTA"
        "zNTEyOGUzZjY0ZTRjNjk1YzU2OTkyZDM5YTZkOGFlIiwiaWF0IjoxNzk1MjA2NDY3LCJleHAiOjQ5NDg4MDY0Njd9.iljp66"
        "P0T_OhI8UWg9S1q8-ZKmjrSjjT3Vc_SVWC-j8",
    ),
}
EXPIRED = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJkYXRhIjoiZDFhZjRiYzMxNmE4ZDRjZDhlMmI1MTRjMGJmNjU3ZmEwMzV"
    "hZWMwMDI4Mjg4N2JjZjEwNDNlY2RjM2QzODg5ZmExYmM1MzVmYTkxZmFhNDk4ZjI0MzUyYjU4MTBiZjk3Y2I0YzNkNzliYjc"
    "2NTUwNmE2MzM2YjJiZTJlM2I0MTc3YzU0NzAzMTg0NzIxMjdhZTcwYmQ1YmFkM2E5ZmJmMTliZjg5OTI0YzlkNzkzYWI1MDh"
    "kMzMyZmJhYWVmZjhjNWMyMGVmMjc1YzExMzY0NCIsImlhdCI6MTc5NTIwNjQ2NywiZXhwIjoxNzk1MjA2NDA3fQ.6X-2RRMi"
    "rYd7r0WTHSR0jv6EjPqj_XFvVu0DwRqSYCA"
)


# ------------------------------------------------------------------------------------------------------ tools


def header(token: str, mode_id: str = KEYS.mode_id) -> str:
    return f"{BYPASS}={mode_id}; {DATA}={token}"


def value(cookie: str) -> str:
    """Give a Set-Cookie value's value."""
    return cookie.partition(";")[0].partition("=")[2]


def seen(cookies: list[str]) -> str:
    """Give the Cookie header of a browser that has received these cookies."""
    return "; ".join(cookie.partition(";")[0] for cookie in cookies)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(payload: object, head: object = None, key: str = KEYS.signing_key, digest: str = "sha256") -> str:
    """Sign a token without any library, so that it may be wrong in every way; bytes are taken as they are."""
    parts = [head or {"alg": "HS256", "typ": "JWT"}, payload]
    text = ".".join(b64(part if isinstance(part, bytes) else json.dumps(part).encode()) for part in parts)
    return text + "." + b64(hmac.new(key.encode(), text.encode(), digest).digest())


def claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))  # type: ignore[no-any-return]


GOOD = RECORDED["a dict"][1]
SEALED = claims(GOOD)["data"]


def environment(keys: PreviewKeys = KEYS) -> dict[str, str]:
    values = (keys.mode_id, keys.signing_key, keys.encryption_key)
    return dict(zip(VARIABLES, values, strict=True))


# ------------------------------------------------------------------------------------------ tokens of Next.js


@pytest.mark.parametrize("name", RECORDED)
def test_a_token_of_next_is_read(name: str) -> None:
    data, token = RECORDED[name]
    assert preview_data(header(token), KEYS) == (data, False)


def test_an_expired_token_of_next_is_stale() -> None:
    assert preview_data(header(EXPIRED), KEYS) == STALE


def test_a_token_of_next_is_stale_under_other_keys() -> None:
    assert preview_data(header(GOOD), OTHER) == STALE
    assert preview_data(header(GOOD), replace(KEYS, signing_key=OTHER.signing_key)) == STALE


def test_a_token_that_cannot_be_decrypted_is_stale_where_next_answers_500() -> None:
    assert preview_data(header(GOOD), replace(KEYS, encryption_key=OTHER.encryption_key)) == STALE


def test_our_tokens_have_the_parts_of_those_of_next() -> None:
    token = value(preview_cookies(KEYS, RECORDED["a dict"][0], development=False)[1])
    assert token.split(".")[0] == GOOD.split(".")[0]
    assert list(claims(token)) == list(claims(GOOD)) == ["data", "iat"]
    assert len(token) == len(GOOD)


@pytest.mark.parametrize("data", [{"a": 1}, [], None, 0, "", True, "\ud800 \u4e2d", {"deep": [[["x"]]]}])
def test_what_is_set_is_read_again(data: object) -> None:
    assert preview_data(seen(preview_cookies(KEYS, data, development=True)), KEYS) == (data, False)


def test_false_as_data_is_no_preview() -> None:
    assert preview_data(seen(preview_cookies(KEYS, False, development=True)), KEYS) == NONE


def test_every_token_has_its_own_salt() -> None:
    first, second = (preview_cookies(KEYS, 1, development=True)[1] for _ in range(2))
    assert claims(value(first))["data"][:160] != claims(value(second))["data"][:160]


# ---------------------------------------------------------------------------------------- cookies, as written


GONE = "Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly"
ENDINGS = [(False, "; Secure; SameSite=None"), (True, "; SameSite=Lax")]


@pytest.mark.parametrize(("development", "ending"), ENDINGS)
def test_draft_mode_is_one_cookie(development: bool, ending: str) -> None:
    start = f"{BYPASS}={KEYS.mode_id}; Path=/; "
    assert draft_cookie(KEYS, enable=True, development=development) == f"{start}HttpOnly{ending}"
    assert draft_cookie(KEYS, enable=False, development=development) == f"{start}{GONE}{ending}"


@pytest.mark.parametrize(("development", "ending"), ENDINGS)
@pytest.mark.parametrize(("path", "attribute"), [(None, "Path=/; "), ("/docs", "Path=/docs; "), ("", "")])
def test_clearing_takes_both_cookies_back(development: bool, ending: str, path: str, attribute: str) -> None:
    assert cleared_cookies(path=path, development=development) == [
        f"{BYPASS}=; {attribute}{GONE}{ending}",
        f"{DATA}=; {attribute}{GONE}{ending}",
    ]


@pytest.mark.parametrize(("development", "ending"), ENDINGS)
@pytest.mark.parametrize(
    ("options", "attributes"),
    [
        ({}, "Path=/; HttpOnly"),
        ({"maxAge": 60.7, "path": "/docs"}, "Max-Age=60; Path=/docs; HttpOnly"),
        ({"maxAge": 0}, "Max-Age=0; Path=/; HttpOnly"),
        ({"maxAge": -0.5}, "Max-Age=-1; Path=/; HttpOnly"),
        ({"path": ""}, "HttpOnly"),
    ],
)
def test_preview_data_is_two_cookies(
    development: bool, ending: str, options: dict[str, Any], attributes: str
) -> None:
    draft, data = preview_cookies(KEYS, {"id": 1}, development=development, **options)
    assert draft == f"{BYPASS}={KEYS.mode_id}; {attributes}{ending}"
    assert data == f"{DATA}={value(data)}; {attributes}{ending}"


def test_max_age_is_in_the_token_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1000.6)
    token = value(preview_cookies(KEYS, 1, maxAge=60.7, development=True)[1])
    assert {name: claims(token)[name] for name in ("iat", "exp")} == {"iat": 1000, "exp": 1061}


@pytest.mark.parametrize("seconds", [0, -60])
def test_a_max_age_of_nothing_is_over_at_once(seconds: int) -> None:
    cookies = preview_cookies(KEYS, 1, maxAge=seconds, development=True)
    assert preview_data(seen(cookies), KEYS) == STALE


@pytest.mark.parametrize("wrong", ["60", True, [], {}])
def test_a_max_age_that_is_no_number_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"maxAge must be a number of seconds, not (str|bool|list|dict)"):
        preview_cookies(KEYS, 1, maxAge=wrong, development=True)


@pytest.mark.parametrize("wrong", [math.inf, -math.inf, math.nan])
def test_an_endless_max_age_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="maxAge must be a finite number of seconds"):
        preview_cookies(KEYS, 1, maxAge=wrong, development=True)


@pytest.mark.parametrize("path", ["/a\r\nSet-Cookie: b=1", "/a\0", "/a; Domain=evil.example", "/\u4e2d"])
def test_a_path_that_breaks_out_of_its_attribute_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="cookie"):
        preview_cookies(KEYS, 1, path=path, development=True)
    with pytest.raises(ValueError, match="cookie"):
        cleared_cookies(path=path, development=True)


def test_data_that_is_not_json_is_refused() -> None:
    with pytest.raises(TypeError):
        preview_cookies(KEYS, object(), development=True)


def test_the_limit_is_that_of_next() -> None:
    # Measured on Next.js 16.4.6: a string of 625 letters passes, one of 626 does not.
    assert len(value(preview_cookies(KEYS, "x" * 625, development=True)[1])) <= TOKEN_LIMIT
    with pytest.raises(ValueError, match=r"limited to 2 kB: its cookie would have \d+ characters"):
        preview_cookies(KEYS, "x" * 626, development=True)


# ------------------------------------------------------------------------------------------- requests, judged


@pytest.mark.parametrize(
    ("cookies", "judged"),
    [
        ("", NONE),
        ("a=1; b=2", NONE),
        (f"{BYPASS}={KEYS.mode_id}", Preview({}, stale=False)),
        (f"{BYPASS}={KEYS.mode_id}; {DATA}=", Preview({}, stale=False)),
        (f"a=1;    {BYPASS}={KEYS.mode_id};{DATA}=", Preview({}, stale=False)),
        (f"{BYPASS}=%30{KEYS.mode_id[1:]}", Preview({}, stale=False)),
        (f"{BYPASS}={KEYS.mode_id}; {DATA}", STALE),
        (f"{BYPASS}=", NONE),
        (f"{BYPASS}", STALE),
        (f"{BYPASS}=x", STALE),
        (f"{BYPASS}={KEYS.mode_id}x", STALE),
        (f"{BYPASS}={OTHER.mode_id}", STALE),
        (f"{DATA}={GOOD}", STALE),
        (f"{BYPASS}=; {DATA}={GOOD}", STALE),
        (f"{BYPASS}=x; {DATA}={GOOD}", STALE),
        (f'{BYPASS}="{KEYS.mode_id}"', STALE),
        (f"{BYPASS}= {KEYS.mode_id}", STALE),
        (f"{BYPASS} ={KEYS.mode_id}", NONE),
        (f"a=1;\t{BYPASS}={KEYS.mode_id}", NONE),
        (f"{BYPASS}=\xe9", STALE),
        (f"{BYPASS}=\ud800", STALE),
        (f"{BYPASS}={KEYS.mode_id}; {DATA}=\ud800", STALE),
    ],
)
def test_a_cookie_header_is_judged_as_next_does(cookies: str, judged: Preview) -> None:
    # Each of these was sent to Next.js 16.4.6, but for the lone surrogates, which no socket can carry.
    assert preview_data(cookies, KEYS) == judged


def test_the_last_readable_cookie_of_a_name_wins() -> None:
    right, wrong = f"{BYPASS}={KEYS.mode_id}", f"{BYPASS}=x"
    assert preview_data(f"{wrong}; {right}", KEYS) == ({}, False)
    assert preview_data(f"{right}; {wrong}", KEYS) == STALE
    assert preview_data(f"{right}; {BYPASS}=%ZZ; {BYPASS}=%FF", KEYS) == ({}, False)


def test_without_keys_every_preview_cookie_is_stale() -> None:
    assert preview_data("a=1", None) == NONE
    assert preview_data(header(GOOD), None) == STALE


NOW = int(time.time())


@pytest.mark.parametrize(
    "payload",
    [
        {"data": SEALED},
        {"data": SEALED, "exp": NOW + 9999},
        {"data": SEALED, "nbf": NOW - 10},
        {"data": SEALED, "iat": NOW + 9999},
        {"data": SEALED, "iat": "x", "aud": "x", "iss": 1, "sub": 1, "jti": 1},
    ],
)
def test_a_signed_token_is_good_whatever_else_it_claims(payload: dict[str, Any]) -> None:
    assert preview_data(header(signed(payload)), KEYS).data == RECORDED["a dict"][0]


def test_data_that_is_not_json_is_no_preview_but_not_stale() -> None:
    sealed = preview._encrypt(KEYS.encryption_key, b"not json")
    assert preview_data(header(signed({"data": sealed})), KEYS) == NONE


def test_data_nested_too_deep_is_no_preview() -> None:
    sealed = preview._encrypt(KEYS.encryption_key, b"[" * 100_000 + b"]" * 100_000)
    assert preview_data(header(signed({"data": sealed})), KEYS) == NONE


DEEP = b"[" * 10_000 + b"]" * 10_000

HOSTILE = {
    "truncated": GOOD[:-5],
    "signature gone": GOOD.rpartition(".")[0] + ".",
    "two parts": GOOD.rpartition(".")[0],
    "four parts": GOOD + ".x",
    "padded": GOOD + "=",
    "longer signature": GOOD + "A",
    "other signature": GOOD[:-10] + "AAAAAAAAAA",
    "other payload": GOOD.replace(".", ".AAAA", 1),
    "dots": "..",
    "true": "true",
    "not ASCII": "\xe9.\xe9.\xe9",
    "escaped NUL": "%00.%00.%00",
    "huge": "A" * 1_000_000,
    "huge parts": ".".join(["A" * 300_000] * 3),
    "many dots": "." * 100_000,
    "alg none": signed({"data": SEALED}, {"alg": "none"}),
    "alg none, unsigned": signed({"data": SEALED}, {"alg": "none"}).rpartition(".")[0] + ".",
    "alg None": signed({"data": SEALED}, {"alg": None}),
    "no alg": signed({"data": SEALED}, {"typ": "JWT"}),
    "alg HS512": signed({"data": SEALED}, {"alg": "HS512"}, digest="sha512"),
    "alg RS256": signed({"data": SEALED}, {"alg": "RS256"}),
    "alg lower case": signed({"data": SEALED}, {"alg": "hs256"}),
    "other key": signed({"data": SEALED}, key=OTHER.signing_key),
    "key is the id": signed({"data": SEALED}, key=KEYS.mode_id),
    "header a list": signed({"data": SEALED}, [1]),
    "header deep": signed({"data": SEALED}, DEEP),
    "header not UTF-8": signed({"data": SEALED}, b"\xff"),
    "header with a huge number": signed({"data": SEALED}, b'{"alg":' + b"9" * 5000 + b"}"),
    "crit": signed({"data": SEALED}, {"alg": "HS256", "crit": ["b64"], "b64": False}),
    "expired": signed({"data": SEALED, "exp": NOW - 1}),
    "exp null": signed({"data": SEALED, "exp": None}),
    "exp a list": signed({"data": SEALED, "exp": [NOW + 99]}),
    "exp infinite": signed(b'{"data":"","exp":1e999}'),
    "not yet": signed({"data": SEALED, "nbf": NOW + 9999}),
    "nbf infinite": signed(b'{"data":"","nbf":1e999}'),
    "payload a list": signed([1]),
    "payload null": signed(b"null"),
    "payload empty": signed(b""),
    "payload deep": signed(DEEP),
    "payload data deep": signed(b'{"data":' + DEEP + b"}"),
    "payload not UTF-8": signed(b'{"data":"\xff"}'),
    "payload with a huge number": signed(b'{"data":' + b"9" * 5000 + b"}"),
    "no data": signed({}),
    "data null": signed({"data": None}),
    "data a number": signed({"data": 5}),
    "data a list": signed({"data": [1, 2]}),
    "data a dict": signed({"data": {}}),
    "data empty": signed({"data": ""}),
    "data short": signed({"data": "ab"}),
    "data odd": signed({"data": SEALED + "a"}),
    "data not hex": signed({"data": "zz" + SEALED}),
    "data not ASCII": signed({"data": "\u0661\u0662" * 100}),
    "data a surrogate": signed(b'{"data":"\\ud800"}'),
    "data without text": signed({"data": SEALED[:192]}),
    "data without tag": signed({"data": SEALED[:160]}),
    "data with a short IV": signed({"data": SEALED[:140]}),
    "data changed": signed({"data": SEALED[:-2] + ("00" if SEALED[-2:] != "00" else "11")}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_token_is_stale(name: str) -> None:
    assert preview_data(header(HOSTILE[name]), KEYS) == STALE


def test_no_hostile_token_reaches_the_slow_key_derivation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashlib, "pbkdf2_hmac", pytest.fail)
    for token in (GOOD[:-5], HOSTILE["other key"], HOSTILE["alg none"], EXPIRED):
        assert preview_data(header(token), KEYS) == STALE


PIECES = st.sampled_from(
    [BYPASS, DATA, KEYS.mode_id, *GOOD.split("."), "=", ";", "; ", ".", "%", "%41", "%ff", '"', "a", "\t"]
)


@given(st.lists(PIECES | st.text(max_size=5)).map("".join))
@example(header(GOOD[:-1]))
@settings(deadline=None, max_examples=400)
def test_no_cookie_header_makes_it_raise(cookies: str) -> None:
    data, stale = preview_data(cookies, KEYS)
    assert isinstance(stale, bool)
    assert data is False or data == {} or data == RECORDED["a dict"][0]


@given(st.binary(max_size=60), st.binary(max_size=60))
@settings(deadline=None, max_examples=200)
def test_no_signed_token_makes_it_raise(head: bytes, payload: bytes) -> None:
    assert preview_data(header(signed(payload, head)), KEYS) == STALE


# ------------------------------------------------------------------------------------------------------- keys


def test_keys_come_from_the_variables_of_next(tmp_path: Path) -> None:
    assert load_keys(tmp_path, environment()) == KEYS
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("missing", VARIABLES)
@pytest.mark.parametrize("gone", [True, False])
def test_two_variables_of_three_are_refused(tmp_path: Path, missing: str, gone: bool) -> None:
    variables = environment() | {missing: ""}
    if gone:
        del variables[missing]
    with pytest.raises(ValueError, match=f"^{missing} must be set too"):
        load_keys(tmp_path, variables)


@pytest.mark.parametrize(
    "weak", ["short", "x" * 31, "x" * 32 + " ", "\xe9" * 40, "x" * 40 + "\n", "\udcff" * 40]
)
def test_a_weak_variable_is_refused_by_name(tmp_path: Path, weak: str) -> None:
    with pytest.raises(ValueError, match="SIGNING_KEY must be at least 32 characters"):
        load_keys(tmp_path, environment() | {VARIABLES[1]: weak})


def test_keys_are_made_once_and_only_when_needed(tmp_path: Path) -> None:
    assert find_keys(tmp_path, {}) is None
    assert not list(tmp_path.iterdir())
    keys = load_keys(tmp_path, {})
    assert keys == load_keys(tmp_path, {}) == find_keys(tmp_path, {})


def test_made_keys_have_the_lengths_of_those_of_next(tmp_path: Path) -> None:
    keys = load_keys(tmp_path, {})
    made = (keys.mode_id, keys.signing_key, keys.encryption_key)
    assert [len(bytes.fromhex(key)) for key in made] == [16, 32, 32]
    assert len(set(made)) == 3


def test_made_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    load_keys(tmp_path, {})
    folder = tmp_path / ".nextwsgi"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [(file.name, file.stat().st_mode & 0o777) for file in folder.iterdir()] == [
        ("preview.json", 0o600)
    ]


def test_the_file_has_the_names_of_a_prerender_manifest(tmp_path: Path) -> None:
    keys = load_keys(tmp_path, {})
    assert json.loads((tmp_path / ".nextwsgi" / "preview.json").read_bytes()) == {
        "previewModeId": keys.mode_id,
        "previewModeSigningKey": keys.signing_key,
        "previewModeEncryptionKey": keys.encryption_key,
    }


def test_keys_are_not_shown() -> None:
    assert repr(KEYS) == "PreviewKeys()"


def test_threads_that_start_at_once_agree(tmp_path: Path) -> None:
    found: list[PreviewKeys] = []
    gate = threading.Barrier(16)

    def start() -> None:
        gate.wait()
        found.append(load_keys(tmp_path, {}))

    threads = [threading.Thread(target=start) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 16
    assert len(set(found)) == 1
    assert [file.name for file in (tmp_path / ".nextwsgi").iterdir()] == ["preview.json"]


WORKER = """
import pathlib, sys
from nextwsgi.preview import load_keys
sys.stdin.readline()
print(load_keys(pathlib.Path(sys.argv[1]), {}).mode_id)
"""


def test_workers_that_start_at_once_agree(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WORKER, str(tmp_path)]
    pipe = subprocess.PIPE
    workers = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(4)]
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("\n")
        worker.stdin.flush()
    assert len({worker.communicate(timeout=60)[0] for worker in workers}) == 1


def test_the_loser_of_the_race_takes_the_keys_of_the_winner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    winner = load_keys(tmp_path, {})
    read = preview._read
    answers = iter([lambda _: None, read])
    monkeypatch.setattr(preview, "_read", lambda path: next(answers)(path))
    assert load_keys(tmp_path, {}) == winner


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b"\xff\xfe",
        b'{"previewModeId":"' + b"a" * 32 + b'"}',
        json.dumps(
            {"previewModeId": "a" * 32, "previewModeSigningKey": 5, "previewModeEncryptionKey": "b" * 64}
        ).encode(),
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_says_to_delete_it(tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / ".nextwsgi"
    folder.mkdir()
    (folder / "preview.json").write_bytes(content)
    with pytest.raises(ValueError, match=r"preview\.json is damaged .*: delete it"):
        load_keys(tmp_path, {})


def test_an_unreadable_file_names_the_variables(tmp_path: Path) -> None:
    (tmp_path / ".nextwsgi").write_text("a file where the folder should be")
    with pytest.raises(ValueError, match=f"cannot be read .*{', '.join(VARIABLES)}"):
        load_keys(tmp_path, {})


def test_a_read_only_project_names_the_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(
        ValueError, match=f"cannot be made .Read-only file system.; set {', '.join(VARIABLES)}"
    ):
        load_keys(tmp_path, {})
    assert load_keys(tmp_path, environment()) == KEYS


def test_a_file_system_without_links_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("os.link", refuse)
    with pytest.raises(ValueError, match="cannot be made"):
        load_keys(tmp_path, {})
    assert not list((tmp_path / ".nextwsgi").iterdir())

"""Secrets: short ones, known ones and keys of other kinds are refused with the remedy, random ones never."""

import base64
import os
import re
import secrets
import shlex
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from nextwsgi.middleware.secret import is_known, read_secrets

REMEDY = "python -c 'import secrets; print(secrets.token_urlsafe(32))' makes one"
GOOD = "6pQyAZpWSmGBx0WJzyyWYLlxhJFkkqUh"

# Of jwt.io, Supabase, and guides.
GUIDES = """
    your-super-secret-jwt-key-change-this-in-production
    a-string-secret-at-least-256-bits-long
    super-secret-jwt-token-with-at-least-32-characters-long
    my-32-character-ultra-secure-and-ultra-long-secret
    qwertyuiopasdfghjklzxcvbnm123456
    YOUR_JWT_SECRET_KEY_HERE_CHANGE_IN_PRODUCTION
    this-is-a-very-secret-key-do-not-share
    please-change-this-secret-before-production
    replace_this_with_a_long_random_string
    ThisIsMySuperSecretKeyForJWTAuthentication
    my_super_secret_key_that_is_at_least_32_chars
    your-nextauth-secret-key-here-32-chars
    insecure-secret-for-development-only
    change-me-change-me-change-me-change-me
    supersecretsupersecretsupersecret
    secretsecretsecretsecretsecretsecret
    00000000000000000000000000000000
    01234567890123456789012345678901
    abcdefghijklmnopqrstuvwxyz123456
    abcdefghijklmnopqrstuvwxyzabcdef
    0123456789abcdef0123456789abcdef
    aB3$aB3$aB3$aB3$aB3$aB3$aB3$aB3$
    abababababababcdabababababababcd
    q8Zr2vKx0LmT5wYbq8Zr2vKx0LmT5wYb
    q8Zr2vKx0LmT5wYbq8Zr2vKx0LmT5wYbq8Z
    your_jwt_secret_key_here_min_32_chars_long
    secret-key-for-nextjs-api-routes-tutorial!
    correct-horse-battery-staple-correct-horse
    syscook-tutorial-jwt-secret-2024-abcdef
"""
KNOWN = [
    *GUIDES.split(),
    "keyboard cat keyboard cat keyboard cat",
    "correct horse battery staple correct horse",
]

RANDOM: list[Callable[[], str]] = [
    lambda: secrets.token_urlsafe(32),
    lambda: secrets.token_hex(16),
    lambda: base64.b64encode(secrets.token_bytes(24)).decode(),
    lambda: str(uuid.uuid4()),
    lambda: secrets.token_bytes(32).decode("latin-1"),
    lambda: f"company-secret-{secrets.token_hex(12)}",
]


@pytest.fixture(autouse=True)
def _empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JWT_SECRET", raising=False)


@pytest.mark.parametrize("known", KNOWN)
def test_what_others_know_is_refused(known: str) -> None:
    with pytest.raises(ValueError, match="secret is one that others know or can guess: ") as caught:
        read_secrets(known, "HS256")
    assert str(caught.value).endswith(REMEDY)
    assert known not in str(caught.value)


def _counting(*starts: str, size: int) -> str:
    """Give runs of ``size`` characters that count on from each of ``starts``."""
    return "".join(chr(ord(start) + step) for start in starts for step in range(size))


def test_a_secret_may_count_on_for_three_quarters_of_it_and_no_further() -> None:
    most = _counting(*"aphwAPH1", size=4)
    assert len(most) == 32
    assert not is_known(most)
    assert is_known(_counting(*"aphw", size=5) + _counting(*"APH", size=4))


def test_a_secret_has_6_different_characters_at_least() -> None:
    assert not is_known("PQRZ!?" + "ZQ!PR?Z?P!QRP?Q!")
    assert is_known("PQRZ!" + "ZQ!PRZPQ!QRPPRQ!")


def test_a_secret_may_end_as_it_begins_but_not_repeat_itself() -> None:
    half = "kT9.wZ2-qX7!mB4"
    assert not is_known(f"{half}&e{half}")
    assert is_known(f"{half}&{half}&")


@pytest.mark.parametrize("make", RANDOM)
def test_what_is_random_is_never_taken_for_known(make: Callable[[], str]) -> None:
    assert [secret for secret in (make() for _ in range(2000)) if is_known(secret)] == []


@pytest.mark.parametrize(
    "short", ["secret", "your-secret-key", "your-256-bit-secret", "x", GOOD[1:], b"\0" * 31]
)
def test_what_is_short_is_refused(short: str | bytes) -> None:
    with pytest.raises(
        ValueError, match=rf"^secret is too short, {len(short)} bytes, and HS256 needs 32: "
    ) as caught:
        read_secrets(short, "HS256")
    assert str(caught.value).endswith(REMEDY)


@pytest.mark.parametrize(("algorithm", "size"), [("HS256", 32), ("HS384", 48), ("HS512", 64)])
def test_a_secret_is_as_long_as_the_hash_at_least(algorithm: str, size: int) -> None:
    secret = secrets.token_bytes(size)
    assert read_secrets(secret, algorithm) == (secret,)
    with pytest.raises(ValueError, match=f"{algorithm} needs {size}: .*token_urlsafe\\({size}\\)"):
        read_secrets(secret[1:], algorithm)


@pytest.mark.parametrize("algorithm", ["none", "RS256", "ES256", "EdDSA", "hs256", "", "HS1"])
def test_other_algorithms_are_refused(algorithm: str) -> None:
    with pytest.raises(ValueError, match=r"^algorithm must be one of HS256, HS384, HS512: it is "):
        read_secrets(GOOD, algorithm)


def _pem(key: Any) -> bytes:
    data: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return data


def _ssh(key: Any) -> bytes:
    data: bytes = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return data


def _refused(secret: bytes) -> None:
    for given in (secret, secret.decode()):
        with pytest.raises(ValueError, match=r"^secret is a key of another kind, which others may know"):
            read_secrets(given, "HS256")


def test_cve_2017_11424_a_public_key_is_no_secret() -> None:
    _refused(_pem(rsa.generate_private_key(65537, 2048)))
    _refused(_ssh(rsa.generate_private_key(65537, 2048)))


def test_cve_2022_29217_a_public_key_of_any_kind_and_form_is_no_secret() -> None:
    for key in (ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()):
        _refused(_pem(key))
        _refused(_ssh(key))


def test_cve_2026_48526_a_jwk_is_no_secret() -> None:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    _refused(jwt.algorithms.ECAlgorithm.to_jwk(key).encode())


# --- Where it comes from ----------------------------------------------------------------------------------


def test_without_one_the_environment_s_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JWT_SECRET", GOOD)
    assert read_secrets(None, "HS256") == (GOOD.encode(),)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, "JWT_SECRET is not set: put it into .env.local"),
        ("", "JWT_SECRET is empty: give it a value where it is set, or unset it"),
    ],
)
def test_a_missing_one_is_told(monkeypatch: pytest.MonkeyPatch, value: str | None, told: str) -> None:
    if value is not None:
        monkeypatch.setenv("JWT_SECRET", value)
    with pytest.raises(ValueError, match=re.escape(told)) as caught:
        read_secrets(None, "HS256")
    assert str(caught.value).endswith(REMEDY)


def test_the_environment_s_is_held_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JWT_SECRET", "your-secret-key")
    with pytest.raises(ValueError, match=r"^JWT_SECRET is too short"):
        read_secrets(None, "HS256")
    monkeypatch.setenv("JWT_SECRET", "your-secret-key" * 3)
    with pytest.raises(ValueError, match=r"^JWT_SECRET is one that others know"):
        read_secrets(None, "HS256")


def test_bytes_that_are_no_text_may_be_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = bytes(range(0x80, 0xC0, 2))
    monkeypatch.setenv("JWT_SECRET", os.fsdecode(secret))
    assert read_secrets(None, "HS256") == (secret,)
    assert read_secrets(os.fsdecode(secret), "HS256") == (secret,)


def test_several_are_kept_in_their_order() -> None:
    other = GOOD[::-1]
    assert read_secrets([GOOD, other.encode()], "HS256") == (GOOD.encode(), other.encode())
    assert read_secrets((each for each in (other, GOOD)), "HS256") == (other.encode(), GOOD.encode())


def test_each_of_several_is_looked_at() -> None:
    with pytest.raises(ValueError, match=r"^secret is too short, 6 bytes"):
        read_secrets([GOOD, "secret"], "HS256")


@pytest.mark.parametrize("empty", [[], ()])
def test_none_of_several_is_none(empty: list[str]) -> None:
    with pytest.raises(ValueError, match=r"^secret is empty: python"):
        read_secrets(empty, "HS256")


@pytest.mark.parametrize("odd", [[None], [5], [[GOOD]]])
def test_what_is_no_text_is_a_type_error(odd: Any) -> None:
    with pytest.raises(TypeError, match=r"^secret must be text or bytes, or a list of them, not "):
        read_secrets(odd, "HS256")


def test_half_a_surrogate_pair_is_no_secret() -> None:
    with pytest.raises(ValueError, match="surrogates not allowed"):
        read_secrets("\ud800" * 32, "HS256")


def test_the_command_of_the_remedy_makes_a_good_one(tmp_path: Path) -> None:
    program, *arguments = shlex.split(REMEDY.removesuffix(" makes one"))
    assert program == "python"
    told = subprocess.run(
        [sys.executable, *arguments], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert read_secrets(told.stdout.strip(), "HS256") == (told.stdout.strip().encode(),)

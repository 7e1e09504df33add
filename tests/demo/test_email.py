"""Emails of users: one account whatever the spelling, and none that looks like another."""

from __future__ import annotations

import unicodedata
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.login import account_of
from lib.schemas import normal_email
from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.testing import Client
from tests.demo.people import user

ZOE = "zo\u00eb@ex\u00e4mple.com"

# Composed and not, in capitals, wide, with letters of the same meaning, the domain as it is sent.
SPELLINGS = [
    ZOE,
    unicodedata.normalize("NFD", ZOE),
    ZOE.upper(),
    unicodedata.normalize("NFD", ZOE.upper()),
    "\uff5ao\u00eb@\uff45x\u00e4mple\u3002com",
    "zo\u00eb@xn--exmple-cua.com",
    "ZO\u00cb@XN--EXMPLE-CUA.COM",
    "zo\u00eb\ufe0f@ex\u00e4mple.com",
]
KATES = ["kate@example.com", "\u212aate@example.com", "KATE@Example.COM"]

NO_ADDRESSES = [
    "a@example.com\u200b",
    "a@exam\u00adple.com",
    "a\u200b@example.com",
    "a\u202e@example.com",
    "a\u2028@example.com",
    "a\u3000b@example.com",
    "a\u00a0b@example.com",
    "a\ue000@example.com",
    "a\u0378@example.com",
    "a\x7f@example.com",
    "\u3164@example.com",
    "a@\u3164.com",
    "a@fi\u200d.com",
    "a@\u2615.com",
    "a@xn--a.com",
    "a@[127.0.0.1]",
    "a@" + "b" * 64 + ".com",
    "a\uff20example.com",
    "a\uff20b@example.com",
    "\ufb03" * 90 + "@example.com",
    "a@" + "\u6f22" * 60 + ".com",
    "a@",
    "@example.com",
    "@",
    "",
]


def refused(demo: Client, email: str) -> bool:
    """Tell whether neither a registration nor a change takes an email."""
    answer = demo.post("/api/users", json={"name": "Ada", "email": email})
    known = [each["field"] for each in answer.json().get("details", [])]
    return (answer.status, known) == (400, ["email"])


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("spellings", [SPELLINGS, KATES], ids=["zoe", "kate"])
def test_an_address_is_one_account_in_all_spellings(demo: Client, spellings: list[str]) -> None:
    made = user(demo, email=spellings[0], password="correct horse")
    for spelling in spellings:
        answer = demo.post("/api/users", json={"name": "Eve", "email": spelling})
        assert (answer.status, answer.json()) == (409, {"error": "Email already in use"}), ascii(spelling)
        answer = demo.post("/api/auth/login", json={"email": spelling, "password": "correct horse"})
        assert (answer.status, answer.json()["user"]["id"]) == (200, made["id"]), ascii(spelling)


@pytest.mark.usefixtures("database")
def test_who_is_not_the_same_letter_is_somebody_else(demo: Client) -> None:
    for email in ("strasse@example.com", "stra\u00dfe@example.com", "a@strasse.com", "a@stra\u00dfe.com"):
        user(demo, email=email)
    assert len(demo.get("/api/users").json()) == 4


@pytest.mark.usefixtures("database")
def test_an_address_is_answered_as_it_is_stored(demo: Client) -> None:
    assert user(demo, email=ZOE.upper())["email"] == "zo\u00eb@xn--exmple-cua.com"


@pytest.mark.usefixtures("database")
def test_what_has_no_one_spelling_is_no_address(demo: Client) -> None:
    for email in NO_ADDRESSES:
        assert refused(demo, email), ascii(email)
        answer = demo.post("/api/auth/login", json={"email": email, "password": "x"})
        assert answer.status == 401, ascii(email)


def _account(email: str) -> object:
    found: list[object] = []

    def handler(req: NextApiRequest, res: NextApiResponse) -> None:
        found.append(account_of(req))
        res.end()

    Client(handler).post(json={"email": email})
    return found[0]


def test_all_spellings_are_tried_as_one_account() -> None:
    assert {_account(spelling) for spelling in SPELLINGS} == {"zo\u00eb@xn--exmple-cua.com"}


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_spelling_is_its_own_spelling_or_there_is_none(local: str, domain: str) -> None:
    with suppress(ValueError):
        once = normal_email(f"{local}@{domain}")
        with suppress(ValueError):
            assert normal_email(once) == once

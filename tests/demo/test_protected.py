"""pages/api/protected.py: what only those see who are logged in."""

from __future__ import annotations

import time
from collections.abc import Callable

import jwt
import pytest

from nextwsgi.middleware import sign_token
from nextwsgi.testing import Answer, Client
from tests.demo.people import token, user

pytestmark = pytest.mark.usefixtures("database")

PATH = "/api/protected"
UNAUTHORIZED = (401, {"error": "Unauthorized"})

WAYS: dict[str, Callable[[Client, str], Answer]] = {
    "header": lambda demo, text: demo.get(PATH, headers={"Authorization": f"Bearer {text}"}),
    "cookie": lambda demo, text: demo.get(PATH, cookies={"token": text}),
}
by_either_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
Way = Callable[[Client, str], Answer]


def seen(answer: Answer) -> tuple[int, object]:
    return answer.status, answer.json()


@by_either_way
def test_a_token_opens_it_and_is_shown(demo: Client, way: Way) -> None:
    ada = user(demo)
    answer = way(demo, sign_token({"userId": ada["id"], "email": ada["email"]}, expiresIn="7d"))
    shown = answer.json()
    assert (answer.status, shown["data"]) == (200, ada)
    assert (shown["user"]["userId"], shown["user"]["email"]) == (ada["id"], ada["email"])
    assert answer.headers["Cache-Control"] == "no-store"


def _signed(**changes: object) -> str:
    claims = {"userId": 1, "exp": int(time.time()) + 60, **changes}
    return jwt.encode(claims, "another secret that has 32 bytes or more", "HS256")


def _expired() -> str:
    import os

    return jwt.encode({"userId": 1, "exp": int(time.time()) - 1}, os.environ["JWT_SECRET"], "HS256")


BAD = {
    "none": lambda: "",
    "no token": lambda: "a.b.c",
    "another key": _signed,
    "alg: none": lambda: jwt.encode({"userId": 1, "exp": int(time.time()) + 60}, "", "none"),
    "expired": _expired,
    "cut": lambda: sign_token({"userId": 1}, expiresIn="1h")[:-1],
}


@by_either_way
@pytest.mark.parametrize("make", BAD.values(), ids=BAD)
def test_any_other_token_is_answered_alike(demo: Client, way: Way, make: Callable[[], str]) -> None:
    user(demo)
    assert seen(way(demo, make())) == UNAUTHORIZED
    assert seen(demo.get(PATH)) == UNAUTHORIZED


@by_either_way
def test_the_token_of_a_user_who_was_deleted_opens_nothing(demo: Client, way: Way) -> None:
    ada = user(demo)
    text = sign_token({"userId": ada["id"]}, expiresIn="1h")
    assert way(demo, text).status == 200
    assert demo.delete(f"/api/users/{ada['id']}", headers=token(ada["id"])).status == 204
    answer = way(demo, text)
    assert seen(answer) == UNAUTHORIZED
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    user(demo)  # who does not get the old id
    assert seen(way(demo, text)) == UNAUTHORIZED


@pytest.mark.parametrize("claims", [{}, {"userId": "x"}, {"userId": None}, {"userId": [1]}, {"userId": True}])
def test_a_token_that_names_no_user_opens_nothing(demo: Client, claims: dict[str, object]) -> None:
    user(demo)
    text = sign_token(claims, expiresIn="1h")
    assert seen(demo.get(PATH, cookies={"token": text})) == UNAUTHORIZED

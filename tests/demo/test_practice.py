"""The practice task: a user from registration to deletion, with validation and authentication."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.demo.serving import Reply, Site, Visitor, gunicorn

ADA = {"name": "Ada", "email": "ada@example.com", "password": "correct horse"}
BOB = {"name": "Bob", "email": "bob@example.com", "password": "battery staple"}
UNAUTHORIZED = (401, {"error": "Unauthorized"})


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    with gunicorn(tmp_path, {"DATABASE_URL": database}, workers=2) as site:
        yield site


@pytest.fixture
def ada(site: Site) -> Iterator[Visitor]:
    with closing(Visitor(site)) as visitor:
        yield visitor


@pytest.fixture
def bob(site: Site) -> Iterator[Visitor]:
    with closing(Visitor(site)) as visitor:
        yield visitor


def seen(reply: Reply) -> tuple[int, object]:
    return reply.status, reply.json()


def login(visitor: Visitor, person: dict[str, str], **fields: str) -> Reply:
    return visitor.send(
        "POST", "/api/auth/login", {"email": person["email"], "password": person["password"], **fields}
    )


def test_somebody_registers_logs_in_and_changes_and_deletes_nobody_but_herself(
    ada: Visitor, bob: Visitor
) -> None:
    made = ada.send("POST", "/api/auth/register", ADA)
    user = made.json()
    path = f"/api/users/{user['id']}"
    assert (made.status, user) == (201, {"id": user["id"], "name": "Ada", "email": ADA["email"], "posts": []})
    assert ada.cookies == {}
    assert seen(ada.send("POST", "/api/auth/register", ADA)) == (409, {"error": "Email already in use"})
    assert seen(ada.send("PUT", path, {"name": "Ada Lovelace"})) == UNAUTHORIZED
    assert seen(login(ada, ADA, password="wrong")) == (401, {"error": "Invalid credentials"})

    shown = {"id": user["id"], "email": ADA["email"], "name": "Ada"}
    assert seen(login(ada, ADA)) == (200, {"message": "Login successful", "user": shown})
    assert seen(ada.send("GET", "/api/protected"))[0] == 200
    assert seen(ada.send("PUT", path, {"name": "A"}))[0] == 400
    changed = {**user, "name": "Ada Lovelace"}
    assert seen(ada.send("PUT", path, {"name": "Ada Lovelace"})) == (200, changed)
    assert seen(bob.send("GET", path)) == (200, changed)
    post = ada.send("POST", "/api/posts", {"title": "Notes", "content": "On the engine"}).json()
    assert ada.send("GET", "/api/users").json() == [{**changed, "posts": [post]}]

    bob.send("POST", "/api/auth/register", BOB)
    login(bob, BOB)
    for method, body in (("PUT", {"name": "Eve"}), ("DELETE", None)):
        assert bob.send(method, path, body).status == 403
        foreign = {"Origin": "https://evil.example"}
        assert ada.send(method, path, body, foreign).status == 403
    taken = {"error": "Email already in use"}
    assert seen(ada.send("PUT", path, {"email": BOB["email"]})) == (409, taken)
    assert bob.send("GET", path).json()["name"] == "Ada Lovelace"

    assert ada.send("DELETE", path).status == 204
    assert seen(bob.send("GET", path)) == (404, {"error": "User not found"})
    assert seen(ada.send("GET", "/api/protected")) == UNAUTHORIZED
    assert seen(login(ada, ADA)) == (401, {"error": "Invalid credentials"})
    assert [user["name"] for user in bob.send("GET", "/api/users").json()] == ["Bob"]

    assert bob.send("POST", "/api/auth/logout").status == 200
    assert bob.cookies == {}
    assert seen(bob.send("GET", "/api/protected")) == UNAUTHORIZED


def test_in_production_the_cookie_is_for_https_alone(ada: Visitor) -> None:
    ada.send("POST", "/api/auth/register", ADA)
    token = "token={}; HttpOnly; Path=/; Max-Age=604800; SameSite=Strict; Secure"
    assert login(ada, ADA).headers["Set-Cookie"] == token.format(ada.cookies["token"])
    cleared = "token=; HttpOnly; Path=/; Max-Age=0; SameSite=Strict; Secure"
    assert ada.send("POST", "/api/auth/logout").headers["Set-Cookie"] == cleared


def test_a_restart_logs_nobody_out(database: str, tmp_path: Path) -> None:
    with gunicorn(tmp_path, {"DATABASE_URL": database}) as site, closing(Visitor(site)) as ada:
        ada.send("POST", "/api/auth/register", ADA)
        login(ada, ADA)
    with gunicorn(tmp_path, {"DATABASE_URL": database}) as site, closing(Visitor(site)) as later:
        later.cookies = ada.cookies
        assert later.send("GET", "/api/protected").status == 200

"""What a request finds in the database may be gone when it changes it: another request deleted it."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from nextwsgi.testing import Client
from tests.demo.people import BOB, post, token, user

pytestmark = pytest.mark.usefixtures("database")


class Meanwhile:
    """Deletes a row as somebody else, once, after the first SELECT that another connection sends."""

    def __init__(self, table: str, id: int) -> None:
        self._statement = f"DELETE FROM {table} WHERE id = {id}"
        self._done = False

    def __call__(self, connection: Connection, _: object, statement: str, *__: object) -> None:
        if self._done or not statement.startswith("SELECT"):
            return
        self._done = True
        with connection.engine.begin() as other:
            other.exec_driver_sql(self._statement)


def _meanwhile(request: pytest.FixtureRequest, table: str, id: int) -> None:
    deletes = Meanwhile(table, id)
    event.listen(Engine, "after_cursor_execute", deletes)
    request.addfinalizer(lambda: event.remove(Engine, "after_cursor_execute", deletes))


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/api/users/{id}", {"name": "Ada Lovelace"}),
        ("PUT", "/api/users", {"id": "{id}", "age": 36}),
        ("DELETE", "/api/users/{id}", None),
        ("DELETE", "/api/users", {"id": "{id}"}),
    ],
)
def test_a_user_who_is_deleted_meanwhile_is_not_found(
    demo: Client, request: pytest.FixtureRequest, method: str, path: str, body: dict[str, object] | None
) -> None:
    id = user(demo)["id"]
    if body and "id" in body:
        body = {**body, "id": id}
    _meanwhile(request, "users", id)
    answer = demo.request(method, path.format(id=id), json=body, headers=token(id))
    assert (answer.status, answer.json()) == (404, {"error": "User not found"})


def test_a_change_of_nothing_needs_no_more_than_what_was_found(
    demo: Client, request: pytest.FixtureRequest
) -> None:
    id = user(demo)["id"]
    _meanwhile(request, "users", id)
    assert demo.put(f"/api/users/{id}", json={}, headers=token(id)).status == 200


def test_an_email_that_is_taken_meanwhile_is_refused(demo: Client) -> None:
    id = user(demo)["id"]
    user(demo, **BOB)
    answer = demo.put(f"/api/users/{id}", json={"email": BOB["email"]}, headers=token(id))
    assert (answer.status, answer.json()) == (409, {"error": "Email already in use"})


def test_a_post_is_deleted_once(demo: Client, request: pytest.FixtureRequest) -> None:
    id = post(demo)["id"]
    _meanwhile(request, "posts", id)
    answer = demo.delete(f"/api/posts/{id}")
    assert (answer.status, answer.json()) == (404, {"error": "Post not found"})


def test_nobody_writes_a_post_who_was_deleted(demo: Client) -> None:
    id = user(demo)["id"]
    headers = token(id)
    assert demo.delete(f"/api/users/{id}", headers=headers).status == 204
    answer = demo.post("/api/posts", json={"title": "T", "content": "C"}, headers=headers)
    assert (answer.status, answer.json()) == (401, {"error": "Unauthorized"})
    assert answer.headers["WWW-Authenticate"] == "Bearer"

"""pages/api/users.py and pages/api/users/[id].py, on both kinds of database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from nextwsgi.testing import Answer, Client
from tests.demo.people import ADA, BOB, post, token, user

pytestmark = pytest.mark.usefixtures("database")

NOT_FOUND = {"error": "User not found"}
NO_IDS = [
    "0",
    "-1",
    "x",
    "1.0",
    "01",
    " 1",
    "٣",
    "1e3",
    "9" * 19,
    "9" * 20,
    "9" * 5000,
    "%00",
    "1%2F2",
    "null",
]


def fields_of(answer: Answer) -> set[str]:
    """Give the fields that a 400 names."""
    assert (answer.status, answer.json()["error"]) == (400, "Validation failed"), answer.text
    return {detail["field"] for detail in answer.json()["details"]}


# --- POST -------------------------------------------------------------------------------------------------


def test_a_user_is_made_and_found(demo: Client) -> None:
    made = user(demo, age=36, password="a password")
    assert made == {"id": made["id"], **ADA, "posts": []}
    assert demo.get("/api/users").json() == [made]
    assert demo.get(f"/api/users/{made['id']}").json() == made


@pytest.mark.parametrize("name", ["Al", "x" * 50, "Ærøskøbing 😀", "O'Brien; DROP TABLE users", "a\nb"])
def test_a_name_is_kept_as_it_is_sent(demo: Client, name: str) -> None:
    made = user(demo, name=name)
    assert demo.get(f"/api/users/{made['id']}").json()["name"] == name


BAD: dict[str, list[object]] = {
    "name": [None, 5, True, [], ["Ada"], {}, "", "A", " A ", "x" * 51, "   "],
    "name, too": ["a\0b", "a\ud800b", "x" * 100_000],
    "email": [
        None,
        5,
        [],
        {},
        "",
        "x",
        "a@",
        "@b.c",
        "a b@c.d",
        "a@b@c.d",
        f"{'a' * 250}@b.c",
        f"{'İ' * 200}@b.cd",
    ],
    "email, too": ["a\0@b.c", "a@\ud800.c", "a@b.c\n", f"a@{'b' * 100_000}", "a@b..c", "a@-b.c"],
    "age": [None, "x", "", [], {}, 17, 121, 20.5, -1, 10**30, 1e308, True, "٢٠", "2_0", " 20", "020"],
}
BAD_PASSWORDS: list[object] = [None, 5, [], "", "x" * 73, "é" * 37, "a\0b", "\ud800"]
CHANGES = [(field.partition(",")[0], value) for field, values in BAD.items() for value in values]


@pytest.mark.parametrize(
    ("field", "value"),
    [*CHANGES, *(("password", value) for value in BAD_PASSWORDS)],
    ids=lambda value: repr(value)[:20],
)
def test_a_bad_field_is_named(demo: Client, field: str, value: object) -> None:
    assert fields_of(demo.post("/api/users", json={**ADA, field: value})) == {field}
    assert demo.get("/api/users").json() == []


@pytest.mark.parametrize("age", [18, 120, "20", 20.0])
def test_an_age_may_be_any_whole_number_of_years(demo: Client, age: object) -> None:
    user(demo, age=age)


@pytest.mark.parametrize("body", ["null", "[]", '"x"', "1", "[{}]"])
def test_a_body_that_is_no_object_is_bad(demo: Client, body: str) -> None:
    answer = demo.post("/api/users", body=body, headers={"Content-Type": "application/json"})
    assert answer.status == 400


def test_every_missing_field_is_named(demo: Client) -> None:
    assert fields_of(demo.post("/api/users", json={})) == {"name", "email"}
    assert demo.post("/api/users").status == 400


def test_the_last_of_a_repeated_key_counts_and_a_form_may_repeat_none(demo: Client) -> None:
    twice = '{"name": "One", "name": "Two", "email": "a@example.com"}'
    answer = demo.post("/api/users", body=twice, headers={"Content-Type": "application/json"})
    assert answer.json()["name"] == "Two"
    assert fields_of(demo.post("/api/users", form={"name": ["a", "b"], "email": "b@example.com"})) == {"name"}


def test_what_a_client_may_not_set_is_not_set(demo: Client) -> None:
    made = user(demo, id=77, posts=[{"title": "x"}], isAdmin=True)
    assert made["id"] != 77
    assert made["posts"] == []


@pytest.mark.parametrize("email", ["ada@example.com", "ADA@Example.COM"])
def test_an_email_is_taken_once_whatever_its_case(demo: Client, email: str) -> None:
    user(demo)
    answer = demo.post("/api/users", json={"name": "Other", "email": email})
    assert (answer.status, answer.json()) == (409, {"error": "Email already in use"})
    assert len(demo.get("/api/users").json()) == 1


def test_no_answer_has_a_password_or_its_hash(demo: Client) -> None:
    made = user(demo, password="correct horse")
    own, path = token(made["id"]), f"/api/users/{made['id']}"
    post(demo, made["id"])
    answers = [
        demo.get("/api/users"),
        demo.get(path),
        demo.put(path, json={"name": "Eve", "password": "correct horse"}, headers=own),
        demo.put("/api/users", json={"id": made["id"], "password": "correct horse"}, headers=own),
        demo.post("/api/users", json={**ADA, "password": "correct horse"}),
        demo.post("/api/users", json={**BOB, "password": "correct horse" * 9}),
    ]
    for answer in answers:
        assert "horse" not in answer.text
        assert "$2b$" not in answer.text


# --- GET --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", NO_IDS)
def test_what_is_no_id_is_no_user(demo: Client, id: str) -> None:
    answer = demo.get(f"/api/users/{id}")
    assert (answer.status, answer.json()) == (404, NOT_FOUND)


def test_a_query_does_not_change_the_id_of_the_path(demo: Client) -> None:
    made = user(demo)
    assert demo.get(f"/api/users/{made['id']}?id=9&id=8").json() == made


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the queries that are sent to any database."""
    queries: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT"):
            queries.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield queries
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_users_come_with_their_newest_posts_and_not_with_a_query_for_each(demo: Client) -> None:
    for number in range(5):
        made = user(demo, email=f"u{number}@example.com")
        titles = [f"{number}-{place}" for place in range(number * 4)]
        for title in titles:
            post(demo, made["id"], title=title)
    with counted() as queries:
        users = demo.get("/api/users").json()
    assert len(queries) == 2, queries
    assert [len(user["posts"]) for user in users] == [10, 10, 8, 4, 0]
    assert [post["title"] for post in users[0]["posts"]] == [f"4-{place}" for place in range(15, 5, -1)]
    assert set(users[0]["posts"][0]) == {"id", "title", "content", "createdAt"}
    assert demo.get(f"/api/users/{users[2]['id']}").json() == users[2]


def test_a_list_comes_in_pages_the_newest_first(demo: Client) -> None:
    ids = [user(demo, email=f"u{number}@example.com")["id"] for number in range(5)]
    found, path = [], "/api/users?limit=2"
    while path:
        answer = demo.get(path)
        found += [user["id"] for user in answer.json()]
        path = answer.headers.get("Link", "")[1:].partition(">")[0]
    assert found == ids[::-1]
    assert demo.get("/api/users?limit=2&page=2").headers["Link"] == '</api/users?limit=2&page=3>; rel="next"'
    assert demo.get("/api/users?page=1000000").json() == []


@pytest.mark.parametrize("name", ["limit", "page"])
@pytest.mark.parametrize(
    "value", ["0", "01", "-1", "x", "", "1.5", "1e2", "٣", "+5", "5_0", "9" * 20, "9" * 5000, "1&{}=2", "%00"]
)
def test_a_page_that_cannot_be_is_bad(demo: Client, name: str, value: str) -> None:
    assert fields_of(demo.get(f"/api/users?{name}={value.format(name)}")) == {name}


def test_no_page_is_larger_than_100(demo: Client) -> None:
    assert demo.get("/api/users?limit=100").status == 200
    assert fields_of(demo.get("/api/users?limit=101")) == {"limit"}


# --- PUT, DELETE ------------------------------------------------------------------------------------------


def change(demo: Client, way: str, id: object, headers: dict[str, str], **fields: object) -> Answer:
    """Change a user by the id in the path or in the body."""
    if way == "path":
        return demo.put(f"/api/users/{id}", json=fields, headers=headers)
    return demo.put("/api/users", json={"id": id, **fields}, headers=headers)


def remove(demo: Client, way: str, id: object, headers: dict[str, str]) -> Answer:
    """Delete a user by the id in the path or in the body."""
    if way == "path":
        return demo.delete(f"/api/users/{id}", headers=headers)
    return demo.delete("/api/users", json={"id": id}, headers=headers)


ways = pytest.mark.parametrize("way", ["path", "body"])


@ways
def test_a_user_changes_what_is_sent_and_nothing_else(demo: Client, way: str) -> None:
    made = user(demo, password="a password")
    own = token(made["id"])
    first = change(demo, way, made["id"], own, name="Ada Lovelace")
    assert (first.status, first.json()) == (200, {**made, "name": "Ada Lovelace"})
    second = change(demo, way, made["id"], own, email="Ada.L@example.com", age=36)
    assert second.json() == {**made, "name": "Ada Lovelace", "email": "ada.l@example.com"}
    assert change(demo, way, made["id"], own).json() == second.json()
    assert demo.get("/api/users").json() == [second.json()]


@ways
def test_a_user_deletes_itself_with_its_posts(demo: Client, way: str) -> None:
    made, other = user(demo), user(demo, **BOB)
    post(demo, made["id"])
    kept = post(demo, other["id"])
    answer = remove(demo, way, made["id"], token(made["id"]))
    assert (answer.status, answer.body) == (204, b"")
    assert [each["id"] for each in demo.get("/api/users").json()] == [other["id"]]
    assert demo.get("/api/posts").json() == [kept]
    assert user(demo)["id"] not in (made["id"], other["id"])


@ways
def test_nobody_changes_or_deletes_another(demo: Client, way: str) -> None:
    made, other = user(demo), user(demo, **BOB)
    for claim in (other["id"], None, True, "x", 10**30, [made["id"]]):
        for answer in (
            change(demo, way, made["id"], token(claim), name="Mine"),
            remove(demo, way, made["id"], token(claim)),
        ):
            assert (answer.status, answer.json()) == (403, {"error": "Forbidden: this is another user"})
    assert demo.get(f"/api/users/{made['id']}").json() == made


@ways
def test_without_a_token_nothing_is_changed(demo: Client, way: str) -> None:
    made = user(demo)
    for headers in ({}, {"Authorization": "Bearer x"}):
        for answer in (change(demo, way, made["id"], headers, name=""), remove(demo, way, "x", headers)):
            assert (answer.status, answer.json()) == (401, {"error": "Unauthorized"})
            assert answer.headers["WWW-Authenticate"] == "Bearer"


@ways
def test_nobody_is_not_found(demo: Client, way: str) -> None:
    gone = user(demo)["id"]
    own = token(gone)
    assert remove(demo, way, gone, own).status == 204
    for answer in (change(demo, way, gone, own, name="Ada"), remove(demo, way, gone, own)):
        assert (answer.status, answer.json()) == (404, NOT_FOUND)


@ways
def test_a_change_to_a_taken_email_is_refused(demo: Client, way: str) -> None:
    made = user(demo)
    user(demo, **BOB)
    answer = change(demo, way, made["id"], token(made["id"]), email="BOB@example.com", name="Bo")
    assert (answer.status, answer.json()) == (409, {"error": "Email already in use"})
    assert demo.get(f"/api/users/{made['id']}").json() == made


@ways
@pytest.mark.parametrize(("field", "value"), CHANGES[::4], ids=lambda value: repr(value)[:20])
def test_a_bad_change_is_named(demo: Client, way: str, field: str, value: object) -> None:
    made = user(demo)
    assert fields_of(change(demo, way, made["id"], token(made["id"]), **{field: value})) == {field}


@pytest.mark.parametrize(
    "id",
    [None, "x", "", [], [1], {}, 1.5, True, 0, -1, 2**63, "9" * 20, "٣", "01", " 1", "1.0", "1e0"],
)
def test_a_body_whose_id_is_none_is_bad(demo: Client, id: object) -> None:
    for answer in (change(demo, "body", id, token(1)), remove(demo, "body", id, token(1))):
        assert fields_of(answer) == {"id"}
    assert fields_of(demo.delete("/api/users", json={}, headers=token(1))) == {"id"}


@pytest.mark.parametrize("id", NO_IDS)
def test_what_is_no_id_is_not_found_for_a_change_either(demo: Client, id: str) -> None:
    for answer in (change(demo, "path", id, token(1)), remove(demo, "path", id, token(1))):
        assert (answer.status, answer.json()) == (404, NOT_FOUND)


# --- other methods ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/api/users", ["GET", "POST", "PUT", "DELETE"]), ("/api/users/1", ["GET", "PUT", "DELETE"])],
)
def test_another_method_is_refused_in_the_tutorials_words(
    demo: Client, path: str, allowed: list[str]
) -> None:
    answer = demo.patch(path)
    assert (answer.status, answer.text) == (405, "Method PATCH Not Allowed")
    assert answer.headers.getlist("Allow") == allowed

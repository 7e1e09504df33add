"""pages/api/posts.py, pages/api/posts/[id].py and pages/api/authors/, on both kinds of database."""

from __future__ import annotations

import re

import pytest

from nextwsgi.testing import Client
from tests.demo.people import BOB, post, token, user
from tests.demo.test_users import NO_IDS, fields_of

pytestmark = pytest.mark.usefixtures("database")

NOT_FOUND = {"error": "Post not found"}


def test_a_post_is_made_and_found(demo: Client) -> None:
    made = post(demo, title="First Post", content="This is my first post.")
    assert made == {**made, "title": "First Post", "content": "This is my first post."}
    assert set(made) == {"id", "title", "content", "createdAt"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", made["createdAt"])
    assert demo.get(f"/api/posts/{made['id']}").json() == made
    assert demo.get("/api/posts").json() == [made]


def test_the_newest_posts_come_first_and_in_pages(demo: Client) -> None:
    ids = [post(demo, title=str(number))["id"] for number in range(5)]
    first = demo.get("/api/posts?limit=3")
    assert [each["id"] for each in first.json()] == ids[:1:-1]
    assert first.headers["Link"] == '</api/posts?limit=3&page=2>; rel="next"'
    second = demo.get("/api/posts?limit=3&page=2")
    assert [each["id"] for each in second.json()] == ids[1::-1]
    assert "Link" not in second.headers
    assert fields_of(demo.get("/api/posts?limit=0&page=x")) == {"limit", "page"}


@pytest.mark.parametrize("field", ["title", "content"])
@pytest.mark.parametrize(
    "value", [None, 5, True, [], {}, "", "  ", "a\0b", "\udfff", "x" * 10_001], ids=lambda v: repr(v)[:9]
)
def test_a_bad_field_is_named(demo: Client, field: str, value: object) -> None:
    assert fields_of(demo.post("/api/posts", json={"title": "T", "content": "C", field: value})) == {field}


def test_both_fields_are_required(demo: Client) -> None:
    assert fields_of(demo.post("/api/posts", json={})) == {"title", "content"}
    assert demo.get("/api/posts").json() == []


@pytest.mark.parametrize("id", NO_IDS)
def test_what_is_no_id_is_no_post(demo: Client, id: str) -> None:
    for answer in (demo.get(f"/api/posts/{id}"), demo.delete(f"/api/posts/{id}")):
        assert (answer.status, answer.json()) == (404, NOT_FOUND)


def test_a_post_of_nobody_may_be_deleted_by_anybody(demo: Client) -> None:
    made = post(demo)
    answer = demo.delete(f"/api/posts/{made['id']}")
    assert (answer.status, answer.body) == (204, b"")
    assert demo.delete(f"/api/posts/{made['id']}").json() == NOT_FOUND


def test_a_post_of_somebody_may_be_deleted_by_its_author_alone(demo: Client) -> None:
    author, other = user(demo), user(demo, **BOB)
    made = post(demo, author["id"])
    path = f"/api/posts/{made['id']}"
    for headers in ({}, token(other["id"])):
        answer = demo.delete(path, headers=headers)
        assert (answer.status, answer.json()) == (403, {"error": "Forbidden: another user wrote this post"})
    assert demo.delete(path, headers=token(author["id"])).status == 204


def test_a_token_that_is_none_writes_nothing(demo: Client) -> None:
    body = {"title": "T", "content": "C"}
    gone = user(demo)["id"]
    assert demo.delete(f"/api/users/{gone}", headers=token(gone)).status == 204
    for headers in (
        {"Authorization": "Bearer x"},
        *(token(id) for id in (gone, None, "x", 10**30, [1], 1.5)),
    ):
        answer = demo.post("/api/posts", json=body, headers=headers)
        assert (answer.status, answer.json()) == (401, {"error": "Unauthorized"})
    assert demo.post("/api/posts", json=body, cookies={"token": "x"}).status == 401
    assert demo.get("/api/posts").json() == []


def test_a_post_is_found_with_its_author(demo: Client) -> None:
    author, other = user(demo), user(demo, **BOB)
    made, nobodys = post(demo, author["id"]), post(demo)
    answer = demo.get(f"/api/authors/{author['id']}/{made['id']}")
    assert (answer.status, answer.json()) == (200, made)
    for path in (f"{other['id']}/{made['id']}", f"{author['id']}/{nobodys['id']}", f"{author['id']}/999"):
        answer = demo.get(f"/api/authors/{path}")
        assert (answer.status, answer.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize("id", NO_IDS)
def test_an_author_or_post_that_is_no_id_is_not_found(demo: Client, id: str) -> None:
    for path in (f"/api/authors/{id}/1", f"/api/authors/1/{id}"):
        answer = demo.get(path)
        assert (answer.status, answer.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/posts", ["GET", "POST"]),
        ("/api/posts/1", ["GET", "DELETE"]),
        ("/api/authors/1/1", ["GET"]),
    ],
)
def test_another_method_is_refused_in_the_tutorials_words(
    demo: Client, path: str, allowed: list[str]
) -> None:
    answer = demo.put(path)
    assert (answer.status, answer.text) == (405, "Method PUT Not Allowed")
    assert answer.headers.getlist("Allow") == allowed

"""pages/api/docs/[...slug].py: a catch-all route."""

import pytest

from nextwsgi.testing import Client


@pytest.mark.parametrize(
    ("path", "text"), [("api/users", "User API documentation"), ("api/posts", "Post API documentation")]
)
def test_a_documented_path_answers_with_its_text(demo: Client, path: str, text: str) -> None:
    answer = demo.get(f"/api/docs/{path}")
    assert (answer.status, answer.json()) == (200, {"docs": text})


@pytest.mark.parametrize("path", ["api", "api/users/1", "api%2Fother", "API/users"])
def test_any_other_path_is_not_found(demo: Client, path: str) -> None:
    answer = demo.get(f"/api/docs/{path}")
    assert (answer.status, answer.json()) == (404, {"error": "Documentation not found"})


def test_the_catch_all_needs_a_segment(demo: Client) -> None:
    assert demo.get("/api/docs").headers["Content-Type"] == "text/html; charset=utf-8"

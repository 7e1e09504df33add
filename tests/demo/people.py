"""Users and posts that tests make, and the token of somebody who is logged in."""

from __future__ import annotations

from typing import Any

from nextwsgi.middleware import sign_token
from nextwsgi.testing import Client

ADA = {"name": "Ada", "email": "ada@example.com"}
BOB = {"name": "Bob", "email": "bob@example.com"}


def user(demo: Client, **fields: object) -> dict[str, Any]:
    """Make a user: Ada, unless ``fields`` say otherwise."""
    answer = demo.post("/api/users", json={**ADA, **fields})
    assert answer.status == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def token(id: object) -> dict[str, str]:
    """Give the headers of a user who is logged in."""
    return {"Authorization": f"Bearer {sign_token({'userId': id}, expiresIn='1h')}"}


def post(demo: Client, author: object = None, **fields: object) -> dict[str, Any]:
    """Make a post, of nobody unless there is an author's id."""
    headers = {} if author is None else token(author)
    answer = demo.post("/api/posts", json={"title": "T", "content": "C", **fields}, headers=headers)
    assert answer.status == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made

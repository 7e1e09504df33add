"""app/api/app/ and pages/api/edge.py: route handlers, and a route of the edge runtime."""

import pytest

from nextwsgi.testing import Client


def test_hello_greets_and_gives_back_what_it_receives(demo: Client) -> None:
    answer = demo.get("/api/app/hello")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.text == '{"message":"Hello from Next.js App Router!"}'
    assert demo.post("/api/app/hello", json={"a": [1]}).text == '{"received":{"a":[1]}}'


@pytest.mark.parametrize("body", ["", "{", "NaN"])
def test_what_is_no_json_is_a_400(demo: Client, body: str) -> None:
    answer = demo.post("/api/app/hello", body=body)
    assert (answer.status, answer.text) == (400, '{"error":"Invalid JSON"}')


def test_methods_that_are_not_there_are_told(demo: Client) -> None:
    assert demo.delete("/api/app/hello").status == 405
    answer = demo.options("/api/app/hello")
    assert (answer.status, answer.headers["Allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    assert (demo.head("/api/app/hello").status, demo.head("/api/app/hello").body) == (200, b"")


def test_a_post_is_found_by_query_and_by_path(demo: Client) -> None:
    assert demo.get("/api/app/posts?id=1&id=2").text == '{"id":"1"}'
    assert demo.get("/api/app/posts").text == '{"id":null}'
    assert demo.get("/api/app/posts/a%2Fb").text == '{"postId":"a/b"}'
    assert demo.get("/api/app/posts/%FF").status == 400


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_edge_answers_every_method(demo: Client, method: str) -> None:
    assert demo.request(method, "/api/edge").text == '{"message":"Hello, edge!"}'
    assert demo.request(method, "/api/edge?name=Ada").text == '{"message":"Hello, Ada!"}'

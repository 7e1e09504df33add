"""pages/api/data.py: response headers, CORS and caching."""

from nextwsgi.testing import Client

CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE",
    "Access-Control-Allow-Headers": "Content-Type, Authorization",
}


def test_data_may_be_read_from_anywhere_and_cached(demo: Client) -> None:
    answer = demo.get("/api/data")
    assert (answer.status, answer.json()) == (200, {"message": "Hello from API"})
    assert CORS.items() <= dict(answer.headers).items()
    assert answer.headers["Cache-Control"] == "public, s-maxage=60, stale-while-revalidate=300"
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


def test_a_preflight_is_answered_with_the_same_headers_and_nothing_else(demo: Client) -> None:
    answer = demo.options("/api/data")
    assert (answer.status, answer.body) == (200, b"")
    assert CORS.items() <= dict(answer.headers).items()

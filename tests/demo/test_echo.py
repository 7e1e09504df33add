"""pages/api/echo/[[...path]].py: all of req."""

from nextwsgi.testing import Client


def test_echo_shows_all_of_the_request(demo: Client) -> None:
    answer = demo.post(
        "/api/echo/a%2Fb/c?x=1&x=2",
        headers={"X-A": "é"},
        cookies={"session": "1 2"},
        json={"name": "Ada"},
    )
    headers = {
        "host": "localhost",
        "content-type": "application/json",
        "content-length": "14",
        "cookie": "session=1%202",
        "x-a": "é",
    }
    shown = answer.json()
    assert shown.pop("rawHeaders") == [text for pair in headers.items() for text in pair]
    assert shown == {
        "method": "POST",
        "url": "/api/echo/a%2Fb/c?x=1&x=2",
        "query": {"x": ["1", "2"], "path": ["a/b", "c"]},
        "cookies": {"session": "1 2"},
        "headers": headers,
        "httpVersion": "1.1",
        "body": {"name": "Ada"},
        "rawBody": {"length": 14, "base64": "eyJuYW1lIjoiQWRhIn0="},
        "socket": {"remoteAddress": "127.0.0.1", "remotePort": None},
        "preview": None,
        "draftMode": None,
        "previewData": False,
    }


def test_echo_answers_at_its_root_without_a_path(demo: Client) -> None:
    assert demo.get("/api/echo").json()["query"] == {}


def test_echo_is_never_kept_in_a_cache(demo: Client) -> None:
    assert demo.get("/api/echo").headers["Cache-Control"] == "no-store"

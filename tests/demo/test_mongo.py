"""Posts in MongoDB: what is asked of it over its wire protocol, and what the client gets."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from bson import Binary, Decimal128, ObjectId

from lib import mongodb as database
from nextwsgi.testing import Client
from tests.demo import mongodb, serving
from tests.demo.mongodb import Mongo

POST = {"title": "First Post", "content": "This is my first post.", "author": "Ada"}
PATH = "/api/mongo/posts"


@pytest.fixture(scope="module")
def server() -> Iterator[Mongo]:
    with mongodb.running() as server:
        yield server
        database.close()


@pytest.fixture
def mongo(server: Mongo, monkeypatch: pytest.MonkeyPatch) -> Mongo:
    """An empty MongoDB."""
    monkeypatch.setenv("MONGODB_URI", server.uri)
    server.empty()
    return server


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of a server that does not run."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    monkeypatch.setattr(database, "PATIENCE", 0.3)
    monkeypatch.setenv("MONGODB_URI", f"mongodb://localhost:{port}")
    yield port
    database.close()


def test_a_post_is_stored_with_its_time_and_listed_as_json(demo: Client, mongo: Mongo) -> None:
    begun = datetime.now(UTC)
    answer = demo.post(PATH, json=POST)
    assert answer.status == 201
    id = answer.json()["id"]
    assert re.fullmatch("[0-9a-f]{24}", id)
    assert answer.json() == {"id": id}
    [stored] = mongo.documents
    assert stored["_id"] == ObjectId(id)
    assert abs(stored["createdAt"].replace(tzinfo=UTC) - begun).total_seconds() < 5
    [post] = demo.get(PATH).json()
    assert list(post) == ["_id", "title", "content", "author", "createdAt"]
    assert post | {"createdAt": None} == {"_id": id, **POST, "createdAt": None}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", post["createdAt"])
    assert [command["$db"] for command in mongo.asked] == ["demo", "demo"]


def test_the_uri_may_name_the_database(demo: Client, mongo: Mongo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGODB_URI", f"{mongo.uri}/blog?retryWrites=true&w=majority")
    assert demo.post(PATH, json=POST).status == 201
    assert mongo.asked[0]["$db"] == "blog"


def test_lists_come_in_pages_the_newest_first(demo: Client, mongo: Mongo) -> None:
    ids = [demo.post(PATH, json=POST | {"title": f"{number}"}).json()["id"] for number in range(5)]
    first = demo.get(f"{PATH}?limit=2")
    assert [post["_id"] for post in first.json()] == ids[:2:-1]
    assert first.headers["Link"] == f'<{PATH}?limit=2&page=2>; rel="next"'
    last = demo.get(f"{PATH}?limit=2&page=3")
    assert [post["_id"] for post in last.json()] == ids[:1]
    assert "Link" not in last.headers
    assert demo.get(f"{PATH}?limit=101").status == 400
    assert mongo.asked[-1]["limit"] == 3


@pytest.mark.parametrize("field", POST)
@pytest.mark.parametrize(
    "value", [{"$gt": ""}, ["a"], 7, True, None, "", "  ", "a\0b", "\ud800", "x" * 10_001]
)
def test_what_is_no_text_is_refused_and_never_asked(
    demo: Client, mongo: Mongo, field: str, value: object
) -> None:
    answer = demo.post(
        PATH, body=json.dumps(POST | {field: value}), headers={"Content-Type": "application/json"}
    )
    assert answer.status == 400
    assert answer.json()["error"] == "Validation failed"
    assert [detail["field"] for detail in answer.json()["details"]] == [field]
    assert mongo.asked == []


@pytest.mark.parametrize(
    "body", [b"null", b"[]", b'"text"', b"{}", b'{"$where": "1"}', b'{"title": "a", "__proto__": {}}']
)
def test_a_body_without_the_fields_is_refused(demo: Client, mongo: Mongo, body: bytes) -> None:
    assert demo.post(PATH, body=body, headers={"Content-Type": "application/json"}).status == 400
    assert mongo.asked == []


@pytest.mark.parametrize("query", ["title[$gt]=", "filter={}", "limit[$gt]=1", "limit=1&limit=2", "page=-1"])
def test_a_query_asks_for_no_more_than_a_page(demo: Client, mongo: Mongo, query: str) -> None:
    assert demo.get(f"{PATH}?{query}").status in (200, 400)
    assert all(command["filter"] == {} for command in mongo.asked)


def test_documents_of_others_are_listed_as_far_as_json_has_them(demo: Client, mongo: Mongo) -> None:
    written = datetime(2026, 1, 2, 3, 4, 5, 678000)
    mongo.documents += [
        {"_id": 1, "title": None, "secret": "x"},
        {
            "_id": 2,
            "title": Decimal128("1.50"),
            "content": [ObjectId("0" * 24), {"a": 1.5, "b": Binary(b"c")}],
        },
        {"_id": 3, "createdAt": written, "author": {"name": "Ada", "at": written}},
    ]
    third, second, first = demo.get(PATH).json()
    assert first == {"_id": 1, "title": None}
    assert second == {"_id": 2, "title": "1.50", "content": ["0" * 24, {"a": 1.5, "b": "b'c'"}]}
    text = "2026-01-02T03:04:05.678Z"
    assert third == {"_id": 3, "author": {"name": "Ada", "at": text}, "createdAt": text}


def test_other_methods_are_refused(demo: Client, mongo: Mongo) -> None:
    answer = demo.put(PATH, json=POST)
    assert (answer.status, answer.text) == (405, "Method PUT Not Allowed")
    assert answer.headers.getlist("Allow") == ["GET", "POST"]
    assert mongo.asked == []


@pytest.mark.parametrize("value", [None, ""])
def test_without_a_uri_it_says_what_to_set(
    demo: Client, monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.delenv("MONGODB_URI", raising=False)
    if value is not None:
        monkeypatch.setenv("MONGODB_URI", value)
    for answer in (demo.get(PATH), demo.post(PATH, json=POST)):
        assert answer.status == 503
        assert answer.json() == {
            "error": "Not configured: set MONGODB_URI, the connection string of your MongoDB"
        }


@pytest.mark.parametrize(
    "uri",
    [
        "mongodb://",
        "mongodb://ada:pass-word@host:port/",
        "mongodb://ada:pass-word@@host/",
        "mongodb://ada:pass-word@host/a b",
        "postgresql://ada:pass-word@host/name",
    ],
)
def test_a_uri_that_cannot_be_read_is_told_without_its_password(
    demo: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, uri: str
) -> None:
    monkeypatch.setenv("MONGODB_URI", uri)
    assert demo.get(PATH).status == 503
    assert "MONGODB_URI cannot be read, or names no server: it looks like mongodb://" in caplog.text
    assert "pass-word" not in caplog.text


def test_a_server_that_is_away_is_told_in_time_and_found_when_it_is_back(demo: Client, away: int) -> None:
    begun = time.monotonic()
    answer = demo.get(PATH)
    assert (answer.status, answer.json()) == (503, {"error": "The database is unavailable"})
    assert "Retry-After" in answer.headers
    assert time.monotonic() - begun < 2
    with mongodb.running(away):
        assert eventually(demo) == []
        database.close()


def eventually(demo: Client) -> Any:
    """Ask until there is an answer."""
    deadline = time.monotonic() + 10
    while (answer := demo.get(PATH)).status == 503:
        assert time.monotonic() < deadline
    return answer.json()


def test_a_server_that_falls_silent_is_given_up(
    demo: Client, mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE", 0.5)
    database.close()
    assert demo.get(PATH).status == 200
    mongo.silent = True
    begun = time.monotonic()
    assert demo.get(PATH).status == 503
    assert time.monotonic() - begun < 2
    mongo.silent = False
    assert eventually(demo) == []
    database.close()


@pytest.mark.parametrize(
    "refusal",
    [
        {"ok": 0, "code": 13, "codeName": "Unauthorized", "errmsg": "not authorized on demo"},
        {"ok": 0, "code": 11602, "codeName": "InterruptedDueToReplStateChange", "errmsg": "stepping down"},
    ],
)
def test_what_the_server_refuses_is_no_answer_for_the_client(
    demo: Client, mongo: Mongo, refusal: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    mongo.refusal = refusal
    answer = demo.post(PATH, json=POST)
    assert (answer.status, answer.json()) == (503, {"error": "The database is unavailable"})
    assert refusal["errmsg"] in caplog.text
    mongo.refusal = None
    assert eventually(demo) == []


def test_threads_share_one_client(demo: Client, mongo: Mongo, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    database.close()
    make = database._client

    def counting(uri: str) -> Any:
        made.append(uri)
        return make(uri)

    monkeypatch.setattr(database, "_client", counting)
    threads = [threading.Thread(target=demo.get, args=[PATH]) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(mongo.asked) == 16
    assert made == [mongo.uri]


def test_what_is_wrong_with_the_program_is_not_taken_for_the_database(
    mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(database._clients, mongo.uri, None)

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Client(database.with_mongodb(fail)).get()


def test_workers_of_gunicorn_have_a_client_each(tmp_path: Path, mongo: Mongo) -> None:
    with serving.gunicorn(tmp_path, {"MONGODB_URI": mongo.uri}, workers=2) as site:
        for _ in range(20):
            client = HTTPConnection("127.0.0.1", site.port, timeout=20)
            client.request("POST", PATH, json.dumps(POST), {"Content-Type": "application/json"})
            answer = client.getresponse()
            assert (answer.status, len(answer.read())) == (201, 33)
            client.close()
    assert len(mongo.documents) == 20
    assert "fork" not in site.log.read_text()

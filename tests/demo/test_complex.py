"""pages/api/complex.py: a limit, authentication and validation, composed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from nextwsgi.testing import Answer, Client
from tests.contract.redis_server import RedisServer, needs_redis
from tests.demo.people import token
from tests.demo.serving import Visitor, gunicorn

PATH = "/api/complex"
GOOD = {"name": "Ada", "email": "ada@example.com", "age": 36}


def seen(answer: Answer) -> tuple[int, object]:
    return answer.status, answer.json()


def test_who_is_logged_in_and_sends_what_fits_succeeds(demo: Client) -> None:
    assert seen(demo.post(PATH, json=GOOD, headers=token(1))) == (200, {"success": True})


def test_without_a_token_nothing_is_looked_at(demo: Client) -> None:
    bodies: tuple[object, ...] = (GOOD, {}, [])
    for body in bodies:
        assert seen(demo.post(PATH, json=body)) == (401, {"error": "Unauthorized"})


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["name", "email"]),
        ({**GOOD, "name": "A"}, ["name"]),
        ({**GOOD, "email": "ada"}, ["email"]),
        ({**GOOD, "age": 17}, ["age"]),
        ({**GOOD, "age": 121}, ["age"]),
        ([GOOD], [""]),
        (None, [""]),
    ],
)
def test_a_body_that_does_not_fit_is_refused_with_its_fields(
    demo: Client, body: object, fields: list[str]
) -> None:
    answer = demo.post(PATH, json=body, headers=token(1))
    assert (answer.status, answer.json()["error"]) == (400, "Validation failed")
    assert [detail["field"] for detail in answer.json()["details"]] == fields


def test_a_hundred_an_hour_are_answered_whatever_they_are(demo: Client) -> None:
    answers = [demo.post(PATH, json={}) for _ in range(40)]
    answers += [demo.post(PATH, json=GOOD, headers=token(1)) for _ in range(60)]
    assert [answer.status for answer in answers] == [401] * 40 + [200] * 60
    answer = demo.post(PATH, json=GOOD, headers=token(1))
    assert seen(answer) == (429, {"error": "Too many requests"})
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600


def test_x_forwarded_for_makes_nobody_another_client(demo: Client) -> None:
    for number in range(100):
        demo.post(PATH, headers={"X-Forwarded-For": f"10.0.0.{number}"})
    assert demo.post(PATH, headers={"X-Forwarded-For": "10.0.1.1"}).status == 429


# --- Several processes ------------------------------------------------------------------------------------


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    server = RedisServer(tmp_path)
    server.start()
    yield server.url
    server.stop()


@needs_redis
def test_the_limit_is_exact_across_two_servers_with_one_redis(tmp_path: Path, redis: str) -> None:
    settings = {"REDIS_URL": redis}
    with gunicorn(tmp_path, settings, workers=2) as one, gunicorn(tmp_path, settings) as other:

        def hit(number: int) -> int:
            with closing(Visitor((one, other)[number % 2])) as visitor:
                return visitor.send("POST", PATH, GOOD).status

        with ThreadPoolExecutor(16) as pool:
            statuses = Counter(pool.map(hit, range(250)))
        assert statuses == {401: 100, 429: 150}
        for site in (one, other):
            with closing(Visitor(site, address="127.0.0.2")) as neighbour:
                assert neighbour.send("POST", PATH, GOOD).status == 401

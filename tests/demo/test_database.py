"""The demo's database when it is new, busy, locked or away, under gunicorn with two workers."""

from __future__ import annotations

import fcntl
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.demo import postgresql
from tests.demo.conftest import ROOT
from tests.demo.people import BOB
from tests.demo.serving import Reply, Site, Visitor, gunicorn

UNAVAILABLE = {"error": "The database is unavailable"}

needs_postgresql = pytest.mark.skipif(postgresql.missing, reason=postgresql.MISSING)

# Longer than the demo waits for its database, twice, and not much longer.
SOON = 10.0

# Longer than that once, and less than twice.
ONCE = 5.5


def _two_workers(folder: Path, url: str) -> AbstractContextManager[Site]:
    return gunicorn(folder, {"DATABASE_URL": url}, workers=2)


def send(site: Site, method: str, path: str, body: object = None) -> Reply:
    """Send one request on a connection of its own."""
    with closing(Visitor(site)) as visitor:
        return visitor.send(method, path, body)


def at_once(count: int, work: Callable[[int], Reply]) -> list[Reply]:
    """Do something many times at once."""
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, range(count)))


def is_unavailable(site: Site, method: str, path: str, body: object = None) -> None:
    """Hold that a request is answered 503 as JSON, and soon."""
    start = time.monotonic()
    reply = send(site, method, path, body)
    assert (reply.status, reply.json()) == (503, UNAVAILABLE)
    assert reply.headers["Retry-After"] == "3"
    assert time.monotonic() - start < SOON


def until_it_answers(site: Site) -> None:
    """Wait until there are users again; nothing but the database was started anew."""
    deadline = time.monotonic() + SOON
    while send(site, "GET", "/api/users").status != 200:
        assert time.monotonic() < deadline


# --- new --------------------------------------------------------------------------------------------------


def test_workers_that_meet_at_a_new_database_all_use_it(database: str, tmp_path: Path) -> None:
    with _two_workers(tmp_path, database) as site:
        made = at_once(
            30,
            lambda place: send(site, "POST", "/api/users", {"name": "Ada", "email": f"{place}@example.com"}),
        )
        assert {reply.status for reply in made} == {201}, [reply.text for reply in made]
        listed = {each["id"] for each in send(site, "GET", "/api/users").json()}
        assert listed == {reply.json()["id"] for reply in made}
        assert len(listed) == 30
        assert "Traceback" not in site.log.read_text()


def test_processes_make_one_file_at_once(tmp_path: Path) -> None:
    program = "from lib.posts import create_post\nprint(create_post('T', 'C', {})['id'])"
    env = {"PYTHONPATH": str(ROOT), "DATABASE_URL": f"sqlite:///{tmp_path}/new/demo.db"}
    started = [
        subprocess.Popen([sys.executable, "-c", program], env=env, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    assert sorted(int(process.communicate()[0]) for process in started) == [1, 2, 3, 4]
    assert stat.S_IMODE((tmp_path / "new" / "demo.db").stat().st_mode) == 0o600


def test_two_who_want_one_email_at_once_do_not_both_get_it(database: str, tmp_path: Path) -> None:
    with _two_workers(tmp_path, database) as site:
        for number in range(5):
            body = {"name": "Ada", "email": f"ada{number}@example.com"}
            replies = at_once(10, lambda _, body=body: send(site, "POST", "/api/users", body))  # type: ignore[misc]
            assert sorted(reply.status for reply in replies) == [201] + [409] * 9
        assert len(send(site, "GET", "/api/users").json()) == 5


# --- locked -----------------------------------------------------------------------------------------------


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Have somebody else write and not end."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            yield
        return
    with psycopg.connect(url) as connection:
        connection.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
        yield


def test_a_database_that_somebody_locks_is_unavailable_until_it_is_free(
    database: str, tmp_path: Path
) -> None:
    with _two_workers(tmp_path, database) as site:
        until_it_answers(site)
        with locked(database):
            start = time.monotonic()
            replies = at_once(30, lambda _: send(site, "POST", "/api/users", BOB))
            assert {reply.status for reply in replies} == {503}
            assert time.monotonic() - start < SOON
            assert send(site, "GET", "/api/hello").status == 200
        assert send(site, "POST", "/api/users", BOB).status == 201
        told = site.log.read_text()
    assert "the database is unavailable: " in told
    assert BOB["email"] not in told
    assert "Traceback" not in told


def _gives_up(site: Site) -> None:
    start = time.monotonic()
    replies = at_once(30, lambda _: send(site, "GET", "/api/users"))
    assert {reply.status for reply in replies} == {503}
    assert time.monotonic() - start < ONCE


def test_who_finds_a_locked_file_without_tables_waits_once_and_not_for_each_other(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/demo.db"
    with closing(sqlite3.connect(tmp_path / "demo.db")) as connection:
        connection.execute("CREATE TABLE other (id INTEGER)")
    with gunicorn(tmp_path, {"DATABASE_URL": url}, workers=3) as site:
        with locked(url):
            assert send(site, "GET", "/api/hello").status == 200
            _gives_up(site)
        until_it_answers(site)


def test_who_finds_that_another_process_makes_the_file_waits_once(tmp_path: Path) -> None:
    with (
        gunicorn(tmp_path, {"DATABASE_URL": f"sqlite:///{tmp_path}/demo.db"}, workers=3) as site,
        (tmp_path / "demo.db.lock").open("wb") as lock,
    ):
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert send(site, "GET", "/api/hello").status == 200
        _gives_up(site)
        assert "another process holds" in site.log.read_text()
        fcntl.flock(lock, fcntl.LOCK_UN)
        until_it_answers(site)


def test_who_reads_does_not_wait_for_who_writes(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/demo.db"
    with gunicorn(tmp_path, {"DATABASE_URL": url}) as site:
        until_it_answers(site)
        with locked(url):
            start = time.monotonic()
            assert send(site, "GET", "/api/users").status == 200
            assert time.monotonic() - start < 2


# --- away -------------------------------------------------------------------------------------------------


@needs_postgresql
def test_a_server_that_is_stopped_and_started_again_is_used_again(tmp_path: Path) -> None:
    with postgresql.running() as server:
        url = server.url("postgres")
        with _two_workers(tmp_path, url) as site:
            at_once(
                8, lambda place: send(site, "POST", "/api/users", {**BOB, "email": f"{place}@example.com"})
            )
            server.stop()
            for method, path in (("GET", "/api/users"), ("GET", "/api/posts/1"), ("DELETE", "/api/posts/1")):
                is_unavailable(site, method, path)
            assert {reply.status for reply in at_once(20, lambda _: send(site, "GET", "/api/users"))} == {503}
            assert send(site, "GET", "/api/hello").status == 200
            server.start()
            replies = at_once(20, lambda _: send(site, "GET", "/api/users"))
            assert {reply.status for reply in replies} == {200}
            assert len(replies[0].json()) == 8


@needs_postgresql
def test_a_server_that_answers_no_more_is_given_up(tmp_path: Path) -> None:
    with postgresql.running() as server, _two_workers(tmp_path, server.url("postgres")) as site:
        until_it_answers(site)
        with server.frozen():
            start = time.monotonic()
            replies = at_once(20, lambda _: send(site, "GET", "/api/users"))
            assert {reply.status for reply in replies} == {503}
            assert time.monotonic() - start < SOON
            is_unavailable(site, "GET", "/api/users")
        until_it_answers(site)


@needs_postgresql
def test_a_server_that_comes_after_the_demo_is_used(tmp_path: Path) -> None:
    with postgresql.running() as server:
        server.stop()
        with _two_workers(tmp_path, server.url("postgres")) as site:
            is_unavailable(site, "POST", "/api/users", BOB)
            server.start()
            replies = at_once(
                10, lambda place: send(site, "POST", "/api/users", {**BOB, "email": f"{place}@example.com"})
            )
            assert {reply.status for reply in replies} == {201}


def test_a_file_that_is_deleted_is_made_anew(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/demo.db"
    with gunicorn(tmp_path, {"DATABASE_URL": url}) as site:
        assert send(site, "POST", "/api/users", BOB).status == 201
        for file in tmp_path.glob("demo.db*"):
            file.unlink()
        assert send(site, "POST", "/api/users", BOB).status == 201
        assert stat.S_IMODE((tmp_path / "demo.db").stat().st_mode) == 0o600


def test_a_file_that_is_deleted_under_many_requests_is_nobody_elses_to_read(tmp_path: Path) -> None:
    with _two_workers(tmp_path, f"sqlite:///{tmp_path}/demo.db") as site:
        until_it_answers(site)
        for _ in range(5):
            (tmp_path / "demo.db").unlink()
            replies = at_once(20, lambda _: send(site, "GET", "/api/users"))
            assert {reply.status for reply in replies} <= {200, 503}
            assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.glob("demo.db*[!k]")} == {0o600}
        until_it_answers(site)


def test_a_folder_that_cannot_be_is_unavailable_and_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with gunicorn(tmp_path, {"DATABASE_URL": f"sqlite:///{tmp_path}/file/demo.db"}) as site:
        is_unavailable(site, "GET", "/api/users")
        assert "the database cannot be made: " in site.log.read_text()
        assert "/file'" in site.log.read_text()


def test_a_url_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "nextwsgi", "routes", str(ROOT)]
    env = {"PYTHONPATH": str(ROOT), "DATABASE_URL": "mysql://a:secret@host/db", "NODE_ENV": "test"}
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("ValueError: DATABASE_URL names mysql") == 1
    assert "pages/api/users.py (line " in done.stderr
    assert "secret" not in done.stderr

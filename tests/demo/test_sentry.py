"""instrumentation.py and lib/sentry.py: each exception reaches Sentry once, and takes no secret with it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from lib import sentry
from nextwsgi import ApiError
from tests.contract import several_workers
from tests.contract.serving import Server
from tests.demo.conftest import ROOT
from tests.demo.sentry_server import PATIENCE, SentryServer, running

SECRETS = {
    "JWT_SECRET": "jwt-secret-of-the-environment",
    "API_TOKEN": "api-token-of-the-environment",
    "DATABASE_URL": "postgresql://ada:password-of-the-database@db.example/demo",
}
ROUTES = {
    "hello": "def handler(req, res):\n    res.json(1)\n",
    "users/[id]": """
import os

def handler(req, res):
    password = req.body["password"]
    told = [req.headers["authorization"], req.cookies["token"], req.query["key"], *map(os.environ.get, NAMES)]
    res.setHeader("Set-Cookie", "token=" + password)
    raise RuntimeError(f"failed with {told}") from ValueError(os.environ["DATABASE_URL"].split("@")[0])

NAMES = ["JWT_SECRET", "API_TOKEN", "DATABASE_URL"]
""",
    "slow": "async def handler(req, res):\n    import asyncio\n    await asyncio.sleep(0)\n    1 / 0\n",
    "refused": """
import logging
from nextwsgi import ApiError

def handler(req, res):
    logging.getLogger("lib").error("not sent: %s", req.method)
    raise ApiError(int(req.query["status"]), "refused")
""",
    "later": """
from nextwsgi.server import after

def handler(req, res):
    after(lambda: 1 / 0)
    res.json("later")
""",
}


@pytest.fixture
def server() -> Iterator[SentryServer]:
    with running() as server:
        yield server


@pytest.fixture
def project(tmp_path: Path, server: SentryServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo's instrumentation.py, with routes that fail."""
    (tmp_path / "pages/api/users").mkdir(parents=True)
    several_workers.project(tmp_path, ROUTES)
    (tmp_path / "lib").mkdir()
    shutil.copy(ROOT / "instrumentation.py", tmp_path)
    shutil.copy(ROOT / "lib/sentry.py", tmp_path / "lib")
    for name, value in {**SECRETS, "SENTRY_DSN": server.dsn, "NODE_ENV": "production"}.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def ask(server: Server, path: str, method: str = "GET", **options: object) -> int:
    client = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    client.request(method, path, **options)  # type: ignore[arg-type]
    answer = client.getresponse()
    answer.read()
    client.close()
    return answer.status


def ask_with_secrets(site: Server) -> int:
    return ask(
        site,
        "/api/users/token-in-the-path?key=key%2Bof%20the-query&limit=20",
        "POST",
        body=json.dumps({"password": "password-of-the-body"}),
        headers={
            "Authorization": "Bearer token-of-the-header",
            "Cookie": "theme=dark; token=token-of%20the-cookie",
            "Content-Type": "application/json",
        },
    )


def test_an_exception_arrives_once_with_its_route_and_no_secret(project: Path, server: SentryServer) -> None:
    with several_workers.running("gthread", project, 2) as site:
        assert ask_with_secrets(site) == 500
        [event] = server.events(1)
    assert event["transaction"] == "/api/users/[id]"
    assert event["transaction_info"] == {"source": "route"}
    assert event["request"] == {"method": "POST", "url": "/api/users/[id]"}
    assert event["environment"] == "production"
    cause, error = event["exception"]["values"]
    assert (cause["type"], error["type"]) == ("ValueError", "RuntimeError")
    assert error["value"].startswith("failed with [")
    assert error["stacktrace"]["frames"][-1]["function"] == "handler"
    [envelope] = server.envelopes
    sent = envelope.decode()
    for secret in ("of-the", "of the", "of%20the", "in-the-path", "db.example", '"vars"', str(site.port)):
        assert secret not in sent, secret


def test_each_exception_of_several_workers_arrives_and_no_refusal(
    project: Path, server: SentryServer
) -> None:
    with several_workers.running("gthread", project, 2) as site:
        for _ in range(4):
            assert ask(site, "/api/slow") == 500
        for status in (400, 404, 499):
            assert ask(site, f"/api/refused?status={status}") == status
        assert ask(site, "/api/refused?status=500") == 500
        assert ask(site, "/api/later") == 200
        assert ask(site, "/api/hello", "POST", body="{", headers={"Content-Type": "application/json"}) == 400
        assert ask(site, "/api/nowhere") == 404
        events = server.events(6)
    assert sorted(str(event.get("transaction")) for event in events) == [
        "/api/refused",
        *["/api/slow"] * 4,
        "None",
    ]
    assert len({event["event_id"] for event in events}) == 6


@pytest.mark.parametrize("name", ["sync", "granian"])
def test_what_is_on_its_way_is_sent_before_the_worker_ends(
    project: Path, server: SentryServer, name: str
) -> None:
    server.delay = 0.5
    with several_workers.running(name, project, 1) as site:
        begun = time.monotonic()
        for _ in range(3):
            assert ask(site, "/api/slow") == 500
        assert time.monotonic() - begun < 0.4  # no client waits for Sentry
    assert len(server.events(3)) == 3


def test_a_sentry_that_is_away_delays_nobody(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENTRY_DSN", "http://public@127.0.0.1:9/1")
    with several_workers.running("gthread", project, 1) as site:
        begun = time.monotonic()
        for _ in range(20):
            assert ask(site, "/api/slow") == 500
        assert time.monotonic() - begun < 2


def test_without_a_dsn_nothing_is_sent_and_nothing_imported(
    project: Path, server: SentryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENTRY_DSN", "")
    program = """
import sys
from nextwsgi.testing import Client
client = Client(".", raise_errors=False)
print(client.get("/api/slow").status, client.get("/api/later").status, "sentry_sdk" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=project,
        env={"PYTHONPATH": str(ROOT), "SENTRY_DSN": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "500 200 False\n"
    assert server.events(0) == []


def test_a_dsn_that_cannot_be_read_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENTRY_DSN", "my-secret-key")
    with pytest.raises(ValueError, match=r"^SENTRY_DSN cannot be read: it looks like https://key@host/1$"):
        sentry.start()


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENTRY_DSN", "http://public@127.0.0.1:9/1")
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    with pytest.raises(RuntimeError, match=r"pip install 'nextwsgi\[sentry\]'"):
        sentry.start()


FUNCTION = """
import os
from nextwsgi.testing import Client
client = Client(".", raise_errors=False)
assert client.get("/api/slow").status == 500
os._exit(0)  # a function that is frozen runs nothing at its end
"""


def test_where_a_process_is_frozen_after_its_answer_it_is_sent_before(
    project: Path, server: SentryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "demo")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    server.delay = 0.2
    subprocess.run([sys.executable, "-c", FUNCTION], cwd=project, check=True)
    assert len(server.events(1)) == 1


def test_an_answer_below_500_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENTRY_DSN", "http://public@127.0.0.1:9/1")
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)  # it is not even asked for
    sentry.report(ApiError(404, "No such user"), {}, {})

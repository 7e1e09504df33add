"""instrumentation.py and after() under real servers: once in each worker, and nothing is lost at the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.contract import several_workers
from tests.contract.serving import PATIENCE, ROOT
from tests.contract.several_workers import NAMES, running

INSTRUMENTATION = """
import os

def register():
    os.write(1, b"registered %d\\n" % os.getpid())  # in one piece: two workers share the log
"""
ROUTES = {
    "hello": "def handler(req, res):\n    res.json('hello')\n",
    "later": """
import asyncio, time
from nextwsgi.server import after

def work():
    time.sleep(0.5)
    print("def is done", flush=True)

async def async_work():
    await asyncio.sleep(0.5)
    print("async is done", flush=True)

def handler(req, res):
    after(work)
    after(async_work)
    after(lambda: 1 / 0)
    res.json("later")
""",
}


def project(root: Path, instrumentation: str = INSTRUMENTATION) -> None:
    several_workers.project(root, ROUTES)
    (root / "instrumentation.py").write_text(instrumentation)


def registered(log: str) -> list[str]:
    return [line.split()[1] for line in log.splitlines() if line.startswith("registered")]


@pytest.mark.parametrize("name", [*NAMES, "granian"])
def test_each_worker_registers_once_when_it_starts(tmp_path: Path, name: str) -> None:
    project(tmp_path)
    with running(name, tmp_path, 2) as server:
        deadline = time.monotonic() + PATIENCE
        while len(registered(server.log.read_text())) < 2:
            assert time.monotonic() < deadline, server.log.read_text()
            time.sleep(0.01)
        for _ in range(5):
            assert server.ask("hello").endswith(b'"hello"')
    found = registered(server.log.read_text())
    assert len(found) == len({*found}) == 2
    assert str(server.process.pid) not in found  # the one that forks


@pytest.mark.parametrize("name", ["sync", "gthread", "granian"])
def test_what_is_left_behind_delays_no_request_and_is_done_before_the_worker_ends(
    tmp_path: Path, name: str
) -> None:
    project(tmp_path)
    with running(name, tmp_path, 1) as server:
        client = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        assert ask(client, "/api/hello")[0] == b'"hello"'
        assert ask(client, "/api/later")[0] == b'"later"'
        answer, seconds = ask(client, "/api/hello")
        client.close()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(PATIENCE) == 0
    log = server.log.read_text()
    assert (answer, seconds < 0.4) == (b'"hello"', True), log
    assert log.count("def is done") == log.count("async is done") == 1
    assert log.count("what after() was given failed") == log.count("ZeroDivisionError") == 1


def ask(client: HTTPConnection, path: str) -> tuple[bytes, float]:
    begun = time.monotonic()
    client.request("GET", path)
    return client.getresponse().read(), time.monotonic() - begun


FAILING = """
import sys

def register():
    print("registering", flush=True)
    {}
"""


@pytest.mark.parametrize("how", ["raise OSError('the service is away')", "sys.exit('away')"])
def test_a_register_that_fails_stops_gunicorn_plainly(tmp_path: Path, how: str) -> None:
    project(tmp_path, FAILING.format(how))
    log = end(tmp_path, "gunicorn", "--bind", "127.0.0.1:0", "--workers", "1", "wsgi:app")
    assert "  - instrumentation.py: register() failed: " in log
    assert log.count("registering") == 1


def test_a_register_that_fails_stops_granian(tmp_path: Path) -> None:
    project(tmp_path, FAILING.format("raise OSError('the service is away')"))
    options = ("-H", "127.0.0.1", "-p", "0", "--", "--workers", "1")
    log = end(tmp_path, "nextwsgi", "start", "--server", "granian", *options)
    assert "  - instrumentation.py: register() failed: OSError: the service is away" in log
    assert log.count("registering") < 5


def end(root: Path, *command: str) -> str:
    """Run a server that ends by itself, with an error; what it told."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = run([sys.executable, "-m", *command], root, env)
    assert done.returncode
    return done.stdout


def run(command: Sequence[str], root: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=root,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
    )


OWN_HOOK = """
from nextwsgi import production
from nextwsgi.production import *

def post_worker_init(worker):
    production.post_worker_init(worker)
    print("the project's hook ran", flush=True)
"""

OWN_THREADS = """
from concurrent.futures import Executor, ThreadPoolExecutor
from gunicorn.workers.gthread import ThreadWorker
from nextwsgi.production import *

class Threads(Executor):
    def __init__(self, count):
        self._pool = ThreadPoolExecutor(count)

    def submit(self, function, /, *args, **named):
        return self._pool.submit(function, *args, **named)

    def shutdown(self, wait=True, **named):
        self._pool.shutdown(wait, **named)

class worker_class(ThreadWorker):
    def get_thread_pool(self):
        return Threads(self.cfg.threads)
"""


@pytest.mark.parametrize(("settings", "told"), [(OWN_HOOK, "the project's hook ran"), (OWN_THREADS, "")])
def test_a_project_may_have_a_hook_and_a_worker_of_its_own(tmp_path: Path, settings: str, told: str) -> None:
    project(tmp_path)
    (tmp_path / "gunicorn.conf.py").write_text(settings)
    with several_workers.gunicorn(tmp_path, "--workers", "1") as server:
        assert server.ask("hello").endswith(b'"hello"')
        log = server.logged("registered")
    assert told in log

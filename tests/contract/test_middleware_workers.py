"""``with_rate_limit`` says that several workers count alone: once, at start."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from tests.contract.serving import PATIENCE, Server, started, write

WARNING = "with_rate_limit counts in the memory of each worker, and there are "
LIMITED = """
from nextwsgi.middleware import with_rate_limit

print("loaded", flush=True)

@with_rate_limit(100)
def handler(req, res):
    res.json("shown")
"""
PLAIN = LIMITED.replace("@with_rate_limit(100)", "")

START = ("nextwsgi", "start", "-H", "127.0.0.1", "-p", "{port}")
# What starts them, and what is logged for each worker before it can be told to stop.
SERVERS = {
    "gunicorn": ((*START, "--", "--workers"), "loaded"),
    "gunicorn, preloaded": ((*START, "--", "--preload", "--workers"), "Booting worker"),
    "granian": ((*START, "--server", "granian", "--", "--workers"), "Started worker"),
}


@pytest.fixture(autouse=True)
def _in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)


def log_of(root: Path, command: tuple[str, ...], ready: str, workers: int, text: str = "") -> str:
    """Give the log of a server once all its workers have started, it has answered and ``text`` is there."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    arguments = [*(part.format(port=port) for part in command), str(workers)]
    with started(arguments, root) as process:
        server = Server(process, port, root / "log")
        deadline = time.monotonic() + PATIENCE
        while server.log.read_text().count(ready) < workers:
            assert time.monotonic() < deadline, server.log.read_text()
            time.sleep(0.02)
        for _ in range(10):
            assert server.ask("limited").endswith(b'"shown"')
        return server.logged(text)


@pytest.mark.parametrize("name", SERVERS)
@pytest.mark.parametrize(("workers", "route", "told"), [(3, LIMITED, 1), (1, LIMITED, 0), (2, PLAIN, 0)])
def test_it_is_said_once_where_it_is_so(
    tmp_path: Path, name: str, workers: int, route: str, told: int
) -> None:
    write(tmp_path, {"limited": route})
    log = log_of(tmp_path, *SERVERS[name], workers, WARNING * told)
    assert log.count(WARNING) == told
    assert log.count(f"{WARNING}{workers}: ") == told


def test_a_gunicorn_without_our_settings_says_it_at_the_first_request(tmp_path: Path) -> None:
    write(tmp_path, {"limited": LIMITED})
    (tmp_path / "wsgi.py").write_text("from nextwsgi import NextWSGI\n\napp = NextWSGI('.')\n")
    command = ("gunicorn", "-b", "127.0.0.1:{port}", "--no-control-socket", "wsgi:app", "--workers")
    log = log_of(tmp_path, command, "loaded", 2)
    assert 1 <= log.count(f"{WARNING}several: ") <= 2  # each worker that was asked

"""Faults under load, in short: python -m tests.programme reload killed stop database disk slow overload."""

from __future__ import annotations

import errno
import os
import signal
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from nextwsgi.formidable import files
from tests.contract.redis_server import needs_redis
from tests.contract.serving import everything
from tests.demo import nginx, postgresql
from tests.programme import disks, faults, overload, slow, stopping, stores
from tests.programme.row import Progress
from tests.programme.site import served

needs_nginx = pytest.mark.skipif(nginx.missing, reason=nginx.MISSING)

PROGRESS = Progress("short")


@needs_nginx
def test_a_reload_loses_nothing() -> None:
    result = faults.reload(PROGRESS, times=1, seconds=1.5)
    assert result.met, result


@needs_nginx
def test_a_killed_worker_costs_its_own_requests_only() -> None:
    result = faults.killed(PROGRESS, times=1, seconds=1)
    assert result.met, result


def test_a_server_that_stops_finishes_what_it_answers_or_ends_it_visibly() -> None:
    result = stopping.stop(PROGRESS, grace=2)
    assert result.met, result


@needs_redis
@pytest.mark.skipif(postgresql.missing, reason=postgresql.MISSING)
def test_postgresql_and_redis_may_be_stopped_and_started() -> None:
    result = stores.database(PROGRESS, pause=0.3)
    assert result.met, result


def test_a_full_disk_is_told_and_costs_nothing_that_was_stored() -> None:
    result = disks.disk(PROGRESS, rounds=1, count=4, root=False)
    assert result.met, result


@needs_nginx
def test_slow_clients_hold_up_nobody_behind_nginx() -> None:
    result = slow.slow_clients(PROGRESS, count=200, seconds=1, directly=False)
    assert result.met, result


def test_an_overloaded_server_refuses_what_has_waited_and_recovers() -> None:
    settings = "from nextwsgi import gthread\ngthread.LONGEST = 0.5\n"
    result = overload.overload(PROGRESS, seconds=3, threads=3, settings=settings)
    assert result.met, result
    assert " 0 refused" not in result.figure, result
    assert " 0 gave up" in result.figure, result


def test_a_disk_that_is_full_at_first_is_used_without_names_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "link", full)
        with pytest.raises(OSError, match="No space"):
            files._nameless(str(tmp_path))
    with monkeypatch.context() as patched:
        patched.setattr(os, "O_TMPFILE", None, raising=False)
        patched.delattr(os, "O_TMPFILE")
        assert not files._nameless(f"{tmp_path}/")
    assert not files._nameless(f"{tmp_path}/none")


# Clients that connect and say nothing, as browsers do that expect to ask something soon: gunicorn puts them
# aside after 5 seconds, here after a tenth of one.
PUT_ASIDE = "import gunicorn.workers.gthread as gthread\ngthread.DEFAULT_WORKER_DATA_TIMEOUT = 0.1\n"


def test_a_silent_client_does_not_hold_up_a_worker_that_stops() -> None:
    with served(workers=1, settings=PUT_ASIDE) as (server, _), server.connection() as silent:
        server.ask("echo?id=1")
        time.sleep(0.5)
        began = time.monotonic()
        server.process.send_signal(signal.SIGHUP)
        assert everything(silent) == b""
        assert time.monotonic() - began < 10, "gunicorn waited for graceful_timeout"


def test_a_client_that_does_not_close_its_side_holds_up_nobody() -> None:
    closing = b"GET /api/echo?id=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    with served(workers=1) as (server, _), ExitStack() as stack:
        server.ask("echo?id=1")
        began = time.monotonic()
        for _ in range(10):  # gunicorn would wait for each, one after another
            client = stack.enter_context(server.connection())
            client.sendall(closing)
            assert b"1 0 e3b0c442" in everything(client)
        assert time.monotonic() - began < 10

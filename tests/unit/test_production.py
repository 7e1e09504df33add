"""gunicorn's settings fit the machine, and a project that cannot be served is reported plainly."""

import importlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from nextwsgi import RouteError, production
from nextwsgi.lasting import Lasting
from nextwsgi.middleware import rate_limit

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def lasting(monkeypatch: pytest.MonkeyPatch) -> Lasting:
    """Have nothing of other tests end."""
    own = Lasting()
    monkeypatch.setattr(production, "lasting", own)
    return own


@pytest.fixture
def cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bind this process to four cores."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2, 3}, raising=False)


@pytest.mark.usefixtures("cores")
@pytest.mark.parametrize(
    ("quota", "count"),
    [("max 100000", 4), ("150000 100000", 2), ("50000 100000", 1), ("800000 100000", 4), ("odd", 4)],
)
def test_a_container_uses_no_more_cores_than_it_may(tmp_path: Path, quota: str, count: int) -> None:
    (tmp_path / "cpu.max").write_text(f"{quota}\n")
    assert production.usable_cores(str(tmp_path / "cpu.max")) == count


@pytest.mark.usefixtures("cores")
def test_a_machine_without_containers_uses_all_cores(tmp_path: Path) -> None:
    assert production.usable_cores(str(tmp_path / "none")) == 4


@pytest.mark.parametrize(("counted", "count"), [(6, 6), (None, 1)])
def test_a_system_that_binds_no_processes_counts_its_cores(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, counted: int | None, count: int
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: counted)
    assert production.usable_cores(str(tmp_path / "none")) == count


@pytest.mark.parametrize("shared", [True, False])
def test_settings_follow_the_environment(monkeypatch: pytest.MonkeyPatch, shared: bool) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", "7")
    monkeypatch.setattr(os, "access", lambda *_: shared)
    settings = importlib.reload(production)
    assert settings.workers == 7
    assert settings.worker_tmp_dir == ("/dev/shm" if shared else None)
    monkeypatch.undo()
    importlib.reload(production)


def report(error: Exception) -> logging.LogRecord:
    """Have an exception logged as gunicorn does, through the filter that on_starting adds."""
    log = logging.Logger("gunicorn.error")
    production.on_starting(SimpleNamespace(log=SimpleNamespace(error_log=log)))
    info = (type(error), error, None)
    record = logging.LogRecord(log.name, logging.ERROR, "", 1, "Exception in worker process", (), info)
    assert log.filter(record)
    return record


def test_a_project_that_cannot_be_served_is_reported_without_traceback() -> None:
    assert report(RouteError(["pages/api/a.py: odd"])).exc_info is None


def test_the_first_worker_reports_it_and_the_others_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    failure = production.Failure()
    failure.leave_unless_first()  # no gunicorn has started
    failure.open()
    failure.leave_unless_first()
    failure.leave_unless_first()  # it may fail in two places
    failure.open()
    assert failure._turn is not None
    os.read(failure._turn, 1)  # as another worker
    monkeypatch.setattr(time, "sleep", lambda _: None)
    for _ in range(3):
        with pytest.raises(SystemExit) as left:
            failure.leave_unless_first()
        assert left.value.code == 0


@pytest.mark.parametrize("command", [["gunicorn", "wsgi:app"], ["nextwsgi", "start", "--port", "0", "--"]])
@pytest.mark.parametrize("broken", ["pages/api/a.py", "instrumentation.py"])
def test_gunicorn_with_many_workers_tells_once_what_cannot_be_served(
    tmp_path: Path, command: list[str], broken: str
) -> None:
    (tmp_path / "pages" / "api").mkdir(parents=True)
    (tmp_path / "wsgi.py").write_text("from nextwsgi import NextWSGI\n\napp = NextWSGI()\n")
    (tmp_path / "gunicorn.conf.py").write_text("from nextwsgi.production import *\n")
    (tmp_path / broken).write_text("import time\n\ntime.sleep(0.1)\nx = y\n")
    done = subprocess.run(
        [sys.executable, "-m", *command, "--workers", "8", "--bind", "127.0.0.1:0"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode in (3, 4), done.stderr
    assert done.stderr.count("the project cannot be served:") == 1, done.stderr
    assert done.stderr.count(f"{broken}: it cannot be imported: NameError") == 1
    assert "Traceback" not in done.stderr


def test_other_failures_keep_their_traceback() -> None:
    assert report(ValueError("odd")).exc_info is not None


def test_gunicorn_reads_every_setting_and_keeps_out_of_the_home_folder(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environment = {**os.environ, "HOME": str(home), "PYTHONPATH": str(ROOT), "WEB_CONCURRENCY": "3"}
    environment.pop("XDG_RUNTIME_DIR", None)
    command = [sys.executable, "-m", "gunicorn", "--print-config", "wsgi:app"]
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    settings = dict(line.split("=", 1) for line in told.stdout.splitlines() if "=" in line)
    found = {name.strip(): value.strip() for name, value in settings.items()}
    assert found["workers"] == "3"
    assert found["control_socket_disable"] == "True"
    assert {name for name in production.__all__ if name not in found} == set()
    assert [*home.iterdir()] == []


class _Loop:
    """Stands for a project: notes in which thread it was closed."""

    def __init__(self) -> None:
        self.closed = threading.Event()
        self.registered: list[object] = []
        self.instrumentation = SimpleNamespace(register=self.registered.append)

    def close(self) -> None:
        assert threading.current_thread() is not threading.main_thread()
        self.closed.set()


def test_a_worker_registers_what_its_project_has_for_that() -> None:
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        project = _Loop()
        production.post_worker_init(_worker(project))
        assert project.registered == [project]
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_wrapped_application_registers_nothing_yet() -> None:
    production.finish_work(print)
    production.register(print)


def _worker(loop: _Loop, age: int = 1) -> Any:
    settings = SimpleNamespace(graceful_timeout=0.1, workers=4, threads=4)
    return SimpleNamespace(wsgi=SimpleNamespace(project=loop), cfg=settings, age=age)


def test_a_worker_that_is_to_stop_at_once_cancels_its_async_handlers() -> None:
    loop = _Loop()
    production.worker_int(_worker(loop))
    assert loop.closed.wait(10)


def test_a_worker_that_is_told_to_stop_cancels_them_before_it_is_killed() -> None:
    assert production.PATIENCE < 1
    stopped: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
    try:
        loop = _Loop()
        production.post_worker_init(_worker(loop))
        signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert stopped == [signal.SIGTERM]
    assert loop.closed.wait(10)


def test_a_worker_that_stops_ends_what_lasts_at_once(
    lasting: Lasting, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()
    monkeypatch.setattr(lasting, "stop", ended.set)
    production.cancel_later(print, 60)
    assert ended.wait(10)


def test_a_worker_keeps_threads_for_plain_requests(lasting: Lasting) -> None:
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        production.post_worker_init(_worker(_Loop()))
    finally:
        signal.signal(signal.SIGTERM, before)
    assert lasting.most == 3


@pytest.mark.parametrize("age", [1, 2])
def test_the_first_worker_warns_of_limits_in_memory(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, age: int
) -> None:
    monkeypatch.setattr(rate_limit, "workers", rate_limit.Workers())
    rate_limit.workers.counted_alone = True
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        production.post_worker_init(_worker(_Loop(), age))
    finally:
        signal.signal(signal.SIGTERM, before)
    rate_limit.workers.tell()
    assert [record.args for record in caplog.records] == ([(4,)] if age == 1 else [])


def test_where_nothing_is_limited_no_worker_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "nextwsgi.middleware.rate_limit")
    production.tell_limits(4, aloud=True)
    assert "nextwsgi.middleware.rate_limit" not in sys.modules


def test_a_wrapped_application_is_told_of(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "nextwsgi")
    production.cancel_handlers(print)
    assert "the application is wrapped" in caplog.text


def test_a_worker_that_has_had_its_max_requests_ends_what_lasts_once(
    lasting: Lasting, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[bool] = []
    monkeypatch.setattr(lasting, "stop", lambda: ended.append(True))
    settings = SimpleNamespace(graceful_timeout=0.1)
    worker = SimpleNamespace(alive=True, wsgi=None, cfg=settings)
    production.post_request(worker, None, None, None)
    assert not lasting.stopping
    worker.alive = False
    for _ in range(3):
        production.post_request(worker, None, None, None)
    deadline = time.monotonic() + 10
    while not ended and time.monotonic() < deadline:
        time.sleep(0.01)
    assert ended == [True]

"""``nextwsgi start --server granian`` hands granian its settings, and a worker its application."""

import argparse
import asyncio
import atexit
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from granian.cli import cli as granians

from nextwsgi import NextWSGI, cli, production
from nextwsgi.cli import granian, start
from nextwsgi.lasting import Lasting
from nextwsgi.middleware import rate_limit
from tests.unit.cli.test_bridge import Server, scope

Capture = pytest.CaptureFixture[str]
START = ("start", "--server", "granian")


class Checked:
    """Stands for the process that tries a project."""

    exitcode: int | None = 0

    def __init__(self, target: object, args: tuple[int]) -> None:
        assert (target, type(args[0])) == (granian._check, int)

    def start(self) -> None:
        pass

    join = start


@pytest.fixture(autouse=True)
def lasting(monkeypatch: pytest.MonkeyPatch) -> Lasting:
    """Leave what lasts in other tests alone."""
    own = Lasting()
    for module in (granian, production):
        monkeypatch.setattr(module, "lasting", own)
    return own


@pytest.fixture
def options(monkeypatch: pytest.MonkeyPatch, project: Path) -> dict[str, Any]:
    """Collect what granian's own command is called with."""
    called: dict[str, Any] = {}
    monkeypatch.chdir(project)
    monkeypatch.setattr(os, "environ", {**os.environ})
    monkeypatch.setattr(granian, "Process", Checked)
    monkeypatch.setattr(granians, "callback", lambda **given: called.update(given))
    return called


def run(*arguments: str) -> int:
    """Run the command, which ends the process as granian's own does; its exit status."""
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_granian_is_started_with_settings_that_fit(project: Path, options: dict[str, Any]) -> None:
    os.environ["PORT"] = "0"
    assert run(*START, str(project), "-H", "localhost") == 0
    assert (options["host"], options["interface"].value, options["http"].value) == ("127.0.0.1", "asgi", "1")
    assert options["port"] > 0
    assert options["workers"] == production.workers
    assert (options["blocking_threads"], os.environ[granian.THREADS]) == (1, str(production.threads))
    assert options["workers_kill_timeout"] == production.graceful_timeout
    assert options["http1_header_read_timeout"] == 65_000
    assert options["app"] == f"{Path(granian.__file__).resolve()}:load"
    assert Path.cwd() == project


def test_every_setting_is_an_option_of_granian() -> None:
    names = {parameter.name for parameter in granians.params}
    assert {*granian.SETTINGS, "port", granian.KEEPALIVE[0]} - names == set()


def test_the_command_line_wins_over_the_environment_and_that_over_the_settings(
    options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRANIAN_BACKPRESSURE", "7")
    monkeypatch.setenv("GRANIAN_WORKERS", "7")
    given = ("--workers", "3", "--http1-header-read-timeout", "9", "--port", "0", "--blocking-threads", "2")
    assert run(*START, "-p", "70", "--", *given) == 0
    assert (options["workers"], options["backpressure"]) == (3, 7)
    assert (options["http1_header_read_timeout"], os.environ[granian.THREADS]) == (9, "2")
    assert options["port"] != 70


def test_a_socket_file_needs_no_port(options: dict[str, Any], tmp_path: Path) -> None:
    assert run(*START, "-H", "no.such.invalid", "--", "--uds", str(tmp_path / "socket")) == 0
    assert options["host"] == "no.such.invalid"


@pytest.mark.usefixtures("options")
def test_a_place_where_nobody_can_listen_is_told(capsys: Capture) -> None:
    assert cli.main([*START, "-H", "no.such.invalid"]) == 1
    assert capsys.readouterr().err.startswith("nextwsgi start: cannot listen on no.such.invalid:3000: ")


@pytest.mark.usefixtures("options")
def test_a_port_in_use_is_told(capsys: Capture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert cli.main([*START, "-H", "127.0.0.1", "-p", str(port)]) == 1
    text = f"port {port} is in use: stop what uses it, or choose another one with --port"
    assert capsys.readouterr().err == f"nextwsgi start: {text}\n"


@pytest.mark.usefixtures("options")
def test_a_project_that_cannot_be_served_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Checked, "exitcode", 1)
    assert run(*START, "-p", "0") == 1


def test_gunicorns_settings_are_said_not_to_count(
    project: Path, options: dict[str, Any], capsys: Capture
) -> None:
    (project / "gunicorn.conf.py").touch()
    assert run(*START, "-p", "0") == 0
    workers, threads = options["workers"], production.threads
    told = f"gunicorn.conf.py is not granian's: it runs {workers} workers of {threads} threads. "
    assert capsys.readouterr().err.startswith(told)


@pytest.mark.usefixtures("options")
@pytest.mark.parametrize(("version", "old"), [("2.8.6", True), ("2.10.0", False), ("2.8.7", False)])
def test_a_granian_that_is_too_old_is_refused(
    version: str, old: bool, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(granian, "__version__", version)
    assert (cli.main([*START, "-H", "no.such.invalid"]), "too old" in capsys.readouterr().err) == (1, old)


@pytest.mark.parametrize("missing", ["granian", "click"])
def test_the_way_to_install_it_is_told(
    missing: str, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    for name in ("nextwsgi.cli.granian", "granian.cli"):
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    assert cli.main([*START, str(project)]) == 1
    told = "nextwsgi start: granian is not installed: pip install 'nextwsgi[granian]'\n"
    assert capsys.readouterr().err == told


def test_another_module_that_is_missing_is_not_taken_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "nextwsgi.cli.granian")
    monkeypatch.setitem(sys.modules, "nextwsgi.cli.bridge", None)
    with pytest.raises(ModuleNotFoundError):
        start.run(argparse.Namespace(server="granian"))


# --- in a worker ------------------------------------------------------------------------------------------


@pytest.fixture
def worker(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Be a process of granian's that loads the application; then no longer."""
    monkeypatch.chdir(project)
    monkeypatch.setenv(granian.THREADS, "3")
    monkeypatch.setenv(granian.GRACE, "0.1")
    monkeypatch.setattr(atexit, "_run_exitfuncs", lambda: None)  # this process goes on
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


async def live(worker: granian.Worker, meanwhile: Callable[[], object]) -> list[str]:
    """Start a worker and stop it; what it told."""
    told: list[str] = []
    words = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> dict[str, Any]:
        if told:
            meanwhile()
        return {"type": next(words)}

    async def send(message: dict[str, Any]) -> None:
        told.append(message["type"])

    await worker({"type": "lifespan"}, receive, send)
    return told


@pytest.mark.usefixtures("worker")
def test_a_worker_is_given_the_project_and_its_threads(lasting: Lasting) -> None:
    sys.path.insert(0, "elsewhere")
    worker = granian.load()
    assert isinstance(worker.app, NextWSGI)
    assert worker.threads.count == 3
    assert lasting.most == 2
    assert "elsewhere" in sys.path
    worker.threads.close()


@pytest.mark.usefixtures("worker")
def test_the_folder_of_packages_stays_behind_the_standard_library() -> None:
    place = str(Path(granian.__file__).resolve().parents[2])
    sys.path.insert(0, place)  # as granian does
    before = sys.path.count(place)
    granian.load().threads.close()
    assert sys.path.count(place) == before - 1


@pytest.mark.usefixtures("worker")
def test_a_worker_that_is_still_loading_can_be_stopped() -> None:
    signal.signal(signal.SIGTERM, print)
    granian.load().threads.close()
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_a_worker_without_application_tells_why(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "pages" / "api" / "a.py").touch()
    monkeypatch.chdir(project)
    with pytest.raises(SystemExit, match="the project cannot be served"):
        granian._found()


LIMITED = """
from nextwsgi.middleware import with_rate_limit

handler = with_rate_limit(5)(lambda req, res: res.json(1))
"""


@pytest.mark.usefixtures("worker")
def test_limits_in_memory_warn_of_several_workers_before_any_is_started(
    project: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (project / "pages" / "api" / "limited.py").write_text(LIMITED)
    monkeypatch.setattr(rate_limit, "workers", rate_limit.Workers())
    granian._check(3)
    assert len(caplog.messages) == 1
    assert "with_rate_limit counts in the memory of each worker, and there are 3: " in caplog.text
    monkeypatch.setattr(rate_limit, "workers", rate_limit.Workers())
    granian.load().threads.close()
    rate_limit.workers.tell()
    assert len(caplog.messages) == 1


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize(("number", "grace"), [(signal.SIGTERM, 0.1), (signal.SIGINT, 0)])
def test_a_signal_has_async_handlers_cancelled(
    monkeypatch: pytest.MonkeyPatch, number: int, grace: float
) -> None:
    cancelled: list[tuple[object, float]] = []
    monkeypatch.setattr(production, "cancel_later", lambda app, grace: cancelled.append((app, grace)))
    worker = granian.load()
    told = asyncio.run(live(worker, lambda: signal.raise_signal(number)))
    assert told == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert cancelled == [(worker.app, grace)]


@pytest.mark.usefixtures("worker")
def test_a_signal_between_two_runs_of_the_loop_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    cancelled: list[float] = []
    monkeypatch.setattr(production, "cancel_later", lambda _, grace: cancelled.append(grace))
    loop = asyncio.new_event_loop()

    async def hear() -> None:
        granian._hear_signals(None, 0.1)

    loop.run_until_complete(hear())
    signal.raise_signal(signal.SIGTERM)
    assert cancelled == []
    loop.run_until_complete(asyncio.sleep(0))
    assert cancelled == [0.1]
    loop.close()


@pytest.mark.usefixtures("worker")
def test_a_worker_that_ends_cancels_what_is_left_and_lets_its_threads_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended: list[object] = []
    monkeypatch.setattr(production, "cancel_handlers", ended.append)
    worker = granian.load()
    monkeypatch.setattr(worker.threads, "close", lambda close=worker.threads.close: ended.append(close()))
    asyncio.run(live(worker, lambda: None))
    assert ended == [worker.app, None]


@pytest.mark.usefixtures("worker")
def test_a_worker_that_ends_finishes_what_is_left_behind_and_runs_exit_functions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended: list[object] = []
    worker = granian.load()
    monkeypatch.setattr(production, "finish_work", lambda _: ended.append("work"))
    monkeypatch.setattr(production, "cancel_handlers", lambda _: ended.append("handlers"))
    monkeypatch.setattr(atexit, "_run_exitfuncs", lambda: ended.append("exit"))
    asyncio.run(live(worker, lambda: None))
    assert ended == ["work", "handlers", "exit"]


@pytest.mark.usefixtures("worker")
def test_a_register_that_fails_ends_its_worker(project: Path) -> None:
    (project / "instrumentation.py").write_text("def register():\n    raise OSError('no')\n")
    worker = granian.load()
    assert asyncio.run(live(worker, lambda: None)) == ["lifespan.startup.failed"]
    worker.threads.close()


@pytest.mark.usefixtures("worker")
def test_a_worker_answers_requests() -> None:
    worker = granian.load()
    server = Server()
    asyncio.run(worker(scope(b"/api/hello"), server.receive, server.send))
    assert server.sent[1]["body"] == b'"hello"'
    worker.threads.close()

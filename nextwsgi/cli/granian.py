"""``nextwsgi start --server granian``: granian's settings, each with its reason, and its start."""

from __future__ import annotations

import argparse
import asyncio
import atexit
import errno
import os
import signal
import socket
import sys
from multiprocessing import Process
from pathlib import Path
from typing import Any, NoReturn

import click
from click.core import ParameterSource
from granian import __version__
from granian.cli import cli

from nextwsgi import production
from nextwsgi.cli.application import find
from nextwsgi.cli.bridge import Bridge, Receive, Send
from nextwsgi.cli.problems import CommandError
from nextwsgi.errors import RouteError
from nextwsgi.lasting import lasting

# The defaults of granian's options. Its environment variables win over them, and what is on the command line
# wins over all.
SETTINGS = {
    "host": "0.0.0.0",
    # As with gunicorn: a process for each core, and threads in each that leave the others running. granian
    # answers alike with 8 and with 64: they are for streams, slow uploads and handlers that wait.
    "workers": production.workers,
    "blocking_threads": production.threads,
    # As gunicorn's graceful_timeout: how long a worker that is told to stop may finish its answers.
    "workers_kill_timeout": production.graceful_timeout,
    # As gunicorn does. A worker that dies within 5.5 seconds of its replacing ends granian all the same.
    "respawn_failed_workers": True,
    # Connections, idle ones too: as many as gunicorn's worker_connections. Others wait to be accepted.
    "backpressure": 1000,
    # For a connection that may become HTTP/2 granian waits for a first byte without end. Browsers speak
    # HTTP/2 over TLS alone, and proxies speak HTTP/1.1 to what is behind them.
    "http": "1",
    "websockets": False,
    # Four times what Node takes for all headers: 1,000 clients that send no more hold 64 MiB.
    "http1_buffer_size": 64 * 1024,
}

# The longest that a connection may be idle or a head be on its way, in milliseconds: gunicorn's keepalive,
# for its reason. granian's own option takes no more than 60 seconds.
KEEPALIVE = ("http1_header_read_timeout", production.keepalive * 1000)

# granian takes the name of a module for a path below the current folder, which a project that has an
# __init__.py leads astray. A file is found everywhere.
APPLICATION = f"{Path(__file__).resolve()}:load"
FIXED = ("--interface", "asgi", "--factory", APPLICATION)

# Earlier ones leave the client of a broken answer waiting for its end.
OLDEST = (2, 8, 7)

# The workers that granian starts learn from these how they were set.
THREADS, GRACE = "NEXTWSGI_THREADS", "NEXTWSGI_GRACE"


def run(chosen: argparse.Namespace) -> NoReturn:
    """Be granian until it is told to stop."""
    if tuple(map(int, __version__.split(".")[:3])) < OLDEST:
        raise CommandError(f"granian {__version__} is too old: pip install 'nextwsgi[granian]'")
    os.chdir(chosen.folder)
    own = {"--host": chosen.hostname, "--port": chosen.port}
    given = [f"{name}={value}" for name, value in own.items() if value is not None]
    defaults = {**SETTINGS, "port": os.environ.get("PORT", "3000")}
    command = click.Command("granian", params=cli.params, callback=_serve, help=cli.help)
    command.main(
        [*given, *chosen.options, *FIXED],
        prog_name="nextwsgi start --server granian --",
        default_map=defaults,
        auto_envvar_prefix="GRANIAN",
    )


def _serve(**options: Any) -> None:
    """Run granian's own command with its options, once it is sure to start."""
    if options["uds"] is None:
        options["host"], options["port"] = _place(options["host"], options["port"])
    if click.get_current_context().get_parameter_source(KEEPALIVE[0]) is ParameterSource.DEFAULT:
        options.update([KEEPALIVE])
    _check_project(options["workers"])
    _tell(options)
    os.environ[THREADS] = str(options["blocking_threads"])
    os.environ[GRACE] = str(options["workers_kill_timeout"])
    options["blocking_threads"] = 1  # those that run Python are the bridge's
    assert cli.callback is not None
    cli.callback(**options)


def _place(host: str, port: int) -> tuple[str, int]:
    """Give the address and the port to listen on; CommandError where that cannot be.

    granian takes no names, tells no port that it chose itself, and shares a port with another granian.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, *_, address = min(found)  # IPv4 first, as gunicorn
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            bound: tuple[str, int] = probe.getsockname()[:2]
            return bound
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            text = f"port {port} is in use: stop what uses it, or choose another one with --port"
            raise CommandError(text) from None
        raise CommandError(f"cannot listen on {host}:{port}: {error.strerror}") from None


def _check_project(workers: int) -> None:
    """Load the project in a process that keeps what it imported to itself; end where it cannot be served.

    Otherwise each worker would tell what is wrong, and granian that it ended, and start it once more.
    """
    process = Process(target=_check, args=(workers,))
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(1)


def _check(workers: int) -> None:
    _found()
    production.tell_limits(workers, aloud=True)


def _tell(options: dict[str, Any]) -> None:
    if Path("gunicorn.conf.py").is_file():
        print(
            f"gunicorn.conf.py is not granian's: it runs {options['workers']} workers of "
            f"{options['blocking_threads']} threads. Its own options go after --.",
            file=sys.stderr,
        )


# --- in a worker ------------------------------------------------------------------------------------------


class Worker(Bridge):
    """The application as a worker of granian calls it."""

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request, or see the worker through its life."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await super().__call__(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            production.register(self.app)
        except RouteError as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        _hear_signals(self.app, float(os.environ[GRACE]))
        await send({"type": "lifespan.startup.complete"})
        await receive()  # all connections are closed
        await asyncio.to_thread(self._end)
        await send({"type": "lifespan.shutdown.complete"})

    def _end(self) -> None:
        production.finish_work(self.app)
        production.cancel_handlers(self.app)
        self.threads.close()
        # Processes of multiprocessing, as these are, do not run it before Python 3.13.
        atexit._run_exitfuncs()


def load() -> Worker:
    """Give a worker of granian what it calls."""
    # It has inherited handlers that only note the signal: told to stop now, it would go on to be killed.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    # granian puts the folder of this package, site-packages, before the standard library.
    if sys.path[0] == str(Path(__file__).resolve().parents[2]):
        del sys.path[0]
    app = _found()
    lasting.limit(int(os.environ[THREADS]))
    production.tell_limits(2, aloud=False)  # _check has done it
    return Worker(app, int(os.environ[THREADS]))


def _found() -> Any:
    try:
        return find()
    except (RouteError, CommandError) as error:
        sys.exit(str(error))


def _hear_signals(app: Any, grace: float) -> None:
    """Have async handlers cancelled before granian kills the worker, on Ctrl-C at once."""
    loop = asyncio.get_running_loop()

    def stopping(number: int, _: object) -> None:
        if not loop.is_running():
            # granian runs the loop twice; a signal between the runs would be lost.
            loop.call_soon_threadsafe(signal.raise_signal, number)
        else:
            production.cancel_later(app, 0 if number == signal.SIGINT else grace)

    # Beside granian's own handlers, which the loop calls: Python calls these.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stopping)

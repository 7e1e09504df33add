"""The settings of gunicorn that fit most projects.

A project's gunicorn.conf.py takes them over with ``from nextwsgi.production import *``. What it sets after
that line wins over them, and what is on gunicorn's command line wins over all. A hook of its own has to call
the one here that it replaces.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any

from nextwsgi.errors import RouteError
from nextwsgi.gthread import bound_waiting, close_beside, leave_silent
from nextwsgi.lasting import lasting

__all__ = [
    "accesslog",
    "control_socket_disable",
    "forwarder_headers",
    "graceful_timeout",
    "keepalive",
    "limit_request_field_size",
    "limit_request_line",
    "on_starting",
    "post_request",
    "post_worker_init",
    "threads",
    "timeout",
    "worker_class",
    "worker_int",
    "worker_tmp_dir",
    "workers",
]

log = logging.getLogger("nextwsgi")

QUOTA = "/sys/fs/cgroup/cpu.max"


def usable_cores(quota: str = QUOTA) -> int:
    """Count the cores this process may keep busy: those it is bound to, within its container's quota."""
    # macOS binds no process to cores.
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(bound, _allowed_cores(quota) or bound))


def _allowed_cores(file: str) -> int | None:
    """Read a container's share of the processor in whole cores, rounded up; None where it has no limit."""
    try:
        quota, period = Path(file).read_text().split()
    except (OSError, ValueError):
        return None
    return None if quota == "max" else -(-int(quota) // int(period))


def on_starting(server: Any) -> None:
    """Have a project that cannot be served reported once and without a traceback; gunicorn's own hook."""
    failure.open()
    server.log.error_log.addFilter(_without_traceback)


def _without_traceback(record: logging.LogRecord) -> bool:
    # One of 30 lines; gunicorn prints the message itself after it.
    if record.exc_info and isinstance(record.exc_info[1], RouteError):
        failure.leave_unless_first()
        record.exc_info = None
    return True


class Failure:
    """A project that cannot be served: the first worker that finds it says so, and ends gunicorn with it."""

    def __init__(self) -> None:
        self._turn: int | None = None

    def open(self) -> None:
        """Let the workers that are forked from now on have one turn."""
        self._turn, writer = os.pipe()
        os.write(writer, b"1")
        os.close(writer)

    def leave_unless_first(self) -> None:
        """Return in the first worker, and end others as if nothing were wrong: they would repeat the message.

        gunicorn itself ends with a traceback where it finds two workers that could not start.
        """
        if self._turn is not None and not os.read(self._turn, 1):
            time.sleep(0.5)  # until the first has ended: gunicorn replaces one that leaves earlier
            raise SystemExit(0)
        self._turn = None  # it is this process's


failure = Failure()


def worker_int(worker: Any) -> None:
    """Cancel the async handlers of a worker that is to stop at once (Ctrl-C); gunicorn's own hook."""
    # In a thread: a signal handler must not wait for the loop.
    cancel_later(worker.wsgi, 0)


def post_worker_init(worker: Any) -> None:
    """Have async handlers cancelled before gunicorn kills them, to let them clean up; gunicorn's hook."""
    tell_limits(worker.cfg.workers, aloud=worker.age == 1)  # the first that was ever started
    register(worker.wsgi)
    bound_waiting(worker)
    close_beside(worker)
    lasting.limit(worker.cfg.threads, worker.cfg.workers)
    stop = signal.getsignal(signal.SIGTERM)
    assert callable(stop)  # gunicorn has just set it

    def stopping(number: int, frame: FrameType | None) -> None:
        # gunicorn's own value: a project may have set another one.
        cancel_later(worker.wsgi, worker.cfg.graceful_timeout)
        leave_silent(worker)
        stop(number, frame)

    signal.signal(signal.SIGTERM, stopping)


def post_request(worker: Any, _request: Any, _environ: Any, _response: Any) -> None:
    """End what lasts in a worker that has had its max_requests: no signal tells it; gunicorn's hook."""
    if not worker.alive and not lasting.stopping:
        lasting.stopping = True
        cancel_later(worker.wsgi, worker.cfg.graceful_timeout)
        leave_silent(worker)


def register(app: Any) -> None:
    """Call ``register`` of the project's instrumentation.py; a wrapped application waits for a request."""
    project = getattr(app, "project", None)
    if project is None:
        return
    try:
        project.instrumentation.register(project)
    except RouteError as error:
        failure.leave_unless_first()
        log.error("register() of instrumentation.py failed", exc_info=error.__cause__)
        raise


def finish_work(app: Any) -> None:
    """Wait for what an application's requests left behind; gunicorn's workers do, as all of Python does."""
    project = getattr(app, "project", None)
    if project is not None:
        project.finish_work()


def tell_limits(workers: int, *, aloud: bool) -> None:
    """Have rate limits that are counted in memory warn of several workers; one of them, ``aloud``, does."""
    # Not imported for it: most projects have none.
    limits = sys.modules.get("nextwsgi.middleware.rate_limit")
    if limits is not None:
        limits.workers.tell(workers, aloud=aloud)


def cancel_later(app: Any, grace: float) -> None:
    """End what lasts now, and cancel async handlers in time to clean up within ``grace`` seconds."""
    threading.Thread(target=lasting.stop, daemon=True).start()
    timer = threading.Timer(grace * PATIENCE, cancel_handlers, [app])
    timer.daemon = True
    timer.start()


def cancel_handlers(app: Any) -> None:
    """Cancel an application's async handlers; a wrapped application's cannot be reached."""
    project = getattr(app, "project", None)
    if project is None:
        log.info("the application is wrapped: its async handlers cannot be told that the worker stops")
    else:
        project.close()


# The part of graceful_timeout that async handlers may go on; the rest is for cleaning up.
PATIENCE = 0.6

# One process per core: Python runs on one core at a time in each.
workers = int(os.environ.get("WEB_CONCURRENCY") or usable_cores())

# A thread that waits, for a database or for a slow client, leaves the others running; the sync worker would
# let one slow client stop all. Measured by "python -m bench slow": beside 25 idle and 25 slow clients 8
# threads answer nothing any more, 64 as much as without them. As many slow clients as there are threads
# still stop a worker: put a proxy that buffers requests, nginx for example, before what faces the internet.
# The price: 128 busy clients of a handler that only computes get up to a third fewer answers than from 8
# threads.
worker_class = "gthread"
threads = 64

# A worker that gave no sign of life for so long hangs, and is replaced. A slow request gives signs: it is the
# worker's threads that wait, not the worker.
timeout = 30

# How long a worker that is told to stop may finish its answers: less than the 30 seconds after which
# Kubernetes kills it.
graceful_timeout = 25

# Longer than nginx and the load balancers of the clouds keep an idle connection (60 seconds): the side that
# closes first must not be the one that cannot know whether a request is on its way.
keepalive = 65

# gunicorn's largest: Node takes request lines of up to 16 KB.
limit_request_line = 8190

# What Node takes of all headers together. A session of Auth.js that is kept in several cookies can be one
# header of more than the 8 KB of gunicorn's own limit.
limit_request_field_size = 16_384

# gunicorn would take the header SCRIPT_NAME, from whoever asks on this machine, for the place of the
# application, and look for the route behind it: a proxy that passes it on would let its clients choose.
forwarder_headers = ""

# Each worker gives its signs of life through a file: on a disk it could wait for the disk and be taken for
# dead. gunicorn itself makes the file, with a random name and for its owner alone.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # nosec B108

# The socket for gunicornc would lie in the home folder, where two projects would share it.
control_socket_disable = True

# As with next start: the proxy in front has a log, and query strings may hold secrets.
# --access-logfile - turns it on.
accesslog = None

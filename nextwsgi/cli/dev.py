"""``nextwsgi dev``: serves a project while it is written."""

from __future__ import annotations

import argparse
import errno
import logging
import socket
import sys
from contextlib import closing, suppress

from nextwsgi.cli.listing import lines
from nextwsgi.cli.problems import CommandError
from nextwsgi.dev.app import Development
from nextwsgi.dev.errors import Formatter
from nextwsgi.dev.server import listen, make
from nextwsgi.dev.table import BrokenRoute

PORT = 3000
TRIES = 10


def run(chosen: argparse.Namespace) -> int:
    """Serve until interrupted."""
    with closing(Development(chosen.folder, chosen.hostname)) as app:
        server = make(app, find_port(chosen.hostname, chosen.port))
        _log_to_terminal(app)
        with suppress(KeyboardInterrupt):
            _greet(app, chosen.hostname, server.port)
            server.serve_forever()  # until Ctrl-C, which it takes for itself
        server.server_close()
    return 130  # as a shell counts Ctrl-C


def find_port(hostname: str, port: int | None) -> socket.socket:
    """Listen on the port that was asked for, or on the first free one from 3000; CommandError without."""
    for candidate in range(PORT, PORT + TRIES) if port is None else (port,):
        try:
            return listen(hostname, candidate)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise CommandError(f"cannot listen on {hostname}:{candidate}: {error.strerror}") from None
            if port is None:
                print(f"Port {candidate} is in use, trying {candidate + 1}.", file=sys.stderr)
    if port is not None:
        raise CommandError(f"port {port} is in use: stop what uses it, or choose another one with --port")
    raise CommandError(f"ports {PORT} to {PORT + TRIES - 1} are in use: choose another one with --port")


def _log_to_terminal(app: Development) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(Formatter(app.project.root))
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def _greet(app: Development, hostname: str, port: int) -> None:
    routes = app.table.load_all()
    broken = {route.file: route.error for route in routes if isinstance(route, BrokenRoute)}
    print(f"nextwsgi dev: http://{_shown(hostname)}:{port}\n")
    if files := app.environment.files:
        print(f"  environment: {', '.join(files)}\n")
    print("\n".join(f"  {line}" for line in lines(routes, broken)), flush=True)
    found = [*app.table.problems, *(text for error in broken.values() for text in error.problems)]
    if found:
        print("\n".join(["", *(f"  - {text}" for text in dict.fromkeys(found))]), file=sys.stderr)


def _shown(hostname: str) -> str:
    if hostname in ("127.0.0.1", "0.0.0.0", "::", ""):
        return "localhost"
    return f"[{hostname}]" if ":" in hostname else hostname

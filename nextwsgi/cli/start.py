"""``nextwsgi start``: serves a project in production, with gunicorn or granian."""

from __future__ import annotations

import argparse
import os
import sys

from nextwsgi.cli.problems import CommandError

CONFIG = "gunicorn.conf.py"
APPLICATION = "nextwsgi.cli.application:load()"


def run(chosen: argparse.Namespace) -> int:
    """Become the server, which then gets all signals itself."""
    return _granian(chosen) if chosen.server == "granian" else _gunicorn(chosen)


def _gunicorn(chosen: argparse.Namespace) -> int:
    os.chdir(chosen.folder)
    # gunicorn listens on 0.0.0.0 and this port unless its config says otherwise.
    os.environ.setdefault("PORT", "3000")
    os.execv(sys.executable, [sys.executable, *command(chosen)])


def _granian(chosen: argparse.Namespace) -> int:
    try:
        from nextwsgi.cli.granian import run
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] not in ("click", "granian"):  # click comes with granian alone
            raise
        raise CommandError("granian is not installed: pip install 'nextwsgi[granian]'") from None
    return run(chosen)


def command(chosen: argparse.Namespace) -> list[str]:
    """Give the arguments of Python that run gunicorn for a project."""
    own = (chosen.folder / CONFIG).is_file()
    config = CONFIG if own else "python:nextwsgi.production"
    return ["-m", "gunicorn", "-c", config, *_bind(chosen), *chosen.options, APPLICATION]


def _bind(chosen: argparse.Namespace) -> list[str]:
    # What is on the command line wins over the project's gunicorn.conf.py; a default must not.
    if chosen.port is None and chosen.hostname is None:
        return []
    host = chosen.hostname or "0.0.0.0"
    port = os.environ.get("PORT", "3000") if chosen.port is None else chosen.port
    return ["-b", f"[{host}]:{port}" if ":" in host else f"{host}:{port}"]

"""``nextwsgi start``: serves a project in production, with gunicorn."""

from __future__ import annotations

import argparse
import os
import sys

CONFIG = "gunicorn.conf.py"
APPLICATION = "nextwsgi.cli.application:load()"


def run(chosen: argparse.Namespace) -> int:
    """Become gunicorn, which then gets all signals itself."""
    os.chdir(chosen.folder)
    # gunicorn listens on 0.0.0.0 and this port unless its config says otherwise.
    os.environ.setdefault("PORT", "3000")
    os.execv(sys.executable, [sys.executable, *command(chosen)])


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

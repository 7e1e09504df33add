"""``nextwsgi start``: serves a project in production, with gunicorn."""

from __future__ import annotations

import argparse
import os
import sys

CONFIG = "gunicorn.conf.py"


def run(chosen: argparse.Namespace) -> int:
    """Become gunicorn, which then gets all signals itself."""
    os.chdir(chosen.folder)
    os.execv(sys.executable, [sys.executable, *command(chosen)])  # never returns


def command(chosen: argparse.Namespace) -> list[str]:
    """Give the arguments of Python that run gunicorn for a project."""
    own = (chosen.folder / CONFIG).is_file()
    config = CONFIG if own else "python:nextwsgi.production"
    host = f"[{chosen.hostname}]" if ":" in chosen.hostname else chosen.hostname
    bind = f"{host}:{chosen.port}"
    application = "nextwsgi.cli.application:load()"
    return ["-m", "gunicorn", "-c", config, "-b", bind, *chosen.options, application]

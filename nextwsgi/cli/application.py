"""What ``nextwsgi start`` has a server load."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

from nextwsgi.app import NextWSGI
from nextwsgi.cli.problems import CommandError
from nextwsgi.errors import RouteError
from nextwsgi.production import failure


def find() -> Any:
    """Give ``app`` of the current folder's wsgi.py; without one, an application of the folder."""
    if not Path("wsgi.py").is_file():
        return NextWSGI()
    sys.path.insert(0, str(Path.cwd()))
    module = importlib.import_module("wsgi")
    if not hasattr(module, "app"):
        raise CommandError("wsgi.py has no app: write app = NextWSGI()")
    return module.app


def load() -> Any:
    """Give gunicorn the application."""
    from gunicorn.errors import AppImportError  # type: ignore[import-untyped] # gunicorn has no types

    try:
        return find()
    except (RouteError, CommandError) as error:
        failure.leave_unless_first()
        # The one exception whose message gunicorn prints without a traceback.
        raise AppImportError(str(error)) from None

"""What ``nextwsgi start`` has gunicorn load."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

from gunicorn.errors import AppImportError  # type: ignore[import-untyped] # gunicorn has no types

from nextwsgi.app import NextWSGI
from nextwsgi.errors import RouteError


def load() -> Any:
    """Give ``app`` of the current folder's wsgi.py; without one, an application of the folder."""
    try:
        return _load()
    except RouteError as error:
        # The one exception whose message gunicorn prints without a traceback.
        raise AppImportError(str(error)) from None


def _load() -> Any:
    if not Path("wsgi.py").is_file():
        return NextWSGI()
    sys.path.insert(0, str(Path.cwd()))
    module = importlib.import_module("wsgi")
    if not hasattr(module, "app"):
        raise AppImportError("wsgi.py has no app: write app = NextWSGI()")
    return module.app

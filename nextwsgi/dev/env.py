"""The environment files of a project that is being written: what they set comes and goes with each edit."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from nextwsgi.env import LoadedEnv, file_names, load, mode_of
from nextwsgi.errors import RouteError

log = logging.getLogger("nextwsgi.dev")


class Environment:
    """The variables that a project's files have set, as long as nothing else has changed them."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._mode = mode_of(os.environ.get("NODE_ENV"), dev=True)
        self._texts: list[bytes | None] = []
        self.loaded = LoadedEnv({}, [])

    def refresh(self) -> bool:
        """Load the files if they are not what they were, and tell whether they were loaded.

        What is wrong with them is logged, and the variables stay as they are.
        """
        texts = [_text(self._root / name) for name in file_names(self._mode)]
        if texts == self._texts:
            return False
        self._texts = texts
        try:
            self.loaded = load(self._root, self._mode, self.loaded.parsed_env)
        except RouteError as error:
            log.error("the environment files are not loaded:\n%s", "\n".join(error.problems))
            return False
        return True

    def drop(self) -> None:
        """Take back what the files have set."""
        for name, value in self.loaded.parsed_env.items():
            if os.environ.get(name) == value:
                del os.environ[name]
        self.loaded, self._texts = LoadedEnv({}, []), []


def _text(file: Path) -> bytes | None:
    # A pipe is left alone: whoever reads it takes what is in it, and may wait for somebody's password.
    try:
        return file.read_bytes() if file.is_file() else None
    except OSError:
        return None

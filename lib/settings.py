"""The secrets that the demo needs. A machine that has none gets random ones, once, in .env.local.

Import this before what reads them: it sets them.
"""

import fcntl
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nextwsgi.env import load_env_config

log = logging.getLogger(__name__)

NAMES = ("JWT_SECRET", "API_TOKEN", "AUTH_SECRET")


def make_secrets(root: Path) -> None:
    """Set those of NAMES that are not set, from the environment files of ``root`` or from new ones there.

    One that is set but empty is left so. RuntimeError where they cannot be kept.
    """
    load_env_config(root)
    if not _missing():
        return
    file = root / (".env.test.local" if os.environ.get("NODE_ENV") == "test" else ".env.local")
    with _locked(file) as local:
        load_env_config(root)  # another worker may have made them just now
        if names := _missing():
            _append(local, [f"{name}={secrets.token_urlsafe(32)}" for name in names])
            log.warning("%s were not set: random values for this machine are in %s", ", ".join(names), file)
    load_env_config(root)


def _missing() -> list[str]:
    return [name for name in NAMES if name not in os.environ]


@contextmanager
def _locked(file: Path) -> Iterator[int]:
    """Open a file, made for its owner alone where there is none, and keep other workers out meanwhile."""
    try:
        local = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    except OSError as error:
        names = ", ".join(_missing())
        problem = f"{names} are not set, and {file.name} cannot be written ({error.strerror})"
        raise RuntimeError(f"{problem}: set them in the environment") from None
    try:
        fcntl.flock(local, fcntl.LOCK_EX)
        yield local
    finally:
        os.close(local)


def _append(local: int, lines: list[str]) -> None:
    """Add lines in one write: whoever reads meanwhile finds all of them or none."""
    size = os.fstat(local).st_size
    with suppress(PermissionError):  # somebody else's file that this user may write
        os.fchmod(local, 0o600)  # it may have been everybody's to read until now
    before = "\n" if size and os.pread(local, 1, size - 1) != b"\n" else ""
    os.write(local, (before + "\n".join([*lines, ""])).encode())


make_secrets(Path(__file__).parent.parent)

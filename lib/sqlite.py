"""SQLite: the database where nothing else is named."""

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from lib.models import Base

# How long a request waits for another one that writes, in seconds.
PATIENCE = 3


class Sqlite:
    """A file. It can be read by all while one writes; others that write wait."""

    def __init__(self, url: URL) -> None:
        self._file = Path(str(url.database)).absolute()
        self.engine = create_engine(
            url, connect_args={"timeout": PATIENCE}, max_overflow=-1, hide_parameters=True
        )
        event.listen(self.engine, "do_connect", self._open)
        event.listen(self.engine, "connect", self._opened)
        event.listen(self.engine, "checkout", self._used)

    def make_tables(self) -> None:
        """Make the file and its tables where they are not there; OSError where others take too long."""
        end = time.monotonic() + PATIENCE
        self._file.parent.mkdir(parents=True, exist_ok=True)
        # SQLite itself does not wait where two processes change the journal of a new file.
        with _locked(f"{self._file}.lock", end):
            # For its owner alone, for there are addresses and hashes in it; its journal takes after it.
            # One that is there must not be opened: to close it would drop the locks of this process on it.
            with suppress(FileExistsError):
                os.close(os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            with self.engine.connect() as connection:
                connection.detach()  # it is not used again: its patience is what is left of this one's
                left = max(0, round((end - time.monotonic()) * 1000))
                connection.exec_driver_sql(f"PRAGMA busy_timeout = {left}")
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
                Base.metadata.create_all(connection)
                connection.commit()

    def identity(self) -> int:
        """Tell one file of this name from another by its number; 0 where none can be seen."""
        try:
            return self._file.stat().st_ino
        except OSError:
            return 0

    def may_lack_tables(self, error: Exception) -> bool:
        """Tell whether an error says that the file was changed by others, and leave its connections if so."""
        origin = getattr(error, "orig", None)
        if isinstance(origin, sqlite3.Error) and origin.sqlite_errorname != "SQLITE_BUSY":
            self.engine.dispose()
            return True
        return False

    def _open(self, _: object, __: object, ___: object, options: dict[str, Any]) -> sqlite3.Connection:
        # rw: where the file was deleted, sqlite3 would make one that everybody may read.
        opened: sqlite3.Connection = sqlite3.connect(f"{self._file.as_uri()}?mode=rw", uri=True, **options)
        return opened

    def _opened(self, connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        record.info["file"] = self.identity()

    def _used(self, _: object, record: ConnectionPoolEntry, __: object) -> None:
        # What is written to a deleted file is lost, and SQLite does not tell.
        if record.info["file"] != self.identity():
            raise DisconnectionError


@contextmanager
def _locked(name: str, end: float) -> Iterator[None]:
    """Keep other processes out, waiting for them until ``end``, of the monotonic clock, and no longer."""
    with open(name, "wb") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise TimeoutError(f"another process holds {name}") from None
                time.sleep(0.02)
        yield

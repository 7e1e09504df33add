"""SQLite: the database where nothing else is named."""

import fcntl
import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from sqlalchemy import URL, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from lib.models import Base

# How long a request waits for another one that writes, in seconds.
PATIENCE = 3


class Sqlite:
    """A file. It can be read by all while one writes; others that write wait."""

    def __init__(self, url: URL) -> None:
        self._file = Path(str(url.database))
        self.engine = create_engine(
            url, connect_args={"timeout": PATIENCE}, max_overflow=-1, hide_parameters=True
        )
        event.listen(self.engine, "connect", self._opened)
        event.listen(self.engine, "checkout", self._used)

    def make_tables(self) -> None:
        """Make the file and its tables where they are not there."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        # SQLite itself does not wait where two processes change the journal of a new file.
        with open(f"{self._file}.lock", "wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # For its owner alone, for there are addresses and hashes in it; its journal takes after it.
            # One that is there must not be opened: to close it would drop the locks of this process on it.
            with suppress(FileExistsError):
                os.close(os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            with self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            Base.metadata.create_all(self.engine)

    def is_another(self, error: Exception) -> bool:
        """Tell whether the file is no longer what was opened, and leave its connections if so."""
        origin = getattr(error, "orig", None)
        if isinstance(origin, sqlite3.Error) and origin.sqlite_errorname != "SQLITE_BUSY":
            self.engine.dispose()
            return True
        return False

    def _opened(self, connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        record.info["file"] = self._number()

    def _used(self, _: object, record: ConnectionPoolEntry, __: object) -> None:
        # What is written to a deleted file is lost, and SQLite does not tell.
        if record.info["file"] != self._number():
            raise DisconnectionError

    def _number(self) -> int:
        """Give the number of the file that has the name now; 0 where none can be seen."""
        try:
            return self._file.stat().st_ino
        except OSError:
            return 0

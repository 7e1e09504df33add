"""PostgreSQL: a server that may be stopped, started again, or busy with somebody else."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

import psycopg
from sqlalchemy import URL, create_engine, event
from sqlalchemy import Connection as Transaction

from lib.models import Base

# How long a request waits for a connection and for an answer, in seconds.
PATIENCE = 3


class Connection(psycopg.Connection[Any]):
    """A connection that gives up a server that does not answer: it has stopped, or its disk."""

    def wait(self, gen: Generator[Any, Any, Any], *arguments: Any, **options: Any) -> Any:
        """Do what all that asks the server does, for so long and no longer."""
        return super().wait(self._bounded(gen), *arguments, **options)

    def _bounded(self, steps: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """Go through psycopg's steps, each of which waits a moment for the server, while there is time."""
        # The server itself gives up a little earlier, where it can.
        end = time.monotonic() + PATIENCE + 0.5
        ready = None
        try:
            while True:
                ready = yield steps.send(ready)
                if not ready and time.monotonic() > end:
                    self.close()
                    raise psycopg.OperationalError("the server does not answer")
        except StopIteration as done:
            return done.value


class Postgresql:
    """The connections to a server."""

    def __init__(self, url: URL) -> None:
        settings = {
            "connect_timeout": 2,  # the least that there is
            # What poolers between here and the server cannot keep (PgBouncer).
            "prepare_threshold": None,
        }
        self.engine = create_engine(
            url,
            connect_args={name: value for name, value in settings.items() if name not in url.query},
            # Connections from before a restart are found out before they are used.
            pool_pre_ping=True,
            pool_timeout=PATIENCE,
            hide_parameters=True,
        )
        event.listen(self.engine, "do_connect", _connect)
        event.listen(self.engine, "begin", _limit_time)

    def make_tables(self) -> None:
        """Make the tables where they are not there."""
        with self.engine.begin() as transaction:
            # Two workers must not make one table at once: the second would fail. The number is any.
            transaction.exec_driver_sql("SELECT pg_advisory_xact_lock(7249013)")
            Base.metadata.create_all(transaction)

    def identity(self) -> int:
        """Tell that a database of this name is the same one."""
        return 1

    def may_lack_tables(self, error: Exception) -> bool:  # noqa: ARG002 - as that of Sqlite
        """Tell that no error says so: a missing table is a ProgrammingError, a mistake of who dropped it."""
        return False


def _connect(_: Any, __: Any, arguments: list[Any], options: dict[str, Any]) -> Connection:
    return Connection.connect(*arguments, **options)


def _limit_time(transaction: Transaction) -> None:
    # For this transaction alone: a pooler may hand the connection to others.
    transaction.exec_driver_sql(f"SET LOCAL statement_timeout = '{PATIENCE}s'")

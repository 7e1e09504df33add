"""The demo's database: an SQLite file, or the PostgreSQL that DATABASE_URL names."""

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session

from lib.database_url import read_url
from lib.sqlite import PATIENCE, Sqlite
from nextwsgi import ApiError, NextApiRequest, NextApiResponse
from nextwsgi.middleware import Handler

if TYPE_CHECKING:
    from lib.postgresql import Postgresql

log = logging.getLogger(__name__)

ROOT = Path(__file__).parent.parent

# What these say is wrong with the program, not with the database.
MISTAKES = (IntegrityError, ProgrammingError, DataError)


class Unavailable(ApiError):
    """The database is away, locked or full. The next request tries it again."""

    def __init__(self) -> None:
        super().__init__(503, "The database is unavailable")


def with_database(handler: Handler) -> Handler:
    """Answer as JSON what the functions of lib/ refuse with an ApiError, a database that is away among it."""

    @wraps(handler)
    def inner(req: NextApiRequest, res: NextApiResponse[Any]) -> object:
        try:
            return handler(req, res)
        except Unavailable as error:
            res.setHeader("Retry-After", PATIENCE)
            res.status(error.status).json({"error": error.message})
        except ApiError as error:
            if error.status == 401:
                res.setHeader("WWW-Authenticate", "Bearer")
            res.status(error.status).json({"error": error.message})
        return None

    return inner


def session() -> AbstractContextManager[Session]:
    """Open a session of the database that DATABASE_URL names; what was done in it is kept if nothing raises.

    Unavailable where that cannot be.
    """
    return database(os.environ.get("DATABASE_URL", "")).session()


@lru_cache
def database(url: str) -> "Database":
    """Give the database of a URL, one for all threads; ValueError says what is wrong with it."""
    return Database(read_url(url, ROOT))


class Database:
    """One database: its connections, and whether its tables are there."""

    def __init__(self, url: URL) -> None:
        """Connect to nothing yet: gunicorn may still fork its workers."""
        self._kind = Sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)
        self._with_tables = 0  # the identity of the database that has them; 0 for none
        self._lock = threading.Lock()
        self._failures = 0

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open a session, with the tables made at the first one."""
        try:
            if self._lacks_tables():
                self._make_tables()
            # Objects can be read when their session has ended.
            with Session(self._kind.engine, expire_on_commit=False) as session, session.begin():
                yield session
        except MISTAKES:
            raise
        except (DBAPIError, NoConnection) as error:
            # Its text has no parameters, and no password of the database.
            log.error(
                "the database is unavailable: %s", error.orig if isinstance(error, DBAPIError) else error
            )
            if self._kind.may_lack_tables(error):
                self._with_tables = 0
            raise Unavailable from error

    def close(self) -> None:
        """Close the connections that nobody uses; new ones are made when they are needed."""
        self._kind.engine.dispose()

    def _lacks_tables(self) -> bool:
        return self._with_tables == 0 or self._with_tables != self._kind.identity()

    def _make_tables(self) -> None:
        failures = self._failures
        if not self._lock.acquire(timeout=PATIENCE):
            raise Unavailable
        try:
            # The others do not wait one after another for a database that does not answer.
            if self._failures != failures:
                raise Unavailable
            if self._lacks_tables():
                self._kind.make_tables()
                self._with_tables = self._kind.identity()
        except OSError as error:
            log.error("the database cannot be made: %s", error)
            raise Unavailable from error
        finally:
            self._failures += self._lacks_tables()
            self._lock.release()


def _postgresql(url: URL) -> "Postgresql":
    from lib.postgresql import Postgresql  # psycopg takes a while to import, and SQLite does without it

    return Postgresql(url)


database(os.environ.get("DATABASE_URL", ""))  # what cannot be read stops the start

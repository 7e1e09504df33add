"""The MongoDB that MONGODB_URI names."""

import logging
from functools import wraps
from threading import Lock
from typing import TYPE_CHECKING, Any

from lib.configured import setting
from nextwsgi import ApiError, NextApiRequest, NextApiResponse
from nextwsgi.middleware import Handler

if TYPE_CHECKING:
    from pymongo import MongoClient
    from pymongo.database import Database

    Document = dict[str, Any]

log = logging.getLogger(__name__)

# Seconds that a request waits for a server and its answer, all together.
PATIENCE = 3.0

# Where the URI names no database.
NAME = "demo"

FORM = "mongodb://user:password@host:27017/name"

_clients: "dict[str, MongoClient[Document]]" = {}
_lock = Lock()


class Unavailable(ApiError):
    """The server is away, or refuses. The next request tries it again."""

    def __init__(self) -> None:
        super().__init__(503, "The database is unavailable")


def connect_to_database() -> "Database[Document]":
    """Give the database of MONGODB_URI, through the one client that all threads of a worker share.

    NotConfigured without a URI, Unavailable where it cannot be read.
    """
    uri = setting("MONGODB_URI", "the connection string of your MongoDB")
    with _lock:  # made with the first request, in the worker: a client must not be forked
        if uri not in _clients:
            _clients[uri] = _client(uri)
    return _clients[uri].get_default_database(NAME)


def _client(uri: str) -> "MongoClient[Document]":
    from pymongo import MongoClient  # slow to import, and for those who have a MongoDB
    from pymongo.errors import ConfigurationError

    try:
        milliseconds = int(PATIENCE * 1000)
        # Without the second, what watches the server in the background waits 20 seconds for a silent one.
        return MongoClient(uri, timeoutMS=milliseconds, connectTimeoutMS=milliseconds, tz_aware=True)
    except (ConfigurationError, ValueError):
        # Its text may hold the password.
        log.error("MONGODB_URI cannot be read, or names no server: it looks like %s", FORM)
        raise Unavailable from None


def close() -> None:
    """Close all connections; new ones are made when they are needed."""
    with _lock:
        while _clients:
            _clients.popitem()[1].close()


def with_mongodb(handler: Handler) -> Handler:
    """Answer as JSON what a handler refuses with an ApiError, and 503 where the server is away."""

    @wraps(handler)
    def inner(req: NextApiRequest, res: NextApiResponse[Any]) -> object:
        try:
            return _attempt(handler, req, res)
        except ApiError as error:
            if isinstance(error, Unavailable):
                res.setHeader("Retry-After", int(PATIENCE))
            res.status(error.status).json({"error": error.message})
            return None

    return inner


def _attempt(handler: Handler, req: NextApiRequest, res: NextApiResponse[Any]) -> object:
    try:
        return handler(req, res)
    except Exception as error:
        # Only where there is a client: without one, pymongo has nothing to do with it.
        if not _clients or not isinstance(error, _errors()):
            raise
        log.error("MongoDB is unavailable: %s", error)
        raise Unavailable from error


def _errors() -> type[Exception]:
    from pymongo.errors import PyMongoError

    return PyMongoError

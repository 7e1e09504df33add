"""Counts of requests in fixed windows of time, in a Redis that all workers share."""

from __future__ import annotations

import logging
import re
import threading
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, urlsplit

from nextwsgi.middleware.windows import Hit

if TYPE_CHECKING:
    from redis import ConnectionPool, Redis
    from redis.commands.core import Script

log = logging.getLogger("nextwsgi")

SCHEMES = ("redis://", "rediss://", "redis+unix://")

# Where each part ends cannot be told with more in it: a part of the password would be taken for the host.
_USER = r"(?:[^:@/?#\s]*(?::[^@/?#\s]*)?@)?"
_HOST = r"(?:[\w.-]*|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?"
_URL = re.compile(
    rf"(?:rediss?://{_USER}{_HOST}(?:/[0-9]*)?|redis\+unix://{_USER}/[^@?#\s]+)(?:\?[^@#\s]*)?", re.IGNORECASE
)

UNREADABLE = (
    "REDIS_URL cannot be read: write redis://user:password@host:6379/0, where 0 is the number of the"
    " database, and / and @ and the like in the password are percent-encoded"
)

# A request never waits longer, to connect and for an answer each.
TIMEOUT_SECONDS = 0.5

# While Redis is away, one request in so many seconds tries it; the others do not wait.
PAUSE_SECONDS = 1.0

# Counts and tells what is left of the window in one step, by Redis's own clock, so that machines whose clocks
# differ agree. A key without an end, as a copied one may be, gets one.
COUNT = """
local count = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
    left = tonumber(ARGV[1])
    redis.call('PEXPIRE', KEYS[1], left)
end
return {count, left}
"""


@lru_cache
def shared_windows(url: str) -> SharedWindows:
    """Give the counts in the Redis at ``url``, the same for all limits of this process.

    Does not connect yet. ValueError for a URL that is none, ModuleNotFoundError where a package is missing.
    """
    if not url.startswith(SCHEMES):
        raise ValueError(f"REDIS_URL must begin with {', '.join(SCHEMES)}: redis://localhost:6379/0")
    if not _URL.fullmatch(url):
        raise ValueError(UNREADABLE)
    try:
        client = _client(url)
    except ValueError:  # whose text may hold a part of the password
        raise ValueError(UNREADABLE) from None
    _check_options(client.connection_pool, url)
    return SharedWindows(client.register_script(COUNT.encode()), _place(url))


def _place(url: str) -> str:
    """Name a Redis in the log, without its password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _client(url: str) -> Redis:
    from limits.storage import RedisStorage
    from redis.backoff import NoBackoff
    from redis.exceptions import ConnectionError as Disconnected
    from redis.retry import Retry

    # Redis closes connections that idle: one more attempt, at once, but none after a timeout.
    options: Any = {
        "retry": Retry(NoBackoff(), 1, supported_errors=(Disconnected,)),
        "socket_timeout": TIMEOUT_SECONDS,
        "socket_connect_timeout": TIMEOUT_SECONDS,
    }
    return cast("Redis", RedisStorage(url, **options).get_connection())


def _check_options(pool: ConnectionPool, url: str) -> None:
    """ValueError for options that would fail each connection: one is made here that does not connect."""
    from redis.exceptions import RedisError

    try:
        pool.connection_class(**pool.connection_kwargs)
    except (TypeError, ValueError, RedisError) as error:
        names = ", ".join(parse_qs(urlsplit(url).query))
        raise ValueError(f"REDIS_URL has an option that redis does not take ({names}): {error}") from None


class SharedWindows:
    """Counts as ``Windows`` does, for all processes together; tells once when Redis goes and comes."""

    def __init__(self, script: Script, place: str) -> None:
        """``script`` runs COUNT; ``place`` is how the log names the Redis."""
        self._script = script
        self._place = place
        self._lock = threading.Lock()
        self._fault = ""
        """What was told of a Redis that does not count."""
        self._next_try = 0.0

    def hit(self, limit: str, client: str, seconds: float) -> Hit | None:
        """Count one request of a client; None while Redis is away, or refuses."""
        if self._fault and not self._may_try():
            return None
        try:
            count, left = self._script([f"nextwsgi:{limit}:{client}"], [round(seconds * 1000)])
        except Exception as error:  # noqa: BLE001 - redis raises AttributeError too where another program answers
            self._lost(error)
            return None
        if self._fault:
            self._found()
        return count, left / 1000

    def _may_try(self) -> bool:
        with self._lock:
            now = time.monotonic()
            if now < self._next_try:
                return False
            self._next_try = now + PAUSE_SECONDS
            return True

    def _lost(self, error: Exception) -> None:
        fault = _fault(error)
        with self._lock:
            self._next_try = time.monotonic() + PAUSE_SECONDS
            told, self._fault = self._fault, fault
        if told != fault:
            reason = f"{type(error).__name__}: {error}"
            log.error("%s %s (%s)", self._place, fault, reason)

    def _found(self) -> None:
        with self._lock:
            told, self._fault = self._fault, ""
        if told:
            log.warning("%s is back: with_rate_limit counts there again", self._place)


def _fault(error: Exception) -> str:
    """Say what became of a Redis: it may answer, and refuse the password, the database or the command."""
    from redis.exceptions import AuthenticationError, ResponseError

    if isinstance(error, AuthenticationError | ResponseError):
        return "refuses: with_rate_limit does without until REDIS_URL fits, or the Redis is mended"
    return "is away: with_rate_limit does without until it is back"

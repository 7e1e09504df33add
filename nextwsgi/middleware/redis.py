"""Counts of requests in fixed windows of time, in a Redis that all workers share."""

from __future__ import annotations

import logging
import threading
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from nextwsgi.middleware.windows import Hit

if TYPE_CHECKING:
    from redis.commands.core import Script

log = logging.getLogger("nextwsgi")

SCHEMES = ("redis://", "rediss://", "redis+unix://")

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
    try:
        return SharedWindows(_script(url), _place(url))
    except ValueError:  # whose text may hold a part of the password
        raise ValueError(
            "REDIS_URL cannot be read: write redis://user:password@host:6379/0, where / and @ and the like in"
            " the password are percent-encoded"
        ) from None


def _place(url: str) -> str:
    """Name a Redis in the log, without its password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _script(url: str) -> Script:
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
    return RedisStorage(url, **options).get_connection().register_script(COUNT.encode())


class SharedWindows:
    """Counts as ``Windows`` does, for all processes together; tells once when Redis goes and comes."""

    def __init__(self, script: Script, place: str) -> None:
        """``script`` runs COUNT; ``place`` is how the log names the Redis."""
        self._script = script
        self._place = place
        self._lock = threading.Lock()
        self._away = False
        self._next_try = 0.0

    def hit(self, limit: str, client: str, seconds: float) -> Hit | None:
        """Count one request of a client; None while Redis is away."""
        if self._away and not self._may_try():
            return None
        try:
            count, left = self._script([f"nextwsgi:{limit}:{client}"], [round(seconds * 1000)])
        except Exception as error:  # noqa: BLE001 - redis raises AttributeError too where another program answers
            self._lost(error)
            return None
        if self._away:
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
        with self._lock:
            self._next_try = time.monotonic() + PAUSE_SECONDS
            told, self._away = self._away, True
        if not told:
            reason = f"{type(error).__name__}: {error}"
            log.error("%s is away: with_rate_limit does without until it is back (%s)", self._place, reason)

    def _found(self) -> None:
        with self._lock:
            told, self._away = self._away, False
        if told:
            log.warning("%s is back: with_rate_limit counts there again", self._place)

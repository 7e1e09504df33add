"""Channels of all workers, on all machines that share a Redis.

One thread of each process listens on one connection for all its subscribers.
"""

import logging
import threading
import time
from contextlib import closing
from typing import Any

from lib.channel import Channels, Subscription

log = logging.getLogger(__name__)

# Nobody who publishes waits longer, to connect and for an answer each; after that nobody tries for a while.
TIMEOUT_SECONDS = 0.5
PAUSE_SECONDS = 1.0

# A Redis that says nothing for so long is asked, and after as long again taken for gone.
SILENCE_SECONDS = 5.0

# Between attempts to listen again.
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0


class RedisChannels(Channels):
    """Channels whose messages go through Redis; tells once when it goes and comes."""

    def __init__(self, url: str) -> None:
        """ValueError for a URL that cannot be read, and where redis is not installed."""
        super().__init__()
        self._redis = _connect(url)
        # Channels of Redis are not parted by databases; applications that share a Redis have one each.
        self._prefix = f"nextwsgi:{self._redis.connection_pool.connection_kwargs.get('db', 0)}:"
        self._listens = threading.Event()
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()
        self._wake = threading.Event()
        self._away = False
        self._next_try = 0.0

    def publish(self, channel: str, message: str) -> None:
        """Send a message to all subscribers of a channel; while Redis is away, to this process's."""
        heard = self._listens.is_set()
        if not self._sent(channel, message):
            self.deliver(channel, message)
        elif not heard:  # Redis is back, and this process hears nothing of it yet
            self._wake.set()
            self.deliver(channel, message)

    def join(self, channel: str, subscription: Subscription) -> None:
        """Add a subscriber; it waits until Redis is listened to, or away."""
        super().join(channel, subscription)
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, name="channels", daemon=True)
                self._thread.start()
        while not (self._away or self._listens.wait(0.01)):
            pass

    def close(self) -> None:
        """Listen no more, once the connection is lost."""
        self._closed.set()
        self._wake.set()

    # --- publishing ---------------------------------------------------------------------------------------

    def _sent(self, channel: str, message: str) -> bool:
        if time.monotonic() < self._next_try:
            return False
        try:
            self._redis.publish(self._prefix + channel, message.encode(errors="replace"))
        except Exception as error:  # noqa: BLE001 - redis raises others too where another program answers
            self._next_try = time.monotonic() + PAUSE_SECONDS
            self._lost(error)
            return False
        if self._away and self._listens.is_set():
            self._found()
        return True

    # --- listening ----------------------------------------------------------------------------------------

    def _listen(self) -> None:
        pause = 0.0
        while not self._closed.is_set():
            self._wake.wait(pause)
            self._wake.clear()
            try:
                with closing(self._redis.pubsub()) as pubsub:
                    pubsub.psubscribe(f"{self._prefix}*")
                    self._take(pubsub)
            except Exception as error:  # noqa: BLE001 - as in _sent
                longer = 0.0 if self._listens.is_set() else min(2 * pause, LONGEST_PAUSE)
                pause = max(longer, FIRST_PAUSE)
                self._listens.clear()
                self._lost(error)

    def _take(self, pubsub: Any) -> None:
        """Hand on what comes, until Redis is gone or silent: then raise."""
        asked = False
        while True:
            found = pubsub.get_message(timeout=SILENCE_SECONDS)
            if found is not None:
                asked = False
                self._take_one(found)
            elif asked:
                raise TimeoutError("it does not answer")
            else:
                asked = True
                pubsub.ping()

    def _take_one(self, found: dict[str, Any]) -> None:
        if found["type"] == "psubscribe":
            self._listens.set()
            self._found()
        elif found["type"] == "pmessage":
            channel = found["channel"].decode(errors="replace").removeprefix(self._prefix)
            self.deliver(channel, found["data"].decode(errors="replace"))

    # --- the log ------------------------------------------------------------------------------------------

    def _lost(self, error: Exception) -> None:
        with self._lock:
            told, self._away = self._away, True
        if not told:
            reason = f"{type(error).__name__}: {error}"
            log.error("Redis is away: messages reach the subscribers of one worker only (%s)", reason)

    def _found(self) -> None:
        with self._lock:
            told, self._away = self._away, False
            self._next_try = 0.0
        if told:
            log.warning("Redis is back: messages reach the subscribers of all workers again")


def _connect(url: str) -> Any:
    try:
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.exceptions import ConnectionError as Disconnected
        from redis.retry import Retry
    except ModuleNotFoundError:
        raise ValueError(
            "REDIS_URL is set, but redis is not installed: pip install 'nextwsgi[redis]'"
        ) from None
    try:
        return Redis.from_url(
            url,
            # A connection that idled too long was closed by Redis: one more attempt, at once.
            retry=Retry(NoBackoff(), 1, supported_errors=(Disconnected,)),
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
        )
    except ValueError:  # whose text may hold a part of the password
        raise ValueError("REDIS_URL cannot be read: write redis://user:password@host:6379/0") from None

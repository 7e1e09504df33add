"""Messages to whoever listens: in all workers through the Redis that REDIS_URL names, else in this process.

A message reaches those who listen at that moment, once, and nobody later. Each channel keeps the order of
what one process publishes.
"""

import logging
import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from nextwsgi.lasting import lasting

log = logging.getLogger(__name__)

# What a subscriber has not taken yet: one that is slower loses the oldest, and holds up nobody.
KEPT = 100


class Subscription:
    """What one subscriber has still to take."""

    def __init__(self) -> None:
        self._messages: deque[str] = deque(maxlen=KEPT)
        self._changed = threading.Condition()
        self._closed = False

    def get(self, timeout: float | None = None) -> str | None:
        """Take the oldest message; None where none comes in ``timeout`` seconds, or any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._messages or self._closed, timeout)
            return self._messages.popleft() if self._messages else None

    def __iter__(self) -> Iterator[str]:
        """Take messages until the subscription is closed."""
        while (message := self.get()) is not None:
            yield message

    def put(self, message: str) -> None:
        """Add a message."""
        with self._changed:
            self._messages.append(message)
            self._changed.notify()

    def close(self) -> None:
        """Let those go who wait for a message."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()


class Channels:
    """The subscribers of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscriptions: dict[str, list[Subscription]] = {}

    def publish(self, channel: str, message: str) -> None:
        """Send a message to all subscribers of a channel."""
        self.deliver(channel, message)

    def deliver(self, channel: str, message: str) -> None:
        """Hand a message to this process's subscribers of a channel."""
        with self._lock:
            for each in self._subscriptions.get(channel, ()):
                each.put(message)

    def join(self, channel: str, subscription: Subscription) -> None:
        """Add a subscriber."""
        with self._lock:
            self._subscriptions.setdefault(channel, []).append(subscription)

    def leave(self, channel: str, subscription: Subscription) -> None:
        """Take a subscriber away."""
        with self._lock:
            self._subscriptions[channel].remove(subscription)
            if not self._subscriptions[channel]:
                del self._subscriptions[channel]


def publish(channel: str, message: str) -> None:
    """Send a message to a channel's subscribers; while Redis is away, to this worker's alone."""
    channels().publish(channel, message)


@contextmanager
def subscribe(channel: str) -> Iterator[Subscription]:
    """Listen to a channel: ``with subscribe("chat") as messages: messages.get(timeout=1)``."""
    subscription, own = Subscription(), channels()
    own.join(channel, subscription)
    try:
        yield subscription
    finally:
        own.leave(channel, subscription)
        subscription.close()


_lock = threading.Lock()
_made: dict[tuple[int, str], Channels] = {}


def channels() -> Channels:
    """Give the one set of subscribers of this process, made at its first use, so after any fork."""
    url = os.environ.get("REDIS_URL", "")
    with _lock:
        made = _made.get((os.getpid(), url))
        if made is None:
            made = _made[os.getpid(), url] = _make(url)
        return made


def _make(url: str) -> Channels:
    if not url:
        if lasting.workers > 1:
            log.warning(
                "messages reach the subscribers of this worker alone, and there are %s workers. Set REDIS_URL"
                " to have them reach all",
                lasting.workers,
            )
        return Channels()
    from lib.redis_channel import RedisChannels  # redis takes 50 ms to import

    return RedisChannels(url)

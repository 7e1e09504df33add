"""Counts of requests in fixed windows of time, in the memory of one process."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

Hit = tuple[int, float]
"""The how-manieth request of its window one is, and the seconds that the window still lasts."""

# At most so many windows of a limit are kept, about 25 MB. Past that the oldest is forgotten: that lets its
# client begin anew, where refusing those that come would let anybody with many addresses lock others out.
CLIENTS = 100_000


class Windows:
    """One count for each client of each limit: exact under threads, bounded in memory.

    A window begins with its first request. The clock is the monotonic one, which nobody sets.
    limits' own MemoryStorage is not used: it miscounts when threads meet, raises RuntimeError when they start
    its timer together, and keeps a list for every address it ever saw (limits 5.8).
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._limits: dict[str, OrderedDict[str, _Window]] = {}

    def hit(self, limit: str, client: str, seconds: float) -> Hit:
        """Count one request of a client; a window lasts ``seconds``, the same for all of one limit."""
        with self._lock:
            now = time.monotonic()
            windows = self._limits.setdefault(limit, OrderedDict())
            window = windows.get(client)
            if window is None or window.end <= now:
                windows.pop(client, None)
                _forget(windows, now)
                window = windows[client] = _Window(now + seconds)
            window.count += 1
            return window.count, window.end - now


class _Window:
    __slots__ = ("count", "end")

    def __init__(self, end: float) -> None:
        self.count = 0
        self.end = end


def _forget(windows: OrderedDict[str, _Window], now: float) -> None:
    """Drop up to two of the oldest windows, which are the first to end: those that have, or have to go."""
    # Two for each that is added: what has ended goes faster than anything comes, in steps of equal cost.
    for _ in range(2):
        oldest = next(iter(windows.values()), None)
        if oldest is None or (oldest.end > now and len(windows) < CLIENTS):
            return
        windows.popitem(last=False)

"""Limits are exact: so many requests of a window pass, however many threads and processes count together."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.middleware import redis, with_rate_limit
from nextwsgi.middleware.windows import CLIENTS, Windows
from nextwsgi.project import Project
from nextwsgi.resolver import resolve
from nextwsgi.routes import Match, Route
from nextwsgi.wire import StartResponse
from tests.contract.redis_server import PATIENCE, RedisServer
from tests.programme.calls import Answer, Environ, call, environ
from tests.programme.crowd import crowd, switching
from tests.programme.held import resident
from tests.programme.mixing import listen
from tests.programme.row import Progress, Result, Row

THREADS, HITS, PROCESSES = 32, 100_000, 4
KEYS = 1_000_000
LIMIT = 1_000

# A limit whose windows end while it is hit: as many as that may pass in each.
SHORT_LIMIT, SHORT_SECONDS = 50, 1

# What counts of CLIENTS clients may take, as windows.py says: 25 MB, and the allocator's part.
MOST = 40 * 1024 * 1024


def run(progress: Progress) -> Result:
    """Count in memory and in Redis, and count many clients."""
    passed = [in_memory(HITS, THREADS), in_redis(HITS, THREADS, 1), in_redis(HITS, THREADS, PROCESSES)]
    windows = in_windows(HITS, THREADS)
    grown = many_clients(KEYS, progress)
    return Result(
        f"{', '.join(map(str, passed))} of {HITS:,} passed in memory, on Redis, on Redis by {PROCESSES}"
        f" processes; {SHORT_LIMIT} in each of {windows} windows;"
        f" {grown / 2**20:.0f} MiB for {KEYS:,} clients",
        met=set(passed) == {LIMIT} and grown <= MOST,
    )


class Door:
    """A route behind a limit, as its clients see it."""

    def __init__(self, limit: int, window: int) -> None:
        def handler(req: NextApiRequest, res: NextApiResponse[str]) -> None:
            res.end(req.method)

        self._project = Project(Path())
        limited = with_rate_limit(limit, window, key=lambda req: req.headers["x-who"])(handler)
        self._match = Match(Route("/api/x", "pages/api/x.py", limited), {})

    def ask(self, who: str) -> Answer:
        """Ask once."""
        return call(self._answer, environ("GET", "/api/x", {"HTTP_X_WHO": who}))

    def _answer(self, variables: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return resolve(self._match, "/api/x", variables, start_response, self._project)


def hit(door: Door, hits: int, threads: int, clients: int = 1) -> Counter[str]:
    """Ask from many threads; how often each client passed."""
    passed: list[Counter[str]] = []

    def some(thread: int) -> None:
        own: Counter[str] = Counter()
        for each in range(hits // threads):
            who = str((thread + each) % clients)
            answer = door.ask(who)
            assert answer.status in (200, 429), answer
            own[who] += answer.status == 200
        passed.append(own)

    with switching():
        crowd(threads, some)
    return sum(passed, Counter())


def in_memory(hits: int, threads: int, limit: int = LIMIT) -> int:
    """Give how many of a window's requests pass."""
    return hit(Door(limit, 3600), hits, threads).total()


def in_redis(hits: int, threads: int, processes: int, limit: int = LIMIT) -> int:
    """Give how many pass where several processes count in one Redis."""
    with tempfile.TemporaryDirectory() as folder:
        server = RedisServer(Path(folder))
        server.start()
        passed: list[int] = []
        command = [sys.executable, "-W", "error", "-m", "tests.programme.counting", server.url]
        command += [str(number) for number in (hits // processes, threads, limit)]
        try:
            crowd(processes, lambda _: listen(command, lambda line: passed.append(json.loads(line))))
        finally:
            server.stop()
    assert len(passed) == processes
    return sum(passed)


def in_windows(hits: int, threads: int, seconds: int = SHORT_SECONDS) -> int:
    """Hit a limit whose windows end meanwhile; AssertionError unless as many as may pass in each, no more.

    Each answer says how many are left of its window: every number must come once for each window.
    """
    door = Door(SHORT_LIMIT, seconds)
    left: list[Counter[int]] = []
    end = time.monotonic() + 3 * seconds

    def some(_: int) -> None:
        own: Counter[int] = Counter()
        for _ in range(hits // threads):
            answer = door.ask("one")
            if answer.status == 200:
                own[remaining(answer)] += 1
            if time.monotonic() > end:
                break
        left.append(own)

    with switching():
        crowd(threads, some)
    found = sum(left, Counter())
    begun, whole = found[SHORT_LIMIT - 1], found[0]
    assert whole >= begun - 1, found  # the last one may not be over
    assert all(whole <= found[number] <= begun for number in range(SHORT_LIMIT)), found
    assert begun > 1, "no window ended meanwhile"
    return begun


def remaining(answer: Answer) -> int:
    return int(answer.text.partition("RateLimit-Remaining: ")[2].partition("\n")[0])


def many_clients(keys: int, progress: Progress) -> int:
    """Count a request of each of so many clients; the bytes that this took, AssertionError where it grows."""
    windows = Windows()
    before = resident(os.getpid())
    for number, each in enumerate(addresses(keys)):
        windows.hit("limit", each, 3600)
        progress(number, keys, "clients")
    (kept,) = windows._limits.values()
    assert len(kept) == min(keys, CLIENTS), len(kept)
    return resident(os.getpid()) - before


def addresses(count: int) -> Iterator[str]:
    return (f"2001:db8:{each >> 16:x}:{each & 0xFFFF:x}::/64" for each in range(count))


def main(arguments: list[str]) -> None:
    """Hit the limit in one of several processes, and print how many passed."""
    url, hits, threads, limit = arguments
    os.environ["REDIS_URL"] = url
    redis.TIMEOUT_SECONDS = PATIENCE  # beyond it each process counts for itself: another promise
    print(hit(Door(int(limit), 3600), int(hits), int(threads)).total())


ROWS = [
    Row(
        "counting",
        "limits are exact",
        "32 threads, 100,000 hits, in memory, on Redis, on Redis by 4 processes: as many pass as may, in each"
        " window; memory bounded with 1,000,000 clients",
        run,
    )
]

if __name__ == "__main__":
    main(sys.argv[1:])

"""PostgreSQL and Redis stopped and started again, while the demo is asked for what it keeps in them."""

from __future__ import annotations

import asyncio
import json
import os
import random
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.contract.redis_server import RedisServer
from tests.demo import postgresql
from tests.demo.serving import Site, gunicorn
from tests.programme.checking import Answer, read_answer
from tests.programme.faults import children
from tests.programme.row import Progress, Result, Row

# What a request may take while the database is away: 3 seconds for a connection, and for an answer.
SLOWEST = 8.0

# How soon after the server is back everything is as before.
SOON = 5.0

WORKERS = 2

# SQLAlchemy's pool, in each worker.
CONNECTIONS = 15


@dataclass
class Seen:
    """What was asked of one route: when each request began, how long it took, and what came of it."""

    answers: list[tuple[float, float, int]] = field(default_factory=list)
    made: list[str] = field(default_factory=list)

    def statuses(self, after: float = 0.0, before: float = float("inf")) -> set[int]:
        """Give the statuses of the requests that began between two times."""
        return {status for began, _, status in self.answers if after < began < before}

    def slowest(self) -> float:
        """Give how long the slowest answer took."""
        return max(seconds for _, seconds, _ in self.answers)

    def back(self, since: float) -> float:
        """Give how long after a time the last 503 was begun."""
        return max((began - since for began, _, status in self.answers if status == 503), default=0.0)


async def exchange(port: int, path: str, body: object, address: str = "127.0.0.1") -> Answer:
    """Send JSON from an address of 127.0.0.0/8, on a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    data = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
    )
    writer.write(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
    try:
        return await read_answer(reader)
    finally:
        writer.close()


class Visitors:
    """Ask the demo until they are told to stop, and keep what they see."""

    def __init__(self, site: Site) -> None:
        self.users, self.contacts = Seen(), Seen()
        self._port = site.port
        self._chance = random.Random(11)
        self._stopped = False

    async def ask(self, clients: int = 8) -> None:
        """Have so many register users, which PostgreSQL keeps, and as many write, whom Redis counts."""
        await asyncio.gather(
            *(each(number) for number in range(clients) for each in (self._user, self._contact))
        )

    def stop(self) -> None:
        self._stopped = True

    async def _user(self, client: int) -> None:
        count = 0
        while not self._stopped:
            count += 1
            email = f"ada-{client}-{count}@example.com"
            answer = await self._timed(self.users, "/api/users", {"name": "Ada", "email": email})
            if answer.status == 201:
                assert json.loads(answer.body)["email"] == email, answer
                self.users.made.append(email)

    async def _contact(self, client: int) -> None:
        while not self._stopped:
            text = f"{client} {self._chance.random()}"
            body = {"name": "Ada", "email": "ada@example.com", "message": text}
            answer = await self._timed(self.contacts, "/api/contact", body)
            if answer.status == 200:
                self.contacts.made.append(json.loads(answer.body)["id"])

    async def _timed(self, seen: Seen, path: str, body: object) -> Answer:
        address = f"127.1.{self._chance.randrange(250)}.{self._chance.randrange(1, 250)}"
        began = time.monotonic()
        answer = await exchange(self._port, path, body, address)
        seen.answers.append((began, time.monotonic() - began, answer.status))
        await asyncio.sleep(0.05)
        return answer


def database(progress: Progress, pause: float = 10) -> Result:
    """Stop PostgreSQL and Redis in turn, each for ``pause`` seconds."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nextwsgi-")))
        server = stack.enter_context(postgresql.running())
        redis = RedisServer(folder)
        redis.start()
        stack.callback(redis.stop)
        urls = {"DATABASE_URL": server.url("postgres"), "REDIS_URL": redis.url}
        site = stack.enter_context(gunicorn(folder, urls, workers=WORKERS))
        visitors = Visitors(site)
        steps: list[Callable[[], object]] = [server.stop, server.start, redis.stop, redis.start, lambda: None]
        times = asyncio.run(_disturbed(site, visitors, steps, pause, progress))
        _hold(visitors, times)
        kept = _kept(server)
        assert set(visitors.users.made) <= kept[0], "users that were answered 201 are lost"
        assert set(visitors.contacts.made) <= kept[1], "messages that were answered 200 are lost"
        assert "Traceback" not in site.log.read_text(), site.log.read_text()
    slowest = max(visitors.users.slowest(), visitors.contacts.slowest())
    back = max(0.0, visitors.users.back(times[1]), visitors.contacts.back(times[1]))
    count = len(visitors.users.answers) + len(visitors.contacts.answers)
    figure = f"{count:,} answers, slowest {slowest:.1f} s, back after {back:.1f} s, 0 lost, none was 500"
    return Result(figure, met=slowest < SLOWEST and back < SOON)


async def _disturbed(
    site: Site, visitors: Visitors, steps: list[Callable[[], object]], pause: float, progress: Progress
) -> list[float]:
    """Take the steps, one after each pause, while the visitors ask; when each was done."""
    await exchange(site.port, "/api/contact", {})
    asking = asyncio.create_task(visitors.ask())
    await asyncio.sleep(pause)
    processes, before = children(site.process.pid), _descriptors(site)
    times = []
    for number, step in enumerate(steps):
        await asyncio.to_thread(step)
        times.append(time.monotonic())
        progress(number + 1, len(steps))
        await asyncio.sleep(pause)
    visitors.stop()
    await asking
    assert children(site.process.pid) == processes, "workers were replaced"
    assert _descriptors(site) <= before + WORKERS * CONNECTIONS, (before, _descriptors(site))
    return times


def _hold(visitors: Visitors, times: list[float]) -> None:
    """Hold what was answered: before, while PostgreSQL was away, once it was back, while Redis was away."""
    away, back, _, _, _ = times
    for seen, good in ((visitors.users, 201), (visitors.contacts, 200)):
        assert seen.statuses() == {good, 503}, seen.statuses()
        assert seen.statuses(before=away - SLOWEST) <= {good}
        assert 503 in seen.statuses(away, back)
        assert seen.statuses(after=back + SOON) <= {good}, seen.back(back)


def _kept(server: postgresql.Server) -> tuple[set[str], set[str]]:
    """Give what PostgreSQL has: the addresses of the users, and the numbers of the messages."""
    with psycopg.connect(server.url("postgres")) as connection:
        users = {email for (email,) in connection.execute("SELECT email FROM users")}
        messages = {str(number) for (number,) in connection.execute("SELECT id FROM messages")}
        (used,) = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = 'postgres'"
        ).fetchone() or (0,)
    assert used <= WORKERS * CONNECTIONS + 1, used
    return users, messages


def _descriptors(site: Site) -> int:
    return sum(len(os.listdir(f"/proc/{worker}/fd")) for worker in children(site.process.pid))


ROWS = [
    Row(
        "database",
        "PostgreSQL and Redis may be stopped and started under load",
        f"503 meanwhile in {SLOWEST:g} s, back in {SOON:g} s, nothing answered lost, no connection leaked",
        database,
    ),
]

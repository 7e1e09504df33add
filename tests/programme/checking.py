"""A client that verifies every byte of every answer, and counts what became of each request."""

from __future__ import annotations

import asyncio
import hashlib
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

PATIENCE = 30.0
LARGEST = 16 * 1024

RIGHT = "right"  # every byte as it should be
REFUSED = "refused"  # a whole 503 or 429, or no connection: nothing of the request was taken
LOST = "lost"  # sent, and no answer, or a part of one, or another status
MIXED = "mixed"  # a whole answer that is another request's


class Cut(Exception):
    """The answer ended before its end."""


@dataclass(frozen=True)
class Answer:
    """One whole answer; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def last(self) -> bool:
        """Tell whether the server closes after it."""
        return self.headers.get("connection", "").lower() == "close"


@dataclass(frozen=True)
class Question:
    """A request, and the one answer that is right."""

    data: bytes
    expected: bytes


@dataclass
class Tally:
    """What became of the requests."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    """How long the right answers took."""
    notes: list[str] = field(default_factory=list)
    """What became of those that were lost or mixed."""
    begun: list[float] = field(default_factory=list)
    """When those were begun, on the monotonic clock."""
    asking: int = 0
    """How many are under way."""

    def add(self, outcome: str, began: float, note: str = "") -> None:
        """Count one request that began then, on the monotonic clock."""
        self.counts[outcome] += 1
        if outcome == RIGHT:
            self.seconds.append(time.monotonic() - began)
        elif outcome != REFUSED:
            self.notes.append(note)
            self.begun.append(began)

    def __str__(self) -> str:
        return ", ".join(f"{self.counts[name]:,} {name}" for name in (RIGHT, REFUSED, LOST, MIXED))

    def quantile(self, part: float) -> float:
        """Give how many seconds that part of the right answers took at most; 0 where there is none."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


def echo(number: str, body: bytes, *, method: str = "POST", path: str = "/api/echo") -> Question:
    """Ask for a body's own bytes, after its number and its hash."""
    head = f"{method} {path}?id={number} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    return Question(head.encode() + body, echoed(number, body))


def echoed(number: str, body: bytes) -> bytes:
    """Give what /api/echo answers."""
    return f"{number} {len(body)} {hashlib.sha256(body).hexdigest()}\n".encode() + body


def stream(number: str) -> Question:
    """Ask for an answer that comes in pieces."""
    expected = "".join(f"{number} {piece}\n" for piece in range(20))
    return Question(
        f"GET /api/stream?id={number} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(), expected.encode()
    )


async def read_answer(reader: asyncio.StreamReader) -> Answer:
    """Read one answer; Cut where it is not whole, which its framing tells."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status, *lines = head.split("\r\n")[:-2]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        if headers.get("transfer-encoding") == "chunked":
            body = await _chunks(reader)
        else:
            body = await reader.readexactly(int(headers["content-length"]))
    except (asyncio.IncompleteReadError, ConnectionError) as error:
        got = len(error.partial) if isinstance(error, asyncio.IncompleteReadError) else 0
        raise Cut(f"{type(error).__name__}: {got} bytes") from None
    return Answer(int(status.split()[1]), headers, body)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    pieces = []
    while size := int(await reader.readuntil(b"\r\n"), 16):
        pieces.append((await reader.readexactly(size + 2))[:-2])
    await reader.readexactly(2)
    return b"".join(pieces)


class Client:
    """Sends requests one after another, on one connection while that lasts, or each on a new one."""

    def __init__(self, port: int, tally: Tally, *, kept: bool) -> None:
        self._port = port
        self._tally = tally
        self._kept = kept
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, question: Question, patience: float = PATIENCE) -> str:
        """Send one request, count what becomes of it, and give that."""
        began = time.monotonic()
        reused = self._usable()
        self._tally.asking += 1
        try:
            outcome, note = await asyncio.wait_for(self._asked(question), patience)
        except TimeoutError:
            outcome, note = LOST, f"no answer in {patience:g} s"
        except Cut as cut:
            outcome, note = LOST, f"{'kept' if reused else 'new'} connection, {cut}"
        finally:
            self._tally.asking -= 1
        if outcome in (LOST, MIXED) or not self._kept:
            self.close()
        first = question.data.partition(b"\r\n")[0].decode("latin-1")
        self._tally.add(outcome, began, f"{first}: {note}")
        return outcome

    async def _asked(self, question: Question) -> tuple[str, str]:
        try:
            reader, writer = await self._connected()
        except OSError:
            return REFUSED, ""
        try:
            writer.write(question.data)
            await writer.drain()
        except ConnectionError:
            pass  # what the server has said meanwhile counts
        answer = await read_answer(reader)
        if answer.last:
            self.close()
        return _judged(answer, question)

    def _usable(self) -> bool:
        return self._streams is not None and not self._streams[0].at_eof()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        await asyncio.sleep(
            0
        )  # as every client of HTTP does: a connection that the server closed is not used
        if self._streams is None or not self._usable():
            self.close()
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        return self._streams

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def _judged(answer: Answer, question: Question) -> tuple[str, str]:
    if answer.status == 200 and answer.body == question.expected:
        return RIGHT, ""
    if answer.status in (429, 503):
        return REFUSED, ""
    note = f"{answer.status} {answer.body[:60]!r}, wanted {question.expected[:60]!r}"
    return MIXED if answer.status == 200 else LOST, note


Ask = Callable[[int, random.Random], Question]


def mixture(name: str) -> Ask:
    """Make requests of every kind, with numbers of their own: mostly bodies, some in pieces."""

    def make(number: int, chance: random.Random) -> Question:
        label = f"{name}-{number}"
        if number % 4 == 3:
            return stream(label)
        body = chance.randbytes(chance.choice([0, 1, 100, 1000, LARGEST]))
        return echo(label, body, method="POST" if number % 4 == 0 else "PUT")

    return make


async def load(
    port: int,
    tally: Tally,
    seconds: float,
    rate: float,
    make: Ask,
    *,
    kept: bool,
    clients: int = 8,
    patience: float = PATIENCE,
) -> None:
    """Send ``rate`` requests a second from so many clients, each after its last answer and a random pause."""
    end = time.monotonic() + seconds

    async def client(number: int) -> None:
        chance, each = random.Random(number), Client(port, tally, kept=kept)
        pause = clients / rate  # between two requests of one client, on average
        await asyncio.sleep(chance.uniform(0, pause))
        while time.monotonic() < end:
            due = time.monotonic() + chance.uniform(0, 2 * pause)
            await each.ask(make(number, chance), patience)
            number += clients
            await asyncio.sleep(min(due, end) - time.monotonic())
        each.close()

    await asyncio.gather(*map(client, range(clients)))

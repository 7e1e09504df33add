"""Five times as many requests as can be answered, and back."""

from __future__ import annotations

import asyncio
import time
from collections import deque

from tests.contract.serving import Server
from tests.programme.checking import LOST, MIXED, REFUSED, RIGHT, Client, Question, Tally
from tests.programme.faults import children
from tests.programme.row import Progress, Result, Row
from tests.programme.site import served

# How long a client waits for its answer before it leaves: what then comes for it is for nobody.
PATIENCE = 10.0

WORKERS = 2

# Fewer than are shipped, so that the queue is what is full, and not the machine that the clients share.
THREADS = 16

# How long an answer takes, in seconds: most of it waiting, as for a database.
WORK = 0.5


def memory(server: Server) -> int:
    """Give what all workers have in memory, in bytes."""
    total = 0
    for worker in children(server.process.pid):
        with open(f"/proc/{worker}/status") as status:
            total += sum(int(line.split()[1]) * 1024 for line in status if line.startswith("RssAnon"))
    return total


def question(number: int) -> Question:
    """Ask for what takes a while."""
    path = f"/api/slow?id={number}&seconds={WORK}"
    return Question(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(), str(number).encode())


async def arrive(port: int, tally: Tally, rate: float, seconds: float, first: int) -> int:
    """Have new clients come at that rate, whether the others were answered or not; how many came."""
    began, tasks = time.monotonic(), []
    for number in range(int(rate * seconds)):
        await asyncio.sleep(began + number / rate - time.monotonic())
        client = Client(port, tally, kept=False)
        tasks.append(asyncio.create_task(client.ask(question(first + number), PATIENCE)))
    await asyncio.gather(*tasks)
    return len(tasks)


async def recovered(port: int, usual: float, rate: float, first: int) -> float:
    """Send a usual load until answers take as long as usual for two seconds; how long that took."""
    began = time.monotonic()
    recent: deque[float] = deque(maxlen=2 * int(rate))
    number, tasks = first, set()

    async def ask(number: int) -> None:
        tally = Tally()
        await Client(port, tally, kept=False).ask(question(number), PATIENCE)
        recent.append(tally.seconds[0] if tally.counts[RIGHT] else PATIENCE)

    while len(recent) < 2 * int(rate) or max(recent) > 2 * usual:
        assert time.monotonic() - began < 120, "it does not recover"
        task = asyncio.create_task(ask(number))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        number += 1
        await asyncio.sleep(1 / rate)
    if tasks:
        await asyncio.wait(tasks)
    return max(0.0, time.monotonic() - began - 2)


def overload(
    progress: Progress, seconds: float = 20, times: float = 5, threads: int = THREADS, settings: str = ""
) -> Result:
    """Load a server with what it can answer, with five times as much, and with a usual load again."""
    with served("--threads", str(threads), workers=WORKERS, settings=settings) as (server, _):
        server.ask("echo?id=1")
        capacity = WORKERS * threads / WORK
        return asyncio.run(_overloaded(server, capacity, seconds, times, progress))


async def _overloaded(
    server: Server, capacity: float, seconds: float, times: float, progress: Progress
) -> Result:
    before, over = Tally(), Tally()
    count = await arrive(server.port, before, capacity / 4, seconds / 2, 0)
    had = memory(server)
    progress(1, 3, f"before: {before}")
    count += await arrive(server.port, over, capacity * times, seconds, count)
    progress(2, 3, f"meanwhile: {over}")
    after = await recovered(server.port, before.quantile(0.99), capacity / 4, count)
    grown = (memory(server) - had) / 1024 / 1024
    progress(3, 3)
    assert before.counts[RIGHT] == before.counts.total(), before.notes
    assert over.counts[MIXED] == 0, over.notes
    assert all("no answer in" in note for note in over.notes), over.notes
    figure = (
        f"{capacity:.0f} a second can be answered, {capacity * times:.0f} came: {over.counts[RIGHT]} right,"
        f" half of them in {over.quantile(0.5):.1f} s, {over.counts[REFUSED]} refused,"
        f" {over.counts[LOST]} gave up after {PATIENCE:g} s; as before"
        f" ({before.quantile(0.99):.2f} s) {after:.1f} s later, memory {grown:+.1f} MiB"
    )
    return Result(figure, met=after < 10 and grown < 32)


ROWS = [
    Row(
        "overload",
        "an overloaded server degrades visibly, and recovers by itself",
        "five times the capacity for 20 s: 0 mixed, 0 cut, as before within 10 s, memory within 32 MiB",
        overload,
    ),
]

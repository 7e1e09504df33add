"""Faults under load: workers that are replaced or killed while they answer."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.contract.serving import Server
from tests.programme.checking import LOST, MIXED, RIGHT, Tally, load, mixture
from tests.programme.deployed import nginx
from tests.programme.row import Progress, Result, Row
from tests.programme.site import served


@dataclass(frozen=True)
class Clients:
    """Clients of one kind, and their part of the load."""

    name: str
    count: int
    part: float
    kept: bool
    behind: bool


KINDS = (
    Clients("new connections", 8, 0.3, kept=False, behind=False),
    Clients("kept connections", 8, 0.3, kept=True, behind=False),
    # Idle for seconds between two requests: as long as gunicorn keeps a connection when a worker stops.
    Clients("idle connections", 60, 0.15, kept=True, behind=False),
    Clients("behind nginx", 8, 0.25, kept=True, behind=True),
)


@dataclass
class Disturbed:
    """What a disturbed load came to."""

    tallies: dict[str, Tally]
    times: list[float]
    """When it was disturbed, on the monotonic clock."""
    open: int = 0
    """How many requests were under way or connections kept at these times, together."""

    def sum(self, outcome: str) -> int:
        """Count the requests of all kinds with that outcome."""
        return sum(tally.counts[outcome] for tally in self.tallies.values())

    def notes(self) -> list[str]:
        """Say what became of those that were lost or mixed."""
        return [f"{kind}: {note}" for kind, tally in self.tallies.items() for note in tally.notes]

    def __str__(self) -> str:
        return "; ".join(f"{kind}: {tally}" for kind, tally in self.tallies.items())


def children(pid: int) -> list[int]:
    """Give the processes of gunicorn's workers, the oldest first."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def disturbed(
    disturb: Callable[[Server], object], times: int, seconds: float, rate: float, progress: Progress
) -> Disturbed:
    """Load a site with clients of all KINDS for so long, and disturb it so often meanwhile."""
    result = Disturbed({kind.name: Tally() for kind in KINDS}, [])
    with ExitStack() as stack:
        server, _ = stack.enter_context(served())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nginx-")))
        front = stack.enter_context(nginx(folder, server.port))
        server.ask("echo?id=1")

        async def disturbances() -> None:
            for number in range(times):
                await asyncio.sleep(seconds / (times + 1))
                result.times.append(time.monotonic())
                result.open += sum(kind.count for kind in KINDS if kind.kept)
                result.open += result.tallies["new connections"].asking
                disturb(server)
                progress(number + 1, times, str(result))

        async def everything() -> None:
            await asyncio.gather(disturbances(), *(client(kind) for kind in KINDS))

        def client(kind: Clients) -> object:
            port = front if kind.behind else server.port
            make = mixture(kind.name.replace(" ", "-"))
            tally = result.tallies[kind.name]
            return load(port, tally, seconds, rate * kind.part, make, clients=kind.count, kept=kind.kept)

        asyncio.run(everything())
        log = server.log.read_text()
    assert "Traceback" not in log, log
    assert result.sum(MIXED) == 0, result.notes()
    return result


def reload(progress: Progress, times: int = 20, seconds: float = 60, rate: float = 170) -> Result:
    """Reload under load."""

    def hang_up(server: Server) -> None:
        server.process.send_signal(signal.SIGHUP)

    result = disturbed(hang_up, times, seconds, rate, progress)
    lost, right = result.sum(LOST), result.sum(RIGHT)
    return Result(f"{times} HUPs, {right:,} right, {lost} lost {result.notes()[:5] or ''}", met=lost == 0)


def killed(progress: Progress, times: int = 10, seconds: float = 60, rate: float = 155) -> Result:
    """Kill workers under load."""

    def kill(server: Server) -> None:
        os.kill(children(server.process.pid)[0], signal.SIGKILL)

    result = disturbed(kill, times, seconds, rate, progress)
    lost, right = result.sum(LOST), result.sum(RIGHT)
    assert not _late(result), _late(result)
    figure = f"{times} killed, {right:,} right, {lost} lost of {result.open} in flight or on open connections"
    return Result(figure, met=lost <= result.open)


def _late(result: Disturbed) -> list[str]:
    """Give the lost requests that no killed worker explains: begun neither before one was nor just after."""
    return [
        note
        for tally in result.tallies.values()
        for note, began in zip(tally.notes, tally.begun, strict=True)
        if not any(killed - 1 < began < killed + 0.5 for killed in result.times)
    ]


ROWS = [
    Row("reload", "reload loses nothing", "20 HUPs in 60 s under load, 0 lost of 9,000", reload),
    Row(
        "killed",
        "a killed worker costs its own requests only",
        "10 kill -9 in 60 s: no more lost than in flight or on its open connections",
        killed,
    ),
]

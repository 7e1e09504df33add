"""Clients that send and read slowly, and others beside them."""

from __future__ import annotations

import asyncio
import socket
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path

from tests.programme.checking import LOST, MIXED, REFUSED, RIGHT, Tally, load, mixture
from tests.programme.deployed import nginx
from tests.programme.row import Progress, Result, Row
from tests.programme.site import served

HEADER = b"POST /api/echo?id=1 HTTP/1.1\r\nHost: localhost\r\n"
KINDS = {
    # What is sent at once, and what is sent byte by byte from then on.
    "header": (HEADER, b"X-Slow: " + b"x" * 1000),
    "body": (HEADER + b"Content-Length: 1000\r\n\r\n", b"x" * 1000),
    "reader": (b"GET /api/large HTTP/1.1\r\nHost: localhost\r\n\r\n", b""),
}
PAUSE = 0.5


async def slow(port: int, kind: str) -> None:
    """Be one slow client after another, until cancelled."""
    while True:
        with suppress(OSError):
            await _slow(port, *KINDS[kind])
        await asyncio.sleep(PAUSE)


async def _slow(port: int, at_once: bytes, slowly: bytes) -> None:
    loop = asyncio.get_running_loop()
    with socket.socket() as client:
        client.setblocking(False)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        await loop.sock_connect(client, ("127.0.0.1", port))
        await loop.sock_sendall(client, at_once)
        for byte in slowly:
            await asyncio.sleep(PAUSE)
            await loop.sock_sendall(client, bytes([byte]))
        while not slowly and await loop.sock_recv(client, 10):
            await asyncio.sleep(PAUSE)


async def beside(port: int, count: int, seconds: float, rate: float, patience: float = 30) -> Tally:
    """Have normal clients ask for so long beside so many slow ones; what became of their requests."""
    tally = Tally()
    crowd = [asyncio.create_task(slow(port, list(KINDS)[number % 3])) for number in range(count)]
    await asyncio.sleep(1 if count else 0)
    try:
        await load(port, tally, seconds, rate, mixture("beside"), kept=False, patience=patience)
    finally:
        for each in crowd:
            each.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)
    return tally


def slow_clients(
    progress: Progress, count: int = 500, seconds: float = 30, rate: float = 50, *, directly: bool = True
) -> Result:
    """Ask beside slow clients: behind nginx, and directly."""
    with ExitStack() as stack:
        server, _ = stack.enter_context(served())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nginx-")))
        front = stack.enter_context(nginx(folder, server.port))
        server.ask("echo?id=1")
        runs = {
            "behind nginx, 0 slow": (front, 0),
            f"behind nginx, {count} slow": (front, count),
        }
        if directly:
            runs |= {
                f"direct, {count // 5} slow": (server.port, count // 5),
                f"direct, {count} slow": (server.port, count),
                "direct, once they have left": (server.port, 0),
            }
        tallies = {}
        for number, (name, (port, crowd)) in enumerate(runs.items()):
            hopeless = port == server.port and crowd == count
            tallies[name] = asyncio.run(
                beside(port, crowd, seconds / 3 if hopeless else seconds, rate, 2 if hopeless else 30)
            )
            progress(number + 1, len(runs), f"{name}: {tallies[name]}")
            time.sleep(6 if hopeless else 0)
    for name, tally in tallies.items():
        assert tally.counts[MIXED] == 0, tally.notes
        if "direct" not in name or str(count) not in name:
            assert tally.counts[LOST] == tally.counts[REFUSED] == 0, (name, str(tally), tally.notes[:3])
    told = [
        f"{name}: {tally.counts[RIGHT]} of {tally.counts.total()} right,"
        f" {tally.quantile(0.5) * 1000:.0f} ms, 99 % in {tally.quantile(0.99) * 1000:.0f} ms"
        for name, tally in tallies.items()
    ]
    without, with_ = list(tallies.values())[:2]
    return Result("; ".join(told), met=with_.quantile(0.99) < max(0.25, 3 * without.quantile(0.99)))


ROWS = [
    Row(
        "slow",
        "behind the shipped nginx slow clients hold up nobody",
        "beside 500 of them all are answered, 99 % in 250 ms or three times as long as without",
        slow_clients,
    ),
]

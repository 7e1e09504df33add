"""Slow and idle clients beside busy ones: what a worker class bears."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bench import servers
from bench.options import Options
from bench.over_http import available, in_turn
from bench.results import Key, Results
from bench.servers import Server, running
from bench.work import DYNAMIC
from bench.wrk import load, needed

IDLE, SLOW = 25, 25
REQUEST = b"GET /api/users/42 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def measure(options: Options, results: Results) -> None:
    """Measure the choices of a worker for ours, and Next.js, with 50 such clients and without."""
    needed()
    choices = [servers.sync("ours"), servers.gthread("ours"), servers.threads(8), servers.threads(64)]
    others = [servers.gevent("ours"), servers.shipped(), servers.granian("ours"), servers.next_start()]
    in_turn(available([*choices, *others], options, results), _load, options, results)


def _load(server: Server, options: Options, results: Results) -> None:
    seconds = 1 if options.quick else 3
    with running(server) as started:
        load(started.port, DYNAMIC, 1)
        for clients in ("none", f"{IDLE} idle, {SLOW} slow"):
            with _clients(started.port, IDLE, SLOW) if clients != "none" else _nobody():
                measured = load(started.port, DYNAMIC, seconds)
            key = Key("slow", f"beside {clients}", "requests/s", server.setting, server.peer)
            results.add(key, measured.rate)
            results.add(key._replace(unit="ms, 99th percentile"), measured.slowest)


@contextmanager
def _nobody() -> Iterator[None]:
    yield


@contextmanager
def _clients(port: int, idle: int, slow: int) -> Iterator[None]:
    """Hold connections that were answered once and stay open, and some that send a byte now and then."""
    done = threading.Event()
    open_ones = [_connect(port) for _ in range(idle + slow)]
    for client in open_ones[:idle]:
        client.sendall(REQUEST)
    dripping = threading.Thread(target=_drip, args=(open_ones[idle:], done))
    dripping.start()
    try:
        yield
    finally:
        done.set()
        dripping.join()
        for client in open_ones:
            client.close()


def _connect(port: int) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=5)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


def _drip(clients: list[socket.socket], done: threading.Event) -> None:
    for place in range(len(REQUEST) - 1):
        for client in clients:
            with suppress(OSError):
                client.sendall(REQUEST[place : place + 1])
        if done.wait(0.1):
            return
    done.wait()

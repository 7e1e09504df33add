"""Streaming: 1 GiB up and 1 GiB down, how fast, and how much the worker grows meanwhile."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Callable

from bench import servers
from bench.data import PIECE
from bench.options import Options
from bench.over_http import available, in_turn
from bench.proc import highest, memory, reset_highest, serving_process
from bench.results import Key, Results
from bench.servers import Server, Unavailable, running

PATIENCE = 120.0
BUFFER = 256 * 1024
Transfer = Callable[[int, int], float]


def measure(options: Options, results: Results) -> None:
    """Measure ours and bare under the same worker, and Next.js."""
    chosen = [servers.gthread("bare"), servers.gthread("ours"), servers.next_start()]
    in_turn(available(chosen, options, results), _stream, options, results)


def _stream(server: Server, options: Options, results: Results) -> None:
    size = (64 if options.quick else 1024) * 1024 * 1024
    with running(server) as started:
        for name, transfer in (("upload", upload), ("download", download)):
            transfer(started.port, 8 * len(PIECE))  # what is imported at first use is no growth
            serving = serving_process(started.process)
            reset_highest(serving)
            before = memory(serving, "Rss")
            spent = transfer(started.port, size)
            key = Key("stream", "speed", "MB/s", name, server.peer)
            results.add(key, size / 1e6 / spent)
            grown = highest(serving) - before
            results.add(key._replace(setting="more memory at the highest", unit="MiB"), grown)
        first = first_byte(started.port, size)
        results.add(Key("stream", "first byte", "ms", "download", server.peer), first * 1000)


def upload(port: int, size: int) -> float:
    """Send a body with a length; the seconds until it is answered."""
    block = bytes(BUFFER)
    head = f"POST /api/upload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {size}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
        start = time.perf_counter()
        client.sendall(head.encode())
        for sent in range(0, size, BUFFER):
            client.sendall(block[: size - sent])
        body = _answer(client).read()
        spent = time.perf_counter() - start
    if body != b'{"bytes":%d}' % size:
        raise Unavailable(f"upload: {body[:200]!r}")
    return spent


def _answer(client: socket.socket) -> http.client.HTTPResponse:
    answer = http.client.HTTPResponse(client)
    answer.begin()
    return answer


def download(port: int, size: int) -> float:
    """Take a body; the seconds until its last byte."""
    with _asked(port, size) as client:
        start = time.perf_counter()
        answer = _answer(client)
        buffer, taken = bytearray(BUFFER), 0
        while count := answer.readinto(buffer):
            taken += count
        spent = time.perf_counter() - start
    if taken != size:
        raise Unavailable(f"download: {taken} bytes of {size}")
    return spent


def first_byte(port: int, size: int) -> float:
    """Ask for a download and leave after its first byte; the seconds until then."""
    times = []
    for _ in range(20):
        start = time.perf_counter()
        with _asked(port, size) as client:
            _answer(client).read(1)
            times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]


def _asked(port: int, size: int) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    client.sendall(f"GET /api/download?bytes={size} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    return client

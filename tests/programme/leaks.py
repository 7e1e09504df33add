"""Nothing leaks: what a process holds stays the same, whatever was asked and however it ended."""

from __future__ import annotations

import json
import os
import socket
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from tests.contract.serving import Server
from tests.contract.sockets import TEXT, connected, frame
from tests.programme.connections import Connection, gunicorn, headers, target
from tests.programme.crowd import crowd
from tests.programme.kinds import Kind, choices, kinds, number
from tests.programme.mixing import listen
from tests.programme.row import Progress, Result, Row

MIB = 1024 * 1024
MILLION = 1_000_000

# In process, without and with a proxy, in two processes at once: as much work for both.
SHARES = (1_200_000, 800_000)
BY_SOCKET, ABORTS = 200_000, 10_000
CLIENTS, THREADS = 24, 16
ROUNDS = 12
# The first half: caches are filled, and each thread gets what it keeps.
WARM_ROUNDS = 6

EXACT = ("descriptors", "threads", "tasks", "files")

# Bytes. Python's pieces of memory are no larger; what is comes from the C library.
PIECE = 512

# Without the C library's caches, which each of 80 threads fills for itself, for a million requests: what lies
# in them counts as given out.
SETTINGS = {"MALLOC_ARENA_MAX": "2", "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}

Line = dict[str, Any]


def run(progress: Progress) -> Result:
    """Ask in process, then over sockets; the second half of the rounds counts."""
    rows = [*in_process(SHARES, progress), by_socket(BY_SOCKET, ABORTS, progress)]
    halves = [lines[WARM_ROUNDS:] for lines in rows]
    sizes = [requests // ROUNDS for requests in (*SHARES, BY_SOCKET)]
    for lines in halves:
        require_same(lines)
    given, resident, objects = (
        [growth([measure(line) for line in lines], size) for lines, size in zip(halves, sizes, strict=True)]
        for measure in (given_out, itemgetter("memory"), itemgetter("objects"))
    )
    texts = [
        f"{own / MIB:+.3f} ({all_ / MIB:+.1f} resident)" for own, all_ in zip(given, resident, strict=True)
    ]
    return Result(
        f"MiB of memory given out per 1,000,000 requests: {texts[0]} without and {texts[1]} with a proxy in"
        f" process, {texts[2]} by gunicorn with {ABORTS:,} aborts; objects per 1,000,000 at most"
        f" {max(objects):+.0f}; descriptors, threads, tasks, files +-0",
        met=max(*given, *resident[: len(SHARES)]) <= MIB and max(objects) <= MOST_OBJECTS,
    )


# For 1,000,000 requests: a cache that finds one more key is no leak.
MOST_OBJECTS = 100


def given_out(line: Line) -> int:
    """Give the bytes that are in use, at most: what is resident has holes, which change."""
    return int(line["used"] + PIECE * line["blocks"])


# --- in process -----------------------------------------------------------------------------------------


def in_process(requests: Sequence[int], progress: Progress) -> list[list[Line]]:
    """Ask in two processes, the second with a proxy; what each held after each round."""
    shares: list[list[Line]] = [[], []]
    told = [0, 0]

    def share(each: int) -> None:
        def hear(text: str) -> None:
            line = json.loads(text)
            told[each] += line.get("done", 0)
            if "round" in line:
                shares[each].append(line)
            progress(sum(told), sum(requests), "in process")

        options = ("--requests", str(requests[each]), "--rounds", str(ROUNDS), "--seed", str(each + 1))
        listen(process("all", *options, *(("--front",) if each else ())), hear)

    crowd(2, share)
    return shares


def process(*arguments: str) -> list[str]:
    """Give the command that asks and counts."""
    settings = [f"{name}={value}" for name, value in SETTINGS.items()]
    return [
        "env",
        *settings,
        sys.executable,
        "-W",
        "error",
        "-m",
        "tests.programme.leaks_process",
        *arguments,
    ]


def growth(measured: list[int], requests: int) -> float:
    """Give what 1,000,000 requests add, by the line that fits best (least squares); so many are a round."""
    middle = (len(measured) - 1) / 2
    slope = sum((place - middle) * value for place, value in enumerate(measured))
    slope /= sum((place - middle) ** 2 for place in range(len(measured)))
    return float(slope / requests * MILLION)


def require_same(lines: list[Line]) -> None:
    """AssertionError where what must stay the same does not."""
    for name in EXACT:
        found = [line[name] for line in lines]
        assert len(set(found)) == 1, f"{name} change with the rounds: {found}"


# --- over sockets ---------------------------------------------------------------------------------------


def by_socket(requests: int, aborts: int, progress: Progress) -> list[Line]:
    """Ask a gunicorn, and leave it in the midst of requests and answers; what it held after each round."""
    lines: list[Line] = []
    with tempfile.TemporaryDirectory() as folder, measured(Path(folder)) as server:
        fill(server)
        for each in range(ROUNDS):
            ask(server, each, requests // ROUNDS)
            abort(server, each, aborts // ROUNDS)
            lines.append(holds(server, lines[-1] if lines else None))
            progress((each + 1) * requests // ROUNDS, requests, "by gunicorn")
    return lines


@contextmanager
def measured(folder: Path) -> Iterator[Server]:
    """Start it with the settings for the C library."""
    before = {name: os.environ.get(name) for name in SETTINGS}
    os.environ.update(SETTINGS)
    try:
        with gunicorn(folder, "--threads", str(THREADS)) as server:
            yield server
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def fill(server: Server) -> None:
    """Have each thread that a server will ever have answer one request."""
    crowd(THREADS, lambda _: server.ask("fills"))


def holds(server: Server, before: Line | None) -> Line:
    """Ask what a server's worker holds, until no more ends."""
    fill(server)  # each thread keeps its last request: the same one
    for _ in range(100):
        found: Line = json.loads(server.ask("holds").rpartition(b"\r\n\r\n")[2])
        if found["tasks"] == 0 and (before is None or all(found[name] <= before[name] for name in EXACT)):
            break
        time.sleep(0.1)
    return found


def ask(server: Server, seed: int, requests: int) -> None:
    """Ask on connections that are kept, in some threads."""
    found = [kind for kind in kinds(front=True) if not kind.rare]

    def some(thread: int) -> None:
        with closing(Connection(server.port)) as connection:
            share = requests // CLIENTS
            for count, kind in enumerate(islice(choices(found, f"{seed}-{thread}"), share)):
                who = kind.who(thread * share + count, seed)
                answer = connection.ask(kind.environ(None, who))
                assert answer.status == kind.status, (kind.name, who, answer)

    crowd(CLIENTS, some)


def abort(server: Server, seed: int, aborts: int) -> None:
    """Leave: in the midst of the head, of the body, before the answer, within it; some reset."""
    found = [kind for kind in kinds(front=True) if not kind.rare]
    ways: list[Callable[[Server, Kind, int], None]] = [in_head, in_body, before_answer, in_answer]
    ways += [in_events, in_websocket, at_once]

    def some(thread: int) -> None:
        for count, kind in enumerate(islice(choices(found, f"abort-{seed}-{thread}"), aborts // CLIENTS)):
            ways[(count + thread) % len(ways)](server, kind, thread * aborts + count)

    crowd(CLIENTS, some)


def message(kind: Kind, count: int) -> tuple[bytes, bytes]:
    """Give the head and the body of a request."""
    variables = kind.environ(None, kind.who(count, 99))
    body: bytes = variables["wsgi.input"].getvalue()
    lines = [f"{kind.method} {target(variables)} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers(variables).items()]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode(), body


def leave(server: Server, sent: bytes, *, read: int = 0, reset: bool) -> None:
    """Connect, send, read a little, and be gone, with or without a word."""
    with server.connection() as client, suppress(ConnectionError):
        client.sendall(sent)
        if read:
            client.recv(read)
        if reset:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def at_once(server: Server, _: Kind, count: int) -> None:
    leave(server, b"", reset=bool(count % 2))


def in_head(server: Server, kind: Kind, count: int) -> None:
    head, _ = message(kind, count)
    leave(server, head[: count % len(head)], reset=bool(count % 3))


def in_body(server: Server, kind: Kind, count: int) -> None:
    head, body = message(kind, count)
    leave(server, head + body[: len(body) // 2], reset=bool(count % 3))


def before_answer(server: Server, kind: Kind, count: int) -> None:
    leave(server, b"".join(message(kind, count)), reset=True)


def in_answer(server: Server, kind: Kind, count: int) -> None:
    leave(server, b"".join(message(kind, count)), read=1 + count % 40, reset=bool(count % 3))


def in_events(server: Server, _: Kind, count: int) -> None:
    path = f"/api/{'aevents' if count % 2 else 'events'}/{number(count)}"
    head = f"GET {path}?times=100000 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    leave(server, head.encode(), read=200, reset=bool(count % 3))


def in_websocket(server: Server, _: Kind, count: int) -> None:
    try:
        with connected(server.port, f"/api/talks/{number(count)}") as raw:
            raw.send(frame(TEXT, b"one")[: 1 + count % 7])
            if count % 3:
                raw.vanish()
    except (OSError, AssertionError):
        return  # 503: as many last as may


ROWS = [
    Row(
        "leaks",
        "nothing leaks",
        "at most 1 MiB per 1,000,000 requests of 2,000,000 in process and 200,000 by sockets with"
        " 10,000 aborts; descriptors, threads, tasks, temporary files +-0",
        run,
    )
]

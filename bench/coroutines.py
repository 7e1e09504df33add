"""``async def`` over HTTP: one that answers at once, and one that waits 10 ms with many in flight."""

from __future__ import annotations

from nextwsgi import production

from bench import goals, servers
from bench.options import Options
from bench.over_http import available, in_turn
from bench.results import Key, Results
from bench.servers import Server, running
from bench.work import READY, STATIC, WAIT
from bench.wrk import Load, load, needed

WAITS = 0.01
MANY = 1000
SHARE = "share of what the threads allow"
# So many of our requests can wait at once. The others wait without threads.
THREADS = {
    goals.SHIPPED: production.workers * production.threads,
    servers.threads(64).setting: 64,
    servers.threads(MANY).setting: MANY,
}


def measure(options: Options, results: Results) -> None:
    """Measure ours with few and with many threads, beside FastAPI and Next.js."""
    needed()
    ours = [servers.shipped(), servers.threads(64), servers.threads(MANY)]
    others = [servers.granian("ours"), servers.uvicorn(), servers.next_start()]
    in_turn(available([*ours, *others], options, results), _load, options, results)


def _load(server: Server, options: Options, results: Results) -> None:
    seconds = 1 if options.quick else 4
    with running(server) as started:
        servers.check(started.port, [READY, WAIT])
        load(started.port, READY, 1)
        for work in (STATIC, READY):
            at_once = load(started.port, work, seconds).rate
            name = f"{server.setting}, {work.name}"
            results.add(Key("async", "16 connections", "requests/s", name, server.peer), at_once)
        for connections in (100, MANY):
            waited = load(started.port, WAIT, seconds, connections=connections)
            _note(server, connections, waited, results)
        if server.setting in THREADS:
            # What waits costs what does not wait, and no more than the threads can wait at once.
            allowed = min(at_once, THREADS[server.setting] / WAITS)
            key = Key("async", server.setting, SHARE, WAIT.name, server.peer)
            results.add(key, waited.rate / allowed)


def _note(server: Server, connections: int, waited: Load, results: Results) -> None:
    key = Key("async", f"10 ms, {connections} in flight", "requests/s", server.setting, server.peer)
    results.add(key, waited.rate)
    results.add(key._replace(unit="ms, 99th percentile"), waited.slowest)
    if waited.errors:
        results.skip(f"{server.name}, {connections} in flight: errors while measured", waited.errors)

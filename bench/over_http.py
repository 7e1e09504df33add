"""The part over HTTP: requests a second, each application under each server."""

from __future__ import annotations

from collections.abc import Callable

from bench import goals, servers
from bench.options import Options, progress
from bench.results import Key, Results
from bench.servers import Server, Unavailable, running
from bench.work import DYNAMIC, WORKS, Work
from bench.wrk import load, needed

WSGI_PEERS = ["bare", "ours", "falcon", "bottle", "werkzeug", "flask"]
Measure = Callable[[Server, Options, Results], None]


def measure(options: Options, results: Results) -> None:
    """Measure each server with the request that all have in common, and some with every work."""
    needed()
    chosen = available(_servers(), options, results)
    in_turn(chosen, _load, options, results)


def _servers() -> list[Server]:
    workers = (servers.sync, servers.gthread, servers.two_gthread)
    alike = [make(peer) for make in workers for peer in WSGI_PEERS]
    events = [servers.gevent(peer) for peer in ("bare", "ours", "flask")]
    rust = [servers.granian(peer) for peer in ("bare", "ours")]
    return [*alike, *events, servers.shipped(), *rust, servers.uvicorn(), servers.next_start()]


# Measured with every work; the others with one, or a run would take hours.
EVERY_WORK = (goals.SAME[1], goals.UVICORN, goals.NEXT)


def available(found: list[Server], options: Options, results: Results) -> list[Server]:
    """Leave out what was not asked for; build Next.js, or leave it out where it cannot be."""
    wanted = [server for server in found if options.wants(server.peer)]
    if any(server.peer == "next" for server in wanted):
        try:
            progress("building the project of Next.js")
            servers.prepare_next()
            results.about["versions"]["next"] = servers.next_version()
        except Unavailable as error:
            results.skip("Next.js", str(error))
            return [server for server in wanted if server.peer != "next"]
    return wanted


def in_turn(chosen: list[Server], measure_one: Measure, options: Options, results: Results) -> None:
    """Measure the servers one after the other, round after round; what fails once is left out after that."""
    left = list(chosen)
    rounds = options.times(5, 1)
    for number in range(rounds):
        for server in list(left):
            progress(f"round {number + 1} of {rounds}: {server.name}")
            try:
                measure_one(server, options, results)
            except Unavailable as error:
                results.skip(server.name, str(error))
                left.remove(server)


def _load(server: Server, options: Options, results: Results) -> None:
    works = [work for work in WORKS if options.does(work.name)]
    if server.setting not in EVERY_WORK:
        works = [work for work in works if work is DYNAMIC]
    seconds, before = (1, 1) if options.quick else (3, 2)
    with running(server) as started:
        servers.check(started.port, works)
        for work in works:
            load(started.port, work, before)  # warms up: interpreters specialise, Node compiles
            _measure(server, started.port, work, seconds, results, close=False)
        if DYNAMIC in works:
            _measure(server, started.port, DYNAMIC, seconds, results, close=True)


def _measure(server: Server, port: int, work: Work, seconds: int, results: Results, *, close: bool) -> None:
    setting = f"{server.setting}, {'new connections' if close else 'keep-alive'}"
    measured = load(port, work, seconds, close=close)
    results.add(Key("http", setting, "requests/s", work.name, server.peer), measured.rate)
    if measured.errors:
        results.skip(f"{server.name}, {work.name}: errors while measured", measured.errors)

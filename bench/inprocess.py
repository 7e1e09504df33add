"""The part without a server: microseconds per request of each WSGI application."""

from __future__ import annotations

import gc
import importlib
import sys
from typing import NamedTuple

from bench.options import Options, progress
from bench.results import Key, Results
from bench.work import DYNAMIC, LARGE, READY, STATIC, WORKS, Work
from bench.wsgi import BROWSER, WRK, App, Environ, check, environ_of, seconds

PEERS = ["bare", "ours", "falcon", "falcon_orjson", "bottle", "werkzeug", "flask"]
BARE_CLIENT = DYNAMIC._replace(name="dynamic, wrk's headers")
UNIT = "us/request"


class Case(NamedTuple):
    """One peer doing one work."""

    key: Key
    app: App
    environ: Environ
    body: bytes
    times: int


def load(peer: str) -> App:
    """Import a peer's application."""
    app: App = importlib.import_module(f"bench.peers.{peer}").app
    return app


def measure(options: Options, results: Results) -> None:
    """Measure every peer with every work, in turn."""
    apps = {peer: load(peer) for peer in PEERS if options.wants(peer)}
    works = [work for work in [*WORKS, BARE_CLIENT] if options.does(work.name)]
    groups = [[_case(peer, app, work) for peer, app in apps.items()] for work in works]
    if "ours" in apps and options.does(READY.name):
        groups.append([_case("ours", apps["ours"], work, "async") for work in (STATIC, READY)])
    if options.instructions:
        from bench.instructions import count

        count(list(apps), works, results)
    run(groups, options.times(25, 5), results)


def _case(peer: str, app: App, work: Work, setting: str = "in process") -> Case:
    client = WRK if work is BARE_CLIENT else BROWSER
    if wrong := check(app, work, client):
        sys.exit(f"{peer} does not do the work: {wrong}")
    count = 50 if work is LARGE else 1000
    return Case(
        Key("inprocess", setting, UNIT, work.name, peer), app, environ_of(work, client), work.body, count
    )


def run(groups: list[list[Case]], rounds: int, results: Results) -> None:
    """Measure the cases of each group side by side, again and again, each round beginning with another."""
    gc.freeze()  # what the frameworks loaded is not looked through again and again
    for number in range(-1, rounds):  # the first only warms up
        progress(f"in process: round {number + 1} of {rounds}")
        for group in groups:
            first = number % len(group)
            for case in group[first:] + group[:first]:
                spent = seconds(case.app, [(case.environ, case.body)] * case.times)
                if number >= 0:
                    results.add(case.key, spent / case.times * 1e6)

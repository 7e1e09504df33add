"""Start to first answer, and what the import of a package takes."""

from __future__ import annotations

import subprocess
import sys

from bench import servers
from bench.options import ROOT, Options, progress
from bench.over_http import available, in_turn
from bench.results import Key, Results
from bench.servers import Server, environment, running

PACKAGES = ["werkzeug", "nextwsgi", "falcon", "bottle", "flask", "fastapi"]
IMPORT = "import time; s = time.perf_counter(); import {}; print((time.perf_counter() - s) * 1000)"


def measure(options: Options, results: Results) -> None:
    """Measure imports in fresh interpreters, then servers from the command to the first answer."""
    _imports(options, results)
    alike = [servers.gthread(peer) for peer in ("bare", "ours", "falcon", "flask")]
    others = [servers.shipped(), servers.granian("ours"), servers.uvicorn(), servers.next_start()]
    chosen = available([*alike, *others], options, results)
    in_turn(chosen, _first, options, Results())  # compiles what is not compiled yet
    in_turn(chosen, _first, options, results)


def _imports(options: Options, results: Results) -> None:
    progress("imports")
    for number in range(-1, options.times(20, 5)):
        for package in PACKAGES:
            peer = "ours" if package == "nextwsgi" else package
            if options.wants(peer) or package == "werkzeug":
                spent = _import(package)
                if number >= 0:
                    results.add(Key("start", "import", "ms", package, peer), spent)


def _import(package: str) -> float:
    command = [sys.executable, "-c", IMPORT.format(package)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), check=True, capture_output=True, text=True)
    return float(done.stdout)


def _first(server: Server, options: Options, results: Results) -> None:  # noqa: ARG001 - as all that in_turn calls
    with running(server) as started:
        key = Key("start", "start to first answer", "ms", server.setting, server.peer)
        results.add(key, started.milliseconds)

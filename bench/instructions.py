"""Instructions per request, which noise on the machine does not change: by perf, or by valgrind's callgrind.

``python -m bench.instructions PEER WORK COUNT`` does the work so often; two runs of it, of which one does it
more often, differ by that many requests.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.options import ROOT, progress
from bench.results import Key, Results
from bench.work import LARGE, WORKS, Work
from bench.wsgi import BROWSER, environ_of, seconds

Counter = Callable[[list[str]], int]
BEFORE = 100  # by then the interpreter has specialised what it runs


def count(peers: list[str], works: list[Work], results: Results) -> None:
    """Count the instructions of every peer with every work that has a name of its own."""
    counter = _counter()
    if counter is None:
        results.skip("instructions", "neither perf (with a counter of instructions) nor valgrind is here")
        return
    for work in [work for work in works if work in WORKS]:
        for peer in peers:
            progress(f"instructions: {work.name}, {peer}")
            key = Key("inprocess", "instructions", "thousands/request", work.name, peer)
            results.add(key, _per_request(counter, peer, work) / 1000)


def _per_request(counter: Counter, peer: str, work: Work) -> float:
    more = 10 if work is LARGE else 200
    _run(
        _command(peer, work, 1)
    )  # compiles what is not compiled yet: that would count in the first run alone
    one, two = (counter(_command(peer, work, number)) for number in (BEFORE, BEFORE + more))
    return (two - one) / more


def _command(peer: str, work: Work, number: int) -> list[str]:
    return [sys.executable, "-m", "bench.instructions", peer, work.name, str(number)]


def _counter() -> Counter | None:
    if shutil.which("perf") and _perf_counts():
        return _perf
    return _callgrind if shutil.which("valgrind") else None


def _perf_counts() -> bool:
    try:
        return _perf(["true"]) > 0
    except ValueError:  # <not supported>: a virtual machine without counters
        return False


def _perf(command: list[str]) -> int:
    done = _run(["perf", "stat", "-x", ",", "-e", "instructions:u", *command])
    return int(done.strip().splitlines()[-1].split(",")[0])


def _callgrind(command: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        done = _run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", *command])
    found = re.search(r"Collected : (\d+)", done)
    if found is None:
        raise ValueError(done)
    return int(found[1])


def _run(command: list[str]) -> str:
    environment = {"PYTHONHASHSEED": "0", "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stderr


def main() -> None:
    """Do one work so often."""
    from bench.inprocess import load

    peer, name, number = sys.argv[1:]
    work = next(work for work in WORKS if work.name == name)
    seconds(load(peer), [(environ_of(work, BROWSER), work.body)] * int(number))


if __name__ == "__main__":
    main()

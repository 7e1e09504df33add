"""Row ``readers``: each of tests/programme/reading.py under atheris, which follows the branches of the code.

python -m tests.programme.readers query -max_total_time=60    # one of them, with libFuzzer's options
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from tests.programme.row import Progress, Result, Row

SECONDS = 30
"""How long each reader is fuzzed."""

AT_ONCE = 2
LONGEST = 4096
GOAL = f"{SECONDS} s each, guided by coverage: nothing raised but what is documented"

_DONE = re.compile(r"Done ([0-9]+) runs")


def run(progress: Progress, seconds: int = SECONDS) -> Result:
    """Fuzz all readers, two at a time."""
    from tests.programme.reading import READERS

    if find_spec("atheris") is None:
        return Result("atheris is not installed: tox -e programme does that", met=False)
    total = runs = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for runs in pool.map(lambda name: fuzz(name, seconds), READERS):
            total += runs
            progress(total, total, "runs")
    return Result(f"{total:,} runs of {len(READERS)} readers, 0 failures", met=True)


def fuzz(name: str, seconds: int) -> int:
    """Fuzz one reader in a process of its own; how many inputs it had. AssertionError has one that fails."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.programme.readers", name, f"-max_total_time={seconds}"]
        limits = [f"-max_len={LONGEST}", "-timeout=10", "-rss_limit_mb=2048", f"-artifact_prefix={folder}/"]
        done = subprocess.run([*command, *limits], capture_output=True, text=True, errors="replace")
        told = done.stdout + done.stderr
        for file in Path(folder).iterdir():
            raise AssertionError(f"{name}: {file.read_bytes()!r}\n{told[:3000]}")
    found = _DONE.search(told)
    if found is None or done.returncode:
        raise AssertionError(f"{name}: {told[-3000:]}")
    return int(found[1])


def main(name: str, *options: str) -> None:
    """Be the process of one reader: libFuzzer ends it."""
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=["nextwsgi"]):
        from tests.programme.reading import READERS
    with tempfile.TemporaryDirectory() as corpus:
        for number, data in enumerate(READERS[name].corpus):
            Path(corpus, str(number)).write_bytes(data)
        atheris.Setup([sys.argv[0], *options, corpus], READERS[name].read)
        atheris.Fuzz()


ROWS = [Row("readers", "no request makes a reader fail", GOAL, run)]

if __name__ == "__main__":
    main(*sys.argv[1:])

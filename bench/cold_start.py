"""How long a function takes from nothing to its first answer: ``python -m bench.cold_start [folder]``.

The median of 20 new processes, in milliseconds, beside that of a Python that does nothing.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 20

EMPTY = "pass"
FIRST = """
import sys
from nextwsgi import NextWSGI
from nextwsgi.serverless import aws_lambda
from tests.contract.lambda_events import version_2
answer = aws_lambda(NextWSGI(sys.argv[1]))(version_2("GET", "/api/hello"), None)
assert answer["statusCode"] == 200
"""
HELLO = "def handler(req, res):\n    res.status(200).json({'message': 'Hello'})\n"


def median(program: str, folder: str) -> float:
    """Measure new processes that run a program."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", program, folder], check=True)
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1000


def main(folders: list[str]) -> None:
    """Print one line for each project: one with a single route where none is named, and the demo."""
    with tempfile.TemporaryDirectory() as hello:
        (Path(hello) / "pages/api").mkdir(parents=True)
        (Path(hello) / "pages/api/hello.py").write_text(HELLO)
        print(f"{median(EMPTY, ''):8.0f} ms  python -c pass")
        for folder in folders or [hello, "."]:
            print(f"{median(FIRST, folder):8.0f} ms  {'one route' if folder == hello else folder}")


if __name__ == "__main__":
    main(sys.argv[1:])

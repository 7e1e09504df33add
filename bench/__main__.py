"""``python -m bench``: ours beside other frameworks and Next.js.

Without a part named, all are measured; ``inprocess`` alone takes less than a minute.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.goals import judge
from bench.options import Options, progress
from bench.results import Results
from bench.table import tables

PARTS = ["inprocess", "routes", "http", "slow", "stream", "start", "memory", "async", "edit"]
PACKAGES = [
    "werkzeug", "gunicorn", "falcon", "bottle", "flask", "fastapi", "uvicorn", "granian", "gevent",
]  # fmt: skip


def main() -> None:
    """Measure the parts asked for, print tables and goals, and write JSON."""
    chosen = _arguments()
    options = Options(
        rounds=chosen.rounds,
        quick=chosen.quick,
        peers=_names(chosen.peers),
        works=_names(chosen.works),
        instructions=chosen.instructions,
    )
    results = Results()
    results.about = {**_about(), "quick": options.quick}
    for part in chosen.parts or PARTS:
        progress(f"{part} ...")
        importlib.import_module(f"bench.{_MODULES.get(part, part)}").measure(options, results)
    _report(results, chosen.json)


# A module named async could not be imported, and one named http would read as the standard library's.
_MODULES = {"async": "coroutines", "http": "over_http", "edit": "edit"}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--rounds", type=int, help="how often each is measured")
    parser.add_argument("--quick", action="store_true", help="shorter and fewer rounds: to try it out")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure to a file")
    parser.add_argument("--peers", default="", help="only these, with commas between")
    parser.add_argument("--works", default="", help="only these, with commas between")
    parser.add_argument("--instructions", action="store_true", help="in process: count instructions too")
    chosen = parser.parse_args()
    if unknown := set(chosen.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    return chosen


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split(",") if name.strip())


def _about() -> dict[str, object]:
    return {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "load before": os.getloadavg()[0],
        "versions": {name: _version(name) for name in PACKAGES},
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _report(results: Results, file: Path | None) -> None:
    for table in tables(results):
        print(table)
    for what, reason in results.skipped.items():
        print(f"Skipped: {what}: {reason}\n")
    goals = judge(results)
    print("Goals (a quick run: too short to judge by)" if results.about["quick"] else "Goals")
    for goal in goals:
        print(f"  {goal.line()}")
    about = results.about
    print(f"\nPython {about['python']}, {about['machine']}, load {about['load before']:.1f} at the start")
    if file:
        results.write(file, [goal.as_dict() for goal in goals])


if __name__ == "__main__":
    main()

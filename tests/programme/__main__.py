"""Put the promises of SECURITY.md to the test, and print what was measured as a table.

    python -m tests.programme            # all rows
    python -m tests.programme fuzz leaks # some of them
    python -m tests.programme --list

Exits 1 where a goal was missed. tox -e programme runs it with everything it needs.
"""

import argparse
import sys
import time
import traceback

from tests.programme.row import Progress, Result, Row
from tests.programme.rows import rows


def main(arguments: list[str]) -> int:
    """Run what the command line names."""
    known = {row.name: row for row in rows()}
    options = _options(arguments, list(known))
    if options.list:
        for row in known.values():
            print(f"{row.name:12} {row.promise}: {row.goal}")
        return 0
    chosen = [known[name] for name in options.rows or known]
    results = [(row, *_measured(row)) for row in chosen]
    print(table(results))
    return 0 if all(result.met for _, result, _ in results) else 1


def _options(arguments: list[str], names: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m tests.programme", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("rows", nargs="*", metavar="row", help=f"one of {', '.join(names)}")
    parser.add_argument("--list", action="store_true", help="say what there is")
    options = parser.parse_args(arguments)
    for name in options.rows:
        if name not in names:
            parser.error(f"there is no row {name!r}: there are {', '.join(names)}")
    return options


def _measured(row: Row) -> tuple[Result, float]:
    """Run a row; what it raises is its result, and the next rows run all the same."""
    began = time.monotonic()
    try:
        result = row.run(Progress(row.name))
    except Exception as error:  # noqa: BLE001 - a row may fail in any way, and the others still count
        traceback.print_exc()
        result = Result(f"failed: {type(error).__name__}: {str(error)[:200]}", met=False)
    seconds = time.monotonic() - began
    print(
        f"\n{row.name}: {'met' if result.met else 'MISSED'}, {result.figure}, {seconds:.0f} s",
        file=sys.stderr,
    )
    return result, seconds


def table(results: list[tuple[Row, Result, float]]) -> str:
    """Write the results as a table in Markdown."""
    lines = ["| row | promise | goal | measured | met | seconds |", "| --- | --- | --- | --- | --- | --- |"]
    for row, result, seconds in results:
        met = "yes" if result.met else "**no**"
        cells = (row.name, row.promise, row.goal, result.figure, met, f"{seconds:.0f}")
        lines.append(
            f"| {' | '.join(cell.replace('|', chr(92) + '|').replace(chr(10), ' ') for cell in cells)} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

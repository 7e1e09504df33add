"""Measure groups of modules: see the package."""

import argparse
import sys

from tests.programme.mutation import Score, described, measure, recall, record, share
from tests.programme.mutation.groups import ALL, GROUPS
from tests.programme.row import Progress


def main(arguments: list[str]) -> int:
    """Measure what the command line names; 1 where the goal is missed or a survivor has no reason."""
    parser = argparse.ArgumentParser("python -m tests.programme.mutation")
    parser.add_argument("groups", nargs="*", metavar="group", help=", ".join(each.name for each in GROUPS))
    parser.add_argument("--changed", action="store_true", help="take what is recorded where nothing changed")
    parser.add_argument("--record", action="store_true", help="write what was measured down")
    options = parser.parse_args(arguments)
    if unknown := {*options.groups} - {each.name for each in GROUPS}:
        parser.error(f"there is no group {', '.join(unknown)}")
    groups = [each for each in GROUPS if not options.groups or each.name in options.groups]
    known = [score for each in groups if options.changed and (score := recall(each))]
    others = [each for each in groups if each not in [score.group for score in known]]
    digits = share(others) if options.changed else ALL
    scores = [_told(score) for score in known]
    measured = [_told(measure(each, Progress("mutation"), digits)) for each in others]
    if options.record and digits == ALL:
        record(measured)
    return 0 if all(score.met for score in scores + measured) else 1


def _told(score: Score) -> Score:
    print(score, "" if score.met else "MISSED")
    if score.unexplained:
        print("No test noticed these: have one do so, or give the reason in survivors.txt.\n")
        print(described([score]))
    sys.stdout.flush()
    return score


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

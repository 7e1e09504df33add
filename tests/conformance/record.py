"""Record what real Next.js answers: `python -m tests.conformance.record [--check] [area ...]`.

With --check nothing is written: the fresh answers are compared with the recorded ones and with ours.
"""

import argparse
import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from tests.conformance import places, recorded, servers
from tests.conformance.asking import Answers, answers, answers_in_turn
from tests.conformance.comparison import mismatches
from tests.conformance.exchange import Answer, Exchange
from tests.conformance.upstream import upstream
from tests.conformance.verdict import complaints, report

Asked = dict[str, list[tuple[Exchange, Answer]]]


def main() -> int:
    """Run the command line; return the number of exchanges with unlisted differences, at most 1 as status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("--dev", action="store_true", help="print where `next dev` answers otherwise")
    parser.add_argument("areas", nargs="*", default=places.areas())
    options = parser.parse_args()
    with upstream():  # Next.js takes its port into the build
        with one_at_a_time():
            fresh = _asked_of_next(options.areas, development=options.dev)
        if options.dev:
            return _print(fresh)
        return _check(fresh) if options.check else _write(fresh)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait for others that build: two builds of one project at the same time spoil each other."""
    with open(places.PROJECT / "package.json", "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _asked_of_next(areas: list[str], *, development: bool) -> Asked:
    servers.install_next()
    exchanges = _exchanges(areas)
    if development:
        # Next.js refuses to develop one project twice at a time.
        return _by_area(areas, _asked_in_turn(exchanges))
    for name in places.sites(exchanges):
        servers.build_next(places.SITES[name])
    return _by_area(areas, answers(servers.next_start, exchanges))


def _asked_in_turn(exchanges: list[Exchange]) -> Answers:
    found: Answers = {}
    for name, parted in places.sites(exchanges).items():
        found |= answers_in_turn(partial(servers.next_dev, places.SITES[name]), parted)
    return found


def _exchanges(areas: list[str]) -> list[Exchange]:
    return [exchange for area in areas for exchange in places.exchanges(area)]


def _by_area(areas: list[str], answered: Answers) -> Asked:
    return {
        area: [(exchange, answered[exchange.name]) for exchange in places.exchanges(area)] for area in areas
    }


def _write(fresh: Asked) -> int:
    for area, asked in fresh.items():
        recorded.write(area, asked)
        print(f"{area}: {len(asked)} exchanges")
    recorded.write_versions(servers.next_versions())
    return 0


def _print(fresh: Asked) -> int:
    for area, asked in fresh.items():
        built = recorded.read(area)
        for exchange, answer in asked:
            expected = recorded.answer_of(built[exchange.name])
            if texts := _told(mismatches(expected, answer), "built", "developed"):
                print(report(exchange, expected, answer, "next dev", texts), end="\n\n")
    return 0


def _told(found: dict[str, tuple[str, str]], one: str, other: str) -> list[str]:
    return [f"{field}: {one} {first!r}, {other} {second!r}" for field, (first, second) in found.items()]


def _check(fresh: Asked) -> int:
    wrong = _changed(fresh)
    for name, server in servers.OURS.items():
        wrong += _differing(fresh, _by_area(list(fresh), answers(server, _exchanges(list(fresh)))), name)
    print(f"{wrong} of {sum(map(len, fresh.values()))} exchanges on 5 servers differ and are not listed")
    return min(wrong, 1)


def _changed(fresh: Asked) -> int:
    wrong = 0
    for area, asked in fresh.items():
        old = recorded.read(area)
        for exchange, answer in asked:
            expected = recorded.answer_of(old[exchange.name])
            if texts := _told(mismatches(expected, answer), "recorded", "now"):
                print(report(exchange, expected, answer, "Next.js now", texts), end="\n\n")
                wrong += 1
    return wrong


def _differing(fresh: Asked, ours: Asked, server: str) -> int:
    wrong = 0
    for area, asked in fresh.items():
        for (exchange, expected), (_, actual) in zip(asked, ours[area], strict=True):
            if texts := complaints(exchange, expected, actual, server):
                print(report(exchange, expected, actual, server, texts), end="\n\n")
                wrong += 1
    return wrong


if __name__ == "__main__":
    sys.exit(main())

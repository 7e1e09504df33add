"""Record what real Next.js answers: `python -m tests.conformance.record [--check] [area ...]`.

With --check nothing is written: the fresh answers are compared with the recorded ones and with ours.
"""

import argparse
import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.conformance import places, recorded, servers
from tests.conformance.comparison import mismatches
from tests.conformance.exchange import Answer, Exchange, ask
from tests.conformance.verdict import complaints, report

Asked = dict[str, list[tuple[Exchange, Answer]]]


def main() -> int:
    """Run the command line; return the number of exchanges with unlisted differences, at most 1 as status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("--dev", action="store_true", help="print what `next dev` answers; write nothing")
    parser.add_argument("areas", nargs="*", default=places.areas())
    options = parser.parse_args()
    with _one_at_a_time():
        fresh = _asked_of_next(options.areas, development=options.dev)
    if options.dev:
        return _print(fresh)
    return _check(fresh) if options.check else _write(fresh)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    # Two builds of one project at the same time spoil each other.
    with open(places.PROJECT / "package.json", "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _asked_of_next(areas: list[str], *, development: bool) -> Asked:
    servers.install_next()
    if development:
        return _asked(servers.next_dev, areas)
    servers.build_next()
    return _asked(servers.next_start, areas)


def _asked(server: servers.Server, areas: list[str]) -> Asked:
    with server() as port:
        return {
            area: [(exchange, ask(port, exchange)) for exchange in places.exchanges(area)] for area in areas
        }


def _write(fresh: Asked) -> int:
    for area, answers in fresh.items():
        recorded.write(area, answers)
        print(f"{area}: {len(answers)} exchanges")
    recorded.write_versions(servers.next_versions())
    return 0


def _print(fresh: Asked) -> int:
    for area, answers in fresh.items():
        for exchange, answer in answers:
            print(
                report(
                    exchange, recorded.answer_of(recorded.read(area)[exchange.name]), answer, "next dev", []
                )
            )
    return 0


def _check(fresh: Asked) -> int:
    wrong = _changed(fresh)
    for name, server in servers.OURS.items():
        wrong += _differing(fresh, _asked(server, list(fresh)), name)
    print(f"{wrong} of {sum(map(len, fresh.values()))} exchanges on 5 servers differ and are not listed")
    return min(wrong, 1)


def _changed(fresh: Asked) -> int:
    wrong = 0
    for area, answers in fresh.items():
        old = recorded.read(area)
        for exchange, answer in answers:
            expected = recorded.answer_of(old[exchange.name])
            if texts := [
                f"{field}: recorded {was!r}, now {now!r}"
                for field, (was, now) in mismatches(expected, answer).items()
            ]:
                print(report(exchange, expected, answer, "Next.js now", texts), end="\n\n")
                wrong += 1
    return wrong


def _differing(fresh: Asked, ours: Asked, server: str) -> int:
    wrong = 0
    for area, answers in fresh.items():
        for (exchange, expected), (_, actual) in zip(answers, ours[area], strict=True):
            if texts := complaints(exchange, expected, actual, server):
                print(report(exchange, expected, actual, server, texts), end="\n\n")
                wrong += 1
    return wrong


if __name__ == "__main__":
    sys.exit(main())

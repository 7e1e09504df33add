"""Does the time of a login tell who has an account? To run by hand, on a machine that is quiet.

python -m tests.demo.login_timing --samples 300
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median, quantiles

from tests.demo.serving import Site, Visitor, gunicorn

GOAL = 0.03

# Less than the limits of pages/api/auth/login.py: an account is tried so often, from addresses of which each
# tries so often.
TRIES, TRIES_OF_AN_ADDRESS = 25, 80


def main(arguments: list[str]) -> int:
    """Measure and print; 0 where the medians are as near as the goal wants them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=300, help="logins of each kind")
    samples = parser.parse_args(arguments).samples
    with tempfile.TemporaryDirectory() as folder, gunicorn(Path(folder)) as site:
        _register(site, samples // TRIES + 1)
        return _report(measure(site, samples))


def _register(site: Site, count: int) -> None:
    with closing(Visitor(site)) as visitor:
        for number in range(count):
            person = {"name": "Somebody", "email": f"known{number}@example.com", "password": "right"}
            assert visitor.send("POST", "/api/auth/register", person).status == 201


def measure(site: Site, samples: int) -> dict[str, list[float]]:
    """Give the milliseconds of wrong logins to known and unknown accounts, which take turns."""
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    visitors = _visitors(site)
    for number in range(samples):
        visitor = next(visitors)
        # Neither kind always comes first.
        for kind in sorted(times, reverse=bool(number % 2)):
            body = {"email": f"{kind}{number // TRIES}@example.com", "password": "wrong"}
            start = time.perf_counter()
            reply = visitor.send("POST", "/api/auth/login", body)
            times[kind].append((time.perf_counter() - start) * 1000)
            assert reply.status == 401, reply
    return times


def _visitors(site: Site) -> Iterator[Visitor]:
    """Yield who tries next: one address after the other."""
    for last in range(2, 255):
        with closing(Visitor(site, address=f"127.0.0.{last}")) as visitor:
            for _ in range(TRIES_OF_AN_ADDRESS // 2):
                yield visitor


def _report(times: dict[str, list[float]]) -> int:
    for kind, taken in times.items():
        low, *_, high = quantiles(taken, n=20)
        print(f"{kind:8} {len(taken)} logins: {median(taken):.1f} ms (5 % {low:.1f}, 95 % {high:.1f})")
    apart = abs(median(times["known"]) / median(times["unknown"]) - 1)
    print(f"the medians are {apart:.2%} apart; the goal is {GOAL:.0%}")
    return 0 if apart <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

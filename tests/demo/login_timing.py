"""Does the time of a login tell who has an account? To run by hand, on a machine that is quiet.

python -m tests.demo.login_timing --samples 300
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from statistics import median, quantiles

from tests.demo.serving import Site, Visitor, gunicorn

GOAL = 0.03

# Who tries with what: the password is "right".
KINDS = {
    "unknown": "wrong",
    "known": "wrong",  # as long as the right one
    "known-short": "w",
    "known-long": "w" * 60,
    "known-impossible": "w" * 100,  # more than bcrypt takes
}

# Less than the limits of pages/api/auth/login.py: an account is tried so often, from addresses of which each
# tries so often.
TRIES, TRIES_OF_AN_ADDRESS = 25, 80

Times = dict[str, list[float]]
Tell = Callable[[int, int], object]


def main(arguments: list[str]) -> int:
    """Measure and print; 0 where the medians are as near as the goal wants them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=300, help="logins of each kind")
    samples = parser.parse_args(arguments).samples
    with tempfile.TemporaryDirectory() as folder, gunicorn(Path(folder)) as site:
        register(site, samples)
        return _report(measure(site, samples))


def register(site: Site, samples: int) -> None:
    """Make the accounts that so many logins of each kind need."""
    with closing(Visitor(site)) as visitor:
        for kind in KINDS.keys() - {"unknown"}:
            for number in range(samples // TRIES + 1):
                person = {"name": "Somebody", "email": email(kind, number), "password": "right"}
                assert visitor.send("POST", "/api/auth/register", person).status == 201


def email(kind: str, number: int) -> str:
    return f"{kind}{number}@example.com"


def measure(site: Site, samples: int, tell: Tell | None = None) -> Times:
    """Give the milliseconds of wrong logins of each kind, which take turns."""
    times: Times = {kind: [] for kind in KINDS}
    visitors = _visitors(site)
    for number in range(samples):
        visitor = next(visitors)
        for kind in random.Random(number).sample([*KINDS], len(KINDS)):  # none always comes first
            body = {"email": email(kind, number // TRIES), "password": KINDS[kind]}
            start = time.perf_counter()
            reply = visitor.send("POST", "/api/auth/login", body)
            times[kind].append((time.perf_counter() - start) * 1000)
            assert reply.status == 401, reply
        if tell is not None:
            tell(number, samples)
    return times


def _visitors(site: Site) -> Iterator[Visitor]:
    """Yield who tries next: one address after the other."""
    for last in range(2, 255):
        with closing(Visitor(site, address=f"127.0.0.{last}")) as visitor:
            for _ in range(TRIES_OF_AN_ADDRESS // len(KINDS)):
                yield visitor


def apart(times: Times) -> float:
    """Give how far the median that is farthest from that of unknown accounts is from it."""
    unknown = median(times["unknown"])
    return max(abs(median(taken) / unknown - 1) for taken in times.values())


def _report(times: Times) -> int:
    for kind, taken in times.items():
        low, *_, high = quantiles(taken, n=20)
        print(f"{kind:16} {len(taken)} logins: {median(taken):.1f} ms (5 % {low:.1f}, 95 % {high:.1f})")
    print(f"the medians are up to {apart(times):.2%} apart; the goal is {GOAL:.0%}")
    return 0 if apart(times) <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

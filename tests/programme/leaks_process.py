"""Asks one application for a long time, in a process of its own, and counts what the process holds.

python -m tests.programme.leaks_process each --requests 200      # every kind of request for itself, exactly
python -m tests.programme.leaks_process planted --requests 40    # leaks on purpose
python -m tests.programme.leaks_process all --requests 100000    # all kinds mixed, and the growth of memory
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from itertools import count, islice
from pathlib import Path
from typing import Any

from nextwsgi.middleware import windows
from tests.programme.calls import call
from tests.programme.crowd import crowd
from tests.programme.held import Held, held, trim
from tests.programme.kinds import FEW, Kind, choices, kinds, load, number
from tests.programme.plants import PLANTS
from tests.programme.still import PATIENCE, still
from tests.programme.troubles import TROUBLES, Trouble

AT_ONCE = 8
# One request of so many goes wrong, or lasts: most of these are several, and take longer.
TROUBLED = 32
# As many clients as a limit keeps: that it does keep no more is the row "counting".
CLIENTS = 20
# How often a thing is done before it counts: more than there are people and clients.
WARM = 34

Job = Callable[[int], None]


def main(arguments: list[str]) -> int:
    """Ask, and print what was held as JSON, line by line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["each", "planted", "all"])
    parser.add_argument("--requests", type=int, required=True)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--front", action="store_true")
    options = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)  # of a million errors on purpose
    windows.CLIENTS = CLIENTS
    with tempfile.TemporaryDirectory() as folder:
        temporary = Path(folder, "temporary")
        temporary.mkdir()
        tempfile.tempdir = str(temporary)
        site = Site(Path(folder), options.seed, front=options.front)
        if options.what == "each":
            site.each(options.requests)
        elif options.what == "planted":
            site.planted(options.requests)
        else:
            site.all(options.requests, options.rounds)
        site.app.project.close()
    return 0


class Site:
    """An application, and what its process holds."""

    def __init__(self, folder: Path, seed: int, *, front: bool) -> None:
        self._folder = folder
        self._seed = seed
        self.app = load(folder, front=front)
        self._kinds = kinds(front=front)
        self._numbers = count(1000)  # Python keeps smaller numbers
        self._patience = PATIENCE

    def _jobs(self) -> dict[str, Job]:
        """Give all that can be done, by name; the argument is a number that did not come before."""
        jobs = {kind.name: partial(self._ask, kind) for kind in self._kinds}
        return {**jobs, **{name: partial(self._trouble, trouble) for name, trouble in TROUBLES.items()}}

    def _trouble(self, trouble: Trouble, each: int) -> None:
        trouble(self.app, number(each, self._seed))

    def _ask(self, kind: Kind, each: int) -> None:
        who = kind.who(each, self._seed)
        answer = call(self.app, kind.environ(self.app, who))
        assert kind.problem(answer, who) is None, (kind.name, who, answer)

    # --- each kind for itself -----------------------------------------------------------------------------

    def each(self, requests: int) -> None:
        """Do each thing so often, and compare what is held before and after."""
        rare = {kind.name for kind in self._kinds if kind.rare}
        self._held()
        for name, job in self._jobs().items():
            self._each(name, job, *((FEW, FEW) if name in rare else (WARM, requests)))

    def planted(self, requests: int) -> None:
        """Do the same with leaks on purpose."""
        self._patience = 0.1  # they do not end
        self._held()
        for name, plant in PLANTS.items():
            self._each(name, partial(self._trouble, plant), WARM, requests)

    def _each(self, name: str, job: Job, warm: int, requests: int) -> None:
        for _ in range(warm):
            job(next(self._numbers))
        before = self._held()
        before = self._held()  # with the one before it in memory
        for _ in range(requests):
            job(next(self._numbers))
        after = self._held()
        tell(name=name, requests=requests, **after.changes(before))

    def _held(self) -> Held:
        """Count what is held while nothing goes on."""
        # A thread keeps its last request until its next one (the context variable in after.py): the same one.
        self._ask(self._kinds[0], 0)
        with still(self.app.project, self._patience):
            return held(self.app.project, self._folder)

    # --- all of them, mixed -------------------------------------------------------------------------------

    def all(self, requests: int, rounds: int) -> None:
        """Do all in turn in some threads, ``rounds`` times, and tell after each what is held."""
        for each in range(rounds):
            crowd(AT_ONCE, partial(self._some, each, requests // rounds))
            trim()
            tell(round=each, **asdict(self._held()))

    def _some(self, part: int, requests: int, thread: int) -> None:
        for done, job in enumerate(islice(self._mixed(f"{part}-{thread}"), requests // AT_ONCE)):
            job(next(self._numbers))
            if done % 100 == 99:
                tell(done=100)

    def _mixed(self, seed: str) -> Iterator[Job]:
        chance = random.Random(f"{self._seed}-{seed}")
        troubles = list(TROUBLES)
        jobs = self._jobs()
        for kind in choices(self._kinds, f"{self._seed}-{seed}"):
            yield jobs[kind.name]
            if chance.randrange(TROUBLED) == 0:
                yield jobs[chance.choice(troubles)]


def tell(**found: Any) -> None:
    """Tell who runs this process what was found."""
    sys.stdout.write(json.dumps(found) + "\n")  # at once: other threads tell, too
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

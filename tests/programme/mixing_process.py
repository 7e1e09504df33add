"""Asks one application from many threads, in a process of its own, whether answers mix.

python -m tests.programme.mixing_process --requests 20000 --threads 32 --seed 1 --front
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

from nextwsgi import NextWSGI
from tests.programme.calls import call
from tests.programme.crowd import crowd, switching
from tests.programme.kinds import PROJECT, Kind, choices, kinds, load

FIRST = 100
TOLD = 100


def main(arguments: list[str]) -> int:
    """Ask; whatever is wrong is raised, with the seed and the request."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("requests", "threads", "seed"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--front", action="store_true")
    parser.add_argument("--project", type=Path, default=PROJECT)
    options = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)  # of a million errors on purpose
    executed = watch_imports()
    with tempfile.TemporaryDirectory() as folder:
        app = load(Path(folder), front=options.front, origin=options.project)
        crowd_of = Crowd(app, kinds(front=options.front), options.seed)
        with switching():
            crowd_of.first_hits()
            crowd_of.ask(options.requests, options.threads)
        crowd_of.check_what_is_left()
        check_imports(executed, Path(folder))
        app.project.close()
    return 0


class Crowd:
    """Those who ask one application."""

    def __init__(self, app: NextWSGI, found: list[Kind], seed: int) -> None:
        self._app = app
        self._kinds = found
        self._seed = seed
        self._left: Counter[str] = Counter()

    def first_hits(self) -> None:
        """Ask as many at once as can be, of an application that nobody has asked yet."""
        hits = [kind for kind in self._kinds if not kind.rare]
        crowd(FIRST, lambda each: self._one(hits[each % len(hits)], each, Counter()))
        self._left.update({"first": sum(hits[each % len(hits)].left for each in range(FIRST))})

    def ask(self, requests: int, threads: int) -> None:
        """Ask ``requests`` times, in so many threads."""
        share = requests // threads

        def some(thread: int) -> None:
            own: Counter[str] = Counter()
            order = choices(self._kinds, f"{self._seed}-{thread}")
            for count, kind in enumerate(islice(order, share)):
                self._one(kind, FIRST + thread * share + count, own)
                if count % TOLD == TOLD - 1:
                    tell(TOLD)
            tell(share % TOLD)
            done.append(own)

        done: list[Counter[str]] = []
        crowd(threads, some)
        for own in done:
            self._left.update(own)

    def _one(self, kind: Kind, count: int, own: Counter[str]) -> None:
        who = kind.who(count, self._seed)
        answer = call(self._app, kind.environ(self._app, who))
        problem = kind.problem(answer, who)
        assert problem is None, f"--seed {self._seed}: {kind.name} of {who}: {problem}: {answer.text}"
        own[kind.name] += kind.left

    def check_what_is_left(self) -> None:
        """Compare what came after answers, and what was reported, with what was asked."""
        self._app.project.finish_work()
        records: Any = sys.modules["lib.records"]
        assert records.mixed == [], f"--seed {self._seed}: {records.mixed[:3]}"
        heard = records.counts.get("after", 0) + records.counts.get("error", 0)
        assert heard == self._left.total(), (records.counts, self._left)
        assert records.counts["register"] == 1, records.counts


def tell(done: int) -> None:
    """Tell who runs this process that so many more are done."""
    sys.stdout.write(f"{done}\n")  # at once: other threads tell, too
    sys.stdout.flush()


def watch_imports() -> Counter[str]:
    """Count from now on how often the code of each file is executed as a module."""
    executed: Counter[str] = Counter()

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "exec" and (code := arguments[0]) and code.co_name == "<module>":
            executed[code.co_filename] += 1

    sys.addaudithook(hear)
    return executed


def check_imports(executed: Counter[str], folder: Path) -> None:
    """Compare with the files of the project: each module was executed once."""
    files = [str(file) for file in folder.resolve().rglob("*.py")]
    counts = {file: executed[file] for file in files}
    assert set(counts.values()) == {1}, {file: count for file, count in counts.items() if count != 1}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

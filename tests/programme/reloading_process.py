"""Edits the files of a project while many threads ask its development server's application.

python -m tests.programme.reloading_process --edits 20 --threads 32
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path

from nextwsgi.dev.app import Development
from tests.programme.calls import call, environ
from tests.programme.crowd import crowd, switching

ROUTE = """
import __main__
from lib.part import PART
FIRST = {version}
__main__.executed.append("{name} {version} " + str(PART))
def handler(req, res):
    res.json([FIRST, LAST, PART, req.query["id"], req.cookies["who"]])
LAST = {version}
"""
PART = """
import __main__
__main__.executed.append("part {version}")
PART = {version}
"""
ROUTES = [f"r{number}" for number in range(8)]
FIRST = 100

executed: list[str] = []


def main(arguments: list[str]) -> int:
    """Edit and ask; whatever is wrong is raised."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("edits", "threads"):
        parser.add_argument(f"--{name}", type=int, required=True)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, switching():
        site = Site(Path(folder))
        site.first_hits()
        for version in range(1, options.edits + 1):
            site.edit_one(version, options.threads)
        site.edit_all_the_time(options.edits, options.threads)
        site.app.close()
    return 0


class Site:
    """A project that is being written."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._part = 0
        self._versions = dict.fromkeys(ROUTES, 0)
        self._write("lib/part.py", PART.format(version=0))
        for name in ROUTES:
            self._write_route(name, 0)
        self.app = Development(root)

    def _write(self, name: str, text: str) -> None:
        """Replace a file whole, as editors do."""
        file = self._root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_suffix(".new")
        new.write_text(text)
        os.replace(new, file)

    def _write_route(self, name: str, version: int) -> None:
        self._write(f"pages/api/{name}/[id].py", ROUTE.format(name=name, version=version))
        self._versions[name] = version

    def _write_part(self, version: int) -> None:
        self._write("lib/part.py", PART.format(version=version))
        self._part = version

    def first_hits(self) -> None:
        """Ask as many at once as can be, of routes that nobody has imported."""
        crowd(FIRST, lambda each: self._ask(ROUTES[each % len(ROUTES)], f"first-{each}"))
        assert Counter(executed) == Counter(["part 0", *(f"{name} 0 0" for name in ROUTES)]), executed
        executed.clear()

    def edit_one(self, version: int, threads: int) -> None:
        """Edit a file, then ask in many threads at once: one of them imports it, and all see the edit."""
        name = ROUTES[version % len(ROUTES)]
        if version % 4:
            self._write_route(name, version)
            expected = [f"{name} {version} {self._part}"]
        else:
            self._write_part(version)
            expected = [f"part {version}", f"{name} {self._versions[name]} {version}"]
        crowd(threads, lambda each: self._ask(name, f"{version}-{each}"))
        assert executed == expected, (version, executed, expected)
        executed.clear()

    def edit_all_the_time(self, edits: int, threads: int) -> None:
        """Edit while others ask; each answer is of one version, none older than the one it found."""
        over = threading.Event()

        def run(each: int) -> None:
            if each == 0:
                try:
                    for version in range(edits + 1, 3 * edits):
                        self._write_route(ROUTES[version % len(ROUTES)], version)
                        if version % 4 == 0:
                            self._write_part(version)
                        over.wait(0.01)
                finally:
                    over.set()
            asked = 0
            while not over.is_set() or asked < len(ROUTES):
                self._ask(ROUTES[(each + asked) % len(ROUTES)], f"{each}-{asked}")
                asked += 1

        crowd(threads, run)

    def _ask(self, name: str, who: str) -> None:
        part, version = self._part, self._versions[name]
        request = environ("GET", f"/api/{name}/{who}", {"HTTP_COOKIE": f"who={who}"})
        answer = call(self.app, request)
        assert answer.status == 200, f"{name} {who}: {answer.text}"
        first, last, own, asked, cookie = json.loads(answer.text.rpartition("\n\n")[2])
        assert asked == cookie == who, f"{name} {who}: {answer.text}"
        assert first == last >= version, f"{name} {who}: version {version} was there before {answer.text}"
        assert own >= part, f"{name} {who}: part {part} was there before {answer.text}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

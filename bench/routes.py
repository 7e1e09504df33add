"""Tables of 10, 1,000 and 10,000 routes: the time to build them, and that of a request."""

from __future__ import annotations

import gc
import importlib
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypeVar

from nextwsgi import NextWSGI
from nextwsgi.routes import Route, Table

from bench.options import Options, progress
from bench.over_http import WSGI_PEERS
from bench.results import Key, Results
from bench.work import Work
from bench.wsgi import BROWSER, App, Environ, Taken, environ_of, seconds

Made = TypeVar("Made")

COUNTS = (10, 1000, 10_000)
SAMPLES = 100
HANDLER = 'def handler(req, res):\n    res.status(200).json({"id": req.query.get("id")})\n'


class Case(NamedTuple):
    """One application with so many routes, and the requests it gets."""

    key: Key
    app: App
    requests: list[tuple[Environ, bytes]]


def paths(count: int) -> list[str]:
    """Name routes as a large project has them: half static, half with a parameter in the middle."""
    half = count // 2
    return [f"/api/part{n % 50}/static{n}" for n in range(half)] + [
        f"/api/part{n % 50}/group{n}/[id]/items" for n in range(half)
    ]


def measure(options: Options, results: Results) -> None:
    """Build all, then ask all in turn."""
    with TemporaryDirectory() as folder:
        cases = [case for count in COUNTS for case in _cases(count, Path(folder), options, results)]
    gc.freeze()
    rounds = options.times(15, 3)
    for number in range(-1, rounds):
        progress(f"routes: round {number + 1} of {rounds}")
        for case in cases:
            spent = seconds(case.app, case.requests) / len(case.requests) * 1e6
            if number >= 0:
                results.add(case.key, spent)
    gc.unfreeze()


def _cases(count: int, folder: Path, options: Options, results: Results) -> list[Case]:
    cases = []
    wanted = paths(count)
    for peer in WSGI_PEERS:
        if peer == "bare" or not options.wants(peer):
            continue
        progress(f"routes: building {count} for {peer}")
        key = Key("routes", "build", "s", f"{count} routes", peer)
        if peer == "ours":
            _build_table(key, wanted, results)
            app = _build_project(key, folder / str(count), wanted, results)
        else:
            app = _timed(key, importlib.import_module(f"bench.peers.{peer}").build, (wanted,), results)
        match = key._replace(setting="match", unit="us/request")
        cases.append(Case(match, app, _requests(app, wanted, options)))
    return cases


def _build_table(key: Key, wanted: list[str], results: Results) -> None:
    routes = [Route(path, f"pages{path}.py", print) for path in wanted]
    table = _timed(key, Table, (routes,), results)
    assert table.match(_asked(wanted[0]))


def _timed(key: Key, build: Callable[..., Made], arguments: tuple[object, ...], results: Results) -> Made:
    gc.collect()
    start = time.perf_counter()
    made = build(*arguments)
    results.add(key, time.perf_counter() - start)
    return made


def _build_project(key: Key, folder: Path, wanted: list[str], results: Results) -> App:
    """Import the files of a project: the first time Python compiles them, after that it has them."""
    write(folder, wanted)
    _timed(key._replace(setting="files to application, first time"), NextWSGI, (folder,), results)
    return _timed(key._replace(setting="files to application"), NextWSGI, (folder,), results)


def write(folder: Path, wanted: list[str]) -> None:
    """Write a project of these routes."""
    for path in wanted:
        file = folder / f"pages{path}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(HANDLER)


def _asked(path: str) -> str:
    return path.replace("[id]", "42")


def _requests(app: App, wanted: list[str], options: Options) -> list[tuple[Environ, bytes]]:
    """Make requests for routes from all over the table; each is answered once before."""
    step = max(1, len(wanted) // SAMPLES)
    environs = [environ_of(Work("", _asked(path), None), BROWSER) for path in wanted[::step]]
    for environ in environs:
        assert Taken(app, dict(environ)).status == 200, environ["PATH_INFO"]
    repeat = (2000 if options.quick else 5000) // len(environs)
    return [(environ, b"") for environ in environs] * repeat

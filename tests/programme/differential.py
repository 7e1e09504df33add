"""Same answers as Next.js: generated inputs, put to its own modules and servers and to ours."""

from collections.abc import Iterator
from functools import partial

from tests.conformance import servers
from tests.programme.nextjs import served
from tests.programme.nextjs.area import Area
from tests.programme.nextjs.areas import FUNCTIONS, SERVED
from tests.programme.nextjs.comparing import Comparison, answered, made
from tests.programme.nextjs.differences import DIFFERENCES
from tests.programme.nextjs.oracle import MODULES, oracle
from tests.programme.row import Progress, Result, Row
from tests.unit import env_differential
from tests.unit.web import differential as web

COUNT = 20_000
SEED = 1
PROMISE = "same answers as Next.js"
GOAL = "0 unexplained of 20,000 inputs an area"

Triples = Iterator[tuple[object, object, object]]


def functions(areas: list[Area], progress: Progress, *, count: int = COUNT, seed: int = SEED) -> Result:
    """Compare areas that are functions."""
    servers.install_next()
    found = Comparison()
    with oracle() as node:
        for number, area in enumerate(areas):
            triples = answered(area, made(area, count, seed), node)
            _compare(found, area.name, triples, progress, number * count, len(areas) * count)
    return judged(found, [area.name for area in areas], count)


def over_http(site: served.Site, progress: Progress, *, count: int = COUNT, seed: int = SEED) -> Result:
    """Compare what `next start` and ours under gunicorn answer."""
    found = Comparison()
    triples = served.answered(served.requests(site, count, seed))
    _compare(found, site.name, triples, progress, 0, count)
    return judged(found, [site.name], count)


def classes_of_the_web(progress: Progress, *, count: int = COUNT, seed: int = SEED) -> Result:
    """Compare nextwsgi.server with the classes of Node, and with the cookies and URLs of Next.js."""
    servers.install_next()
    found = Comparison()
    for number, area in enumerate(web.AREAS):
        given = [*web.inputs(area, count, seed)]
        theirs = web.of_node([(area, each) for each in given], str(MODULES))
        triples = zip(given, theirs, (web.of_ours(area, each) for each in given), strict=True)
        _compare(found, f"web.{area}", triples, progress, number * count, len(web.AREAS) * count)
    return judged(found, [f"web.{area}" for area in web.AREAS], count)


def environment_files(progress: Progress, *, count: int = COUNT, seed: int = SEED) -> Result:
    """Compare nextwsgi.env with @next/env."""
    servers.install_next()
    found = Comparison()
    cases = [*env_differential.by_hand(), *env_differential.generated(count, seed)]
    answers = env_differential.of_next(cases, str(MODULES))
    ours = map(env_differential.of_ours, cases)
    _compare(found, "env", zip(cases, answers, ours, strict=True), progress, 0, len(cases))
    return judged(found, ["env"], count)


def _compare(
    found: Comparison, area: str, triples: Triples, progress: Progress, before: int, total: int
) -> None:
    for number, (given, theirs, ours) in enumerate(triples, before):
        found.add(area, given, theirs, ours)
        if number % 500 == 0:
            progress(number, total, area)


def judged(found: Comparison, areas: list[str], count: int) -> Result:
    """Make a result of a comparison; AssertionError shows what differs.

    The figure tells what no input needed: rare at this seed, or no longer true.
    """
    if found.wrong:
        shown = "\n".join(sorted(found.wrong, key=len)[:10])
        raise AssertionError(f"{len(found.wrong)} answers differ (seed {SEED}):\n{shown}")
    unused = [
        entry.reason for entry in DIFFERENCES if set(entry.areas) & set(areas) and entry not in found.used
    ]
    figure = f"0 unexplained of {found.counts.total():,}, {found.counts['explained']:,} explained"
    if unused and count >= COUNT:
        figure += f"; no input needed {'; '.join(unused)}"
    return Result(figure, met=True)


ROWS = [
    *(
        Row(f"differential-{name}", f"{PROMISE}: {name}", GOAL, partial(functions, areas))
        for name, areas in FUNCTIONS.items()
    ),
    *(
        Row(f"differential-{name}", f"{PROMISE}: {name} over HTTP", GOAL, partial(over_http, site))
        for name, site in SERVED.items()
    ),
    Row("differential-web", f"{PROMISE}: the classes of the web", GOAL, classes_of_the_web),
    Row("differential-env", f"{PROMISE}: environment files", GOAL, environment_files),
]

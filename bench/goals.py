"""The goals, each judged by figures of the same run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.results import Key, Results
from bench.work import JSON_WORKS


@dataclass(frozen=True)
class Goal:
    """One goal: a figure with its bound. ``measured`` is None where the run has no figure."""

    text: str
    bound: float
    measured: float | None
    at_most: bool = True

    @property
    def met(self) -> bool | None:
        """Tell whether the figure keeps to the bound."""
        if self.measured is None:
            return None
        return self.measured <= self.bound if self.at_most else self.measured >= self.bound

    def line(self) -> str:
        """Write the goal, its figure and whether it is met."""
        verdict = {True: "met", False: "NOT MET", None: "not measured"}[self.met]
        figure = "-" if self.measured is None else f"{self.measured:.2f}"
        way = "at most" if self.at_most else "at least"
        return f"{verdict:<12}  {figure:>8}  {way:<8} {self.bound:<6g}  {self.text}"

    def as_dict(self) -> dict[str, Any]:
        """Give the goal for JSON."""
        return {**vars(self), "met": self.met}


def judge(results: Results) -> list[Goal]:
    """Judge every goal."""
    makers = (_in_process, _same_server, _next, _coroutines, _routes, _start, _memory, _stream, _edit)
    return [goal for make in makers for goal in make(results)]


def _in_process(results: Results) -> Iterator[Goal]:
    for work in JSON_WORKS:
        ours = Key("inprocess", "in process", "us/request", work.name, "ours")
        for peer, bound in (("falcon", 1.0), ("bare", 2.0)):
            figure = results.ratio(ours, ours._replace(peer=peer))
            yield Goal(f"in process, {work.name}: time over that of {peer}", bound, figure)


# Settings under which ours, bare and Flask are run alike.
SAME = ["gunicorn, 1 sync", "gunicorn, 1 gthread of 4", "gunicorn, 2 gthread of 4"]
SHIPPED = "gunicorn as shipped"
GRANIAN = "granian, 1 worker"
NEXT = "next start"
UVICORN = "uvicorn, 1 process"


def _rate(setting: str, peer: str = "ours", work: str = "dynamic") -> Key:
    return Key("http", f"{setting}, keep-alive", "requests/s", work, peer)


def _same_server(results: Results) -> Iterator[Goal]:
    for setting in SAME:
        for peer, bound in (("bare", 0.95), ("flask", 1.4)):
            figure = results.ratio(_rate(setting), _rate(setting, peer))
            yield Goal(f"{setting}: requests/s over those of {peer}", bound, figure, at_most=False)


def _next(results: Results) -> Iterator[Goal]:
    next_start = _rate(NEXT, "next")
    for setting, bound in ((SAME[0], 1.3), (SHIPPED, 2.0), (GRANIAN, 4.0)):
        figure = results.ratio(_rate(setting), next_start)
        yield Goal(f"{setting}: requests/s over those of Next.js", bound, figure, at_most=False)


def _coroutines(results: Results) -> Iterator[Goal]:
    ready = Key("inprocess", "async", "us/request", "async ready", "ours")
    figure = results.ratio(ready, ready._replace(work="static"))
    yield Goal("async def that does not wait: time over that of def", 3.0, figure)
    for setting, threads in ((SHIPPED, "as shipped"), ("gunicorn, 1 gthread of 1000", "1,000 threads")):
        share = Key("async", setting, "share of what the threads allow", "async 10 ms", "ours")
        text = f"async def that waits 10 ms, {threads}: share of what the threads allow"
        yield Goal(text, 0.9, results.median(share), at_most=False)


def _routes(results: Results) -> Iterator[Goal]:
    match = Key("routes", "match", "us/request", "10000 routes", "ours")
    figure = results.ratio(match, match._replace(work="10 routes"))
    yield Goal("10,000 routes: time over that with 10", 1.15, figure)
    build = Key("routes", "build", "s", "10000 routes", "ours")
    yield Goal("10,000 routes: seconds to build the table", 2.0, results.median(build))


def _start(results: Results) -> Iterator[Goal]:
    first = Key("start", "start to first answer", "ms", SHIPPED, "ours")
    figure = results.ratio(first, first._replace(work=NEXT, peer="next"))
    yield Goal("start to first answer, as shipped: time over that of Next.js", 0.45, figure)
    imports = Key("start", "import", "ms", "nextwsgi", "ours")
    ours, werkzeug = (
        results.median(imports),
        results.median(imports._replace(work="werkzeug", peer="werkzeug")),
    )
    more = None if ours is None or werkzeug is None else ours - werkzeug
    yield Goal("import nextwsgi: ms over those of import werkzeug", 15, more)


def _memory(results: Results) -> Iterator[Goal]:
    worker = Key("memory", "a serving process after warm-up", "MiB RSS", SHIPPED, "ours")
    figure = results.ratio(worker, worker._replace(work=NEXT, peer="next"))
    yield Goal("memory of a worker: RSS over that of Next.js", 0.5, figure)


def _stream(results: Results) -> Iterator[Goal]:
    for work in ("upload", "download"):
        memory = Key("stream", "more memory at the highest", "MiB", work, "ours")
        yield Goal(f"1 GiB {work}: MiB that the worker grows by", 8.0, results.median(memory))
        speed = Key("stream", "speed", "MB/s", work, "ours")
        figure = results.ratio(speed, speed._replace(peer="bare"))
        yield Goal(f"1 GiB {work}: MB/s over those of bare", 0.8, figure, at_most=False)


def _edit(results: Results) -> Iterator[Goal]:
    for work in dict.fromkeys(key.work for key in results.values if key.part == "edit"):
        ours = Key("edit", "saving to the new answer", "ms", work, "ours")
        figure = results.ratio(ours, ours._replace(peer="next"))
        yield Goal(f"edit to new answer, {work}: time over that of Next.js", 0.5, figure)

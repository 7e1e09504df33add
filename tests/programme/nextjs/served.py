"""Whole requests over HTTP: to `next start`, and to ours under gunicorn."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.conformance import servers
from tests.conformance.comparison import SERVERS_OWN, masked
from tests.conformance.exchange import Answer, Exchange, ask
from tests.conformance.places import SITES
from tests.conformance.record import one_at_a_time
from tests.programme.nextjs.area import Pick, joined

AT_ONCE = 4
# Next.js leaves some clients without an answer.
PATIENCE = 5.0
LONG = 60.0
PART = 400

Asked = dict[str, Any]
"""A request as JSON holds it: ``method``, ``target``, ``headers`` in pairs, ``body`` as latin-1 text."""


@dataclass(frozen=True)
class Site:
    """An area that is a server's: ``make`` gives a request."""

    name: str
    make: Callable[[Pick], Asked]


def exchange(asked: Asked, patience: float) -> Exchange:
    """Make the bytes of a request; ``<etag>`` in them is that of the answer to it without conditions."""
    if not any("<etag>" in value for _, value in asked["headers"]):
        return Exchange("generated", raw(asked), timeout=patience)
    headers = [pair for pair in asked["headers"] if "<etag>" not in pair[1]]
    before = Exchange("before", raw({**asked, "headers": headers}), timeout=patience)
    return Exchange("generated", raw(asked), after=before, timeout=patience)


def raw(asked: Asked) -> bytes:
    """Write a request, each header in its own case."""
    lines = [
        f"{asked['method']} {asked['target']} {asked.get('version', 'HTTP/1.1')}",
        *(f"{name}:{value}" for name, value in (*DEFAULTS, *asked["headers"])),
        *("", ""),
    ]
    text: str = "\r\n".join(lines) + asked.get("body", "")
    return text.encode("latin-1")


# No port in Host: the servers listen on ports of their own.
DEFAULTS = (("Host", "localhost"), ("Connection", "close"))


def answers(port: int, given: Iterable[Asked], patience: float = LONG) -> list[Any]:
    """Give what a server answers, without what is its own."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [*pool.map(lambda each: shown(ask(port, exchange(each, patience))), given)]


def requests(site: Site, count: int, seed: int) -> list[Asked]:
    """Give requests, always the same ones for a seed."""
    pick = Random(f"{seed} {site.name}")
    return [joined(site.make(pick)) for _ in range(count)]


def answered(given: Sequence[Asked]) -> Iterator[tuple[Any, Any, Any]]:
    """Build and start Next.js, and ours; yield each request with the answers of both."""
    pages = SITES["pages"]
    with one_at_a_time():
        servers.install_next()
        servers.build_next(pages)
        with servers.next_start(pages) as next_port, servers.gunicorn_gthread(pages) as our_port:
            for at in range(0, len(given), PART):
                part = given[at : at + PART]
                theirs, ours = answers(next_port, part, PATIENCE), answers(our_port, part)
                yield from zip(part, theirs, ours, strict=True)


def shown(answer: Answer) -> dict[str, Any]:
    """Give what of an answer is compared: all but what the server alone decides, and who wrote a page."""
    answer = masked(answer)
    headers = [line for line in with_one_vary(answer.headers) if line[0].lower() not in SERVERS_OWN]
    if is_page(answer):
        return {"status": answer.status, "reason": answer.reason, "page": True}
    if refused_early(answer):  # its framing is listed
        headers = [line for line in headers if line[0].lower() != "content-length"]
    return {
        "status": answer.status,
        "reason": answer.reason,
        "headers": sorted(map(list, headers), key=lambda line: line[0].lower()),
        "body": answer.body.decode("latin-1"),
        "framing": "" if refused_early(answer) else answer.framing,
        "complete": answer.complete,
        "extra": answer.extra.decode("latin-1"),
    }


def is_page(answer: Answer) -> bool:
    """Tell whether no handler wrote the answer."""
    html = any(value.startswith("text/html;") for value in answer.values("content-type"))
    return html and any(value.startswith("private, no-cache") for value in answer.values("cache-control"))


def refused_early(answer: Answer) -> bool:
    """Tell whether a body was refused before it was read."""
    return answer.body.startswith((b"Invalid body", b"Body exceeded "))


def with_one_vary(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Give the headers with one Vary, without what Next.js adds to it for its compression."""
    lines = [value for name, value in headers if name.lower() == "vary"]
    value = re.sub("(, )?Accept-Encoding$", "", ", ".join(lines)).strip(" ")
    others = [line for line in headers if line[0].lower() != "vary"]
    return [*others, ("vary", value)] if value else others

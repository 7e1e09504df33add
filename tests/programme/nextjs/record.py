"""Record digests of what Next.js answers: `python -m tests.programme.nextjs.record [area ...]`.

tests/security/test_differential.py compares ours with them, without Node.
"""

import argparse
from collections.abc import Iterable
from pathlib import Path

from tests.conformance import servers
from tests.programme.nextjs import served
from tests.programme.nextjs.area import Area, digest, inputs
from tests.programme.nextjs.areas import ALL, SERVED
from tests.programme.nextjs.comparing import Comparison, answered
from tests.programme.nextjs.oracle import Oracle, oracle

RECORDED = Path(__file__).parent / "recorded"
COUNT = 2000
SEED = 7
EXCUSED = "......"


def asked(area: Area) -> list[object]:
    """Give the inputs that are recorded."""
    return [*inputs(area, COUNT, SEED)]


def read(area: str) -> tuple[str, list[str]]:
    """Give the digest of an area's inputs, and of each answer; EXCUSED where ours may differ."""
    first, *lines = (RECORDED / f"{area}.txt").read_text().split()
    text = "".join(lines)
    return first, [text[at : at + 6] for at in range(0, len(text), 6)]


def write(area: str, given: list[object], digests: list[str]) -> None:
    """Write them, 16 to a line."""
    lines = ["".join(digests[at : at + 16]) for at in range(0, len(digests), 16)]
    (RECORDED / f"{area}.txt").write_text("\n".join([digest(given), *lines, ""]))


def digests(area: str, triples: Iterable[tuple[object, object, object]]) -> list[str]:
    """Give the digests of what Next.js answered; AssertionError where ours differs for no listed reason."""
    found, kept = Comparison(), []
    for given, theirs, ours in triples:
        kind = found.add(area, given, theirs, ours)
        kept.append(EXCUSED if kind == "explained" else digest(theirs))
    assert not found.wrong, "\n".join(found.wrong)
    return kept


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("areas", nargs="*", default=[*ALL, *SERVED])
    options = parser.parse_args()
    servers.install_next()
    with oracle() as node:
        for name in options.areas:
            write(name, *_recorded(name, node))
            print(name)


def _recorded(name: str, node: Oracle) -> tuple[list[object], list[str]]:
    if name in ALL:
        given = asked(ALL[name])
        return given, digests(name, answered(ALL[name], given, node))
    requests = served.requests(SERVED[name], COUNT, SEED)
    return [*requests], digests(name, served.answered(requests))


if __name__ == "__main__":
    main()

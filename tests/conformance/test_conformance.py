"""Every exchange, put to nextwsgi under four servers, is answered as real Next.js answered it."""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.conformance.comparison import mismatches
from tests.conformance.differences import ALL, DIFFERENCES, GENERAL, General
from tests.conformance.exchange import Exchange, ask
from tests.conformance.places import areas, exchanges
from tests.conformance.recorded import answer_of, digest, read
from tests.conformance.servers import OURS
from tests.conformance.verdict import complaints, report

LEAST = 400
RECORDED = {name: entry for area in areas() for name, entry in read(area).items()}
EVERY = [exchange for area in areas() for exchange in exchanges(area)]
NAMED = {exchange.name: exchange for exchange in EVERY}


@pytest.fixture(scope="module", params=list(OURS))
def running(request: pytest.FixtureRequest) -> Iterator[tuple[str, int]]:
    """Yield the name and the port of one of our servers."""
    name: str = request.param
    with OURS[name]() as port:
        yield name, port


@pytest.mark.parametrize("exchange", EVERY, ids=lambda exchange: exchange.name)
def test_answers_as_next_js(running: tuple[str, int], exchange: Exchange) -> None:
    server, port = running
    expected, actual = answer_of(RECORDED[exchange.name]), ask(port, exchange)
    if texts := complaints(exchange, expected, actual, server):
        pytest.fail(report(exchange, expected, actual, server, texts), pytrace=False)


@pytest.mark.parametrize("difference", GENERAL, ids=lambda entry: f"{entry.field}-{entry.witness}")
def test_general_difference_is_needed(running: tuple[str, int], difference: General) -> None:
    server, port = running
    if server in difference.servers:
        expected = answer_of(RECORDED[difference.witness])
        assert difference.field in mismatches(expected, ask(port, NAMED[difference.witness]))


def test_enough_is_asked() -> None:
    assert len(EVERY) >= LEAST


def test_names_of_exchanges_are_unique() -> None:
    counted = Counter(exchange.name for exchange in EVERY)
    assert [name for name, count in counted.items() if count > 1] == []


def test_recordings_are_of_these_exchanges() -> None:
    assert {exchange.name: digest(exchange) for exchange in EVERY} == {
        name: entry["digest"] for name, entry in RECORDED.items()
    }


def test_differences_name_exchanges_and_servers_that_exist() -> None:
    named = {name for entry in DIFFERENCES for name in entry.exchanges}
    assert named <= {exchange.name for exchange in EVERY}
    assert {server for entry in DIFFERENCES for server in entry.servers} <= set(ALL)


def test_servers_are_those_the_differences_know() -> None:
    assert set(ALL) == set(OURS)

"""Every exchange, put to nextwsgi under four servers, is answered as real Next.js answered it."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.conformance.asking import Answers, answers
from tests.conformance.comparison import mismatches
from tests.conformance.difference import ALL, General
from tests.conformance.differences import DIFFERENCES
from tests.conformance.differences_general import GENERAL
from tests.conformance.exchange import Exchange
from tests.conformance.places import areas, exchanges
from tests.conformance.recorded import answer_of, digest, read
from tests.conformance.servers import OURS
from tests.conformance.upstream import upstream
from tests.conformance.verdict import complaints, report

LEAST = 400
RECORDED = {name: entry for area in areas() for name, entry in read(area).items()}
EVERY = [exchange for area in areas() for exchange in exchanges(area)]
WITNESSES = {entry.witness for entry in GENERAL}


@pytest.fixture(scope="session")
def answered(request: pytest.FixtureRequest) -> Iterator[dict[str, Future[Answers]]]:
    """Yield what each server answers to the exchanges of the selected tests; the servers run side by side."""
    selected = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    wanted = {params["exchange"].name for params in selected if "exchange" in params} | WITNESSES
    asked = [exchange for exchange in EVERY if exchange.name in wanted]
    with upstream(), ThreadPoolExecutor(len(OURS)) as pool:
        named = {params["server"] for params in selected if "server" in params}
        yield {name: pool.submit(answers, OURS[name], asked) for name in OURS if name in named}


@pytest.mark.parametrize("server", OURS)
@pytest.mark.parametrize("exchange", EVERY, ids=lambda exchange: exchange.name)
def test_answers_as_next_js(answered: dict[str, Future[Answers]], server: str, exchange: Exchange) -> None:
    expected, actual = answer_of(RECORDED[exchange.name]), answered[server].result()[exchange.name]
    if texts := complaints(exchange, expected, actual, server):
        pytest.fail(report(exchange, expected, actual, server, texts), pytrace=False)


@pytest.mark.parametrize("server", OURS)
@pytest.mark.parametrize("difference", GENERAL, ids=lambda entry: f"{entry.field}-{entry.witness}")
def test_general_difference_is_needed(
    answered: dict[str, Future[Answers]], server: str, difference: General
) -> None:
    if server in difference.servers:
        expected = answer_of(RECORDED[difference.witness])
        assert difference.field in mismatches(expected, answered[server].result()[difference.witness])


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

"""Put many exchanges to a server, as many at a time as their answers allow."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tests.conformance.exchange import TIMEOUT, Answer, Exchange, ask
from tests.conformance.places import SITES, sites
from tests.conformance.servers import Running, Server

AT_ONCE = 4

Answers = dict[str, Answer]


def answers(server: Server, exchanges: Sequence[Exchange]) -> Answers:
    """Start a server for each site and return its answers by the name of the exchange."""
    found: Answers = {}
    for name, parted in sites(list(exchanges)).items():
        found |= _answers_of(partial(server, SITES[name]), parted)
    return found


def _answers_of(running: Running, exchanges: Sequence[Exchange]) -> Answers:
    # Where patience is short, the time of arrival is the question: nothing else may delay those answers.
    alone = [exchange for exchange in exchanges if exchange.timeout < TIMEOUT]
    together = [exchange for exchange in exchanges if exchange.timeout >= TIMEOUT]
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(answers_in_turn, running, alone)
        return answers_in_turn(running, together, AT_ONCE) | slow.result()


def answers_in_turn(running: Running, exchanges: Sequence[Exchange], at_once: int = 1) -> Answers:
    """Start a server once and return its answers by the name of the exchange."""
    if not exchanges:
        return {}
    with running() as port, ThreadPoolExecutor(at_once) as pool:
        found = pool.map(partial(ask, port), exchanges)
        return {exchange.name: answer for exchange, answer in zip(exchanges, found, strict=True)}

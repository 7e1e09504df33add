"""The body limit is exact; the long form is ``python -m tests.programme limits``."""

from collections.abc import Iterator

import pytest

from tests.programme.limits import MIB, Case, files, try_server
from tests.programme.served import served


@pytest.fixture(scope="module")
def upstream() -> Iterator[int]:
    """Serve another origin for rewrites."""
    with served("gunicorn gthread", files(None)) as server:
        yield server.port


@pytest.mark.parametrize("server", ["gunicorn gthread", "waitress", "granian", "development"])
def test_the_limit_is_exact_however_a_body_is_sent(server: str, upstream: int) -> None:
    """Found: the development server took lengths that are none for 0, and filled up chunks that broke off."""
    assert try_server(server, upstream, few) > 180


def few(case: Case, place: int) -> bool:
    """Take a part of the cases, fewer of those that are large or slow."""
    if case.size >= MIB or case.way == "slow":
        return place % 167 == 0
    return place % 37 == 0

"""No header changes routing or identity; the long form is ``python -m tests.programme headers``."""

import pytest

from tests.programme.headers import compare, compare_served


def test_cve_2025_29927_no_header_changes_routing_or_identity() -> None:
    assert compare(310, 1) > 4_000


@pytest.mark.parametrize("kind", ["gunicorn gthread", "development"])
def test_no_header_that_a_server_believes_changes_them(kind: str) -> None:
    assert compare_served(kind, 300, 1) >= 300

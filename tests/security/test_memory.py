"""Memory is bounded; the long form is ``python -m tests.programme memory``."""

from tests.programme.memory import MIB, bound, measure


def test_what_uploads_cost_is_bounded_and_their_files_go() -> None:
    costs = measure(24, 4 * MIB)
    assert max(costs.values()) < bound(24), costs

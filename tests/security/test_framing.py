"""Answers are whole; the long form is ``python -m tests.programme framing``."""

import pytest

from tests.programme.framing import try_server
from tests.programme.served import COMMANDS


@pytest.mark.parametrize("server", COMMANDS)
def test_answers_are_whole_and_a_late_failure_is_seen(server: str) -> None:
    assert try_server(server, 37) > (100, 4)

"""What the demo's tests share."""

from pathlib import Path

import pytest

from nextwsgi.testing import Client

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def demo() -> Client:
    """Call the demo's routes."""
    return Client(ROOT)

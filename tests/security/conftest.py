"""The fixtures that make applications, as tests/contract has them, and the development server's."""

from tests.contract.conftest import project, serve
from tests.unit.dev.conftest import site

__all__ = ["project", "serve", "site"]

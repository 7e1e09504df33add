"""The rows of the programme, in the order in which they run: those that load the machine come last."""

from importlib import import_module

from tests.programme.row import Row

# Modules of this folder, each with ROWS, a list of Row.
MODULES: list[str] = [
    "differential",
    "spellings",
    "headers",
    "illegal",
    "framing",
    "limits",
    "memory",
    "fuzz",
    "readers",
    "faults",
    "stopping",
    "stores",
    "disks",
    "slow",
    "overload",
    "mutation",
    "mixing",
    "leaks",
    "counting",
    "login",
]


def rows() -> list[Row]:
    """Import every row."""
    return [row for name in MODULES for row in import_module(f"tests.programme.{name}").ROWS]

"""What production does not need is not loaded in production."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def loaded_by(statement: str) -> set[str]:
    """Name the modules that a fresh Python has loaded after one statement."""
    program = f"import sys\n{statement}\nprint(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(told.stdout.split())


def test_the_library_loads_neither_its_command_line_nor_its_development_server() -> None:
    loaded = loaded_by("import nextwsgi")
    assert not {name for name in loaded if name.startswith(("nextwsgi.cli", "nextwsgi.dev"))}


def test_starting_gunicorn_loads_no_development_server() -> None:
    loaded = loaded_by("import nextwsgi.cli.application, nextwsgi.production")
    assert not {name for name in loaded if name.startswith("nextwsgi.dev")}

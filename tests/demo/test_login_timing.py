"""What is run by hand needs no more than the demo does."""

from __future__ import annotations

import subprocess
import sys

from tests.demo.serving import ROOT

# What setup.cfg's extra "test" has and "demo" has not.
PROGRAM = """
import sys
sys.modules.update(dict.fromkeys(["pytest", "hypothesis", "coverage", "waitress", "granian", "mockupdb"]))
import tests.demo.login_timing
"""


def test_the_measurement_of_logins_runs_without_the_packages_of_the_tests() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, check=True)

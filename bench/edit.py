"""Edit to new answer: runs ``edit_to_answer.py``, and takes its figures over."""

from __future__ import annotations

import re
import subprocess
import sys

from tests.conformance.places import PROJECT

from bench import servers
from bench.options import ROOT, Options
from bench.results import Key, Results
from bench.servers import Unavailable

LINE = re.compile(r"(nextwsgi|next) dev, (.+?)\s+median\s+([\d.]+) ms")


def measure(options: Options, results: Results) -> None:
    """Measure both development servers with one route, with many, and with a module that all share."""
    edits = options.times(30, 5)
    command = [sys.executable, str(ROOT / "bench" / "edit_to_answer.py"), "--edits", str(edits)]
    if options.wants("next"):
        try:
            servers.prepare_next()
            command += ["--next", str(PROJECT)]
        except Unavailable as error:
            results.skip("next dev", str(error))
    done = subprocess.run(command, capture_output=True, text=True, timeout=1200)
    for peer, project, median in LINE.findall(done.stdout):
        name = "ours" if peer == "nextwsgi" else peer
        results.add(Key("edit", "saving to the new answer", "ms", project, name), float(median))
    if done.returncode:
        results.skip("edit", done.stderr[-500:])

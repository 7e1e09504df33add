"""Next.js's own modules, in one process of Node."""

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from tests.conformance.places import PROJECT
from tests.programme.nextjs.area import REFUSED

MODULES = PROJECT / "node_modules"
PROGRAM = Path(__file__).parent / "oracle.js"


class Oracle:
    """Asks the process; it answers in the order of what it is asked."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._input, self._output = process.stdin, process.stdout

    def answers(self, area: str, given: Sequence[Any]) -> Iterator[Any]:
        """Yield its answers, each in a list, and REFUSED where it threw."""
        writer = Thread(target=self._write, args=(area, given))
        writer.start()
        for each in given:
            line = self._output.readline()
            if not line:
                raise AssertionError(f"Node ended at {area}({each!r})")
            answer = json.loads(line)
            yield REFUSED if "refused" in answer else [answer.get("value")]
        writer.join()

    def _write(self, area: str, given: Sequence[Any]) -> None:
        for each in given:
            self._input.write(json.dumps([area, each]).encode() + b"\n")
        self._input.flush()


@contextmanager
def oracle(modules: Path = MODULES) -> Iterator[Oracle]:
    """Run Node with the Next.js of a folder of modules."""
    environment = {**os.environ, "NEXT_MODULES": str(modules)}
    command = ["node", str(PROGRAM)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        try:
            yield Oracle(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()

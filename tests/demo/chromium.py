"""A headless Chromium, driven through its DevTools protocol over a pipe: no port, no driver to install."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, BinaryIO

PROGRAM = shutil.which("chromium")
_FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
    "--remote-debugging-pipe",
]


class Page:
    """The one page of a browser."""

    def __init__(self, commands: BinaryIO, answers: BinaryIO) -> None:
        """Attach to the page of a browser that reads ``commands`` and writes ``answers``."""
        self._commands = commands
        self._answers = answers
        self._numbers = count(1)
        self._session: str | None = None
        [target] = [each for each in self.call("Target.getTargets")["targetInfos"] if each["type"] == "page"]
        session = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = session["sessionId"]

    def call(self, method: str, **params: object) -> dict[str, Any]:
        """Send one command of the protocol and give its result; RuntimeError when it fails."""
        number = next(self._numbers)
        message: dict[str, object] = {"id": number, "method": method, "params": params}
        if self._session is not None:
            message["sessionId"] = self._session
        self._commands.write(json.dumps(message).encode() + b"\0")
        while (answer := self._read()).get("id") != number:
            pass  # an event
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def _read(self) -> dict[str, Any]:
        data = bytearray()
        while (byte := self._answers.read(1)) != b"\0":
            if not byte:
                raise RuntimeError("Chromium has ended")
            data += byte
        answer: dict[str, Any] = json.loads(data)
        return answer

    def run(self, script: str) -> Any:
        """Run JavaScript in the page, wait for what it promises, and give its value."""
        result = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"].get("description"))
        return result["result"].get("value")


@contextmanager
def open_page() -> Iterator[Page]:
    """Start a browser with a profile of its own, and end it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        (reader, commands), (answers, writer) = _pipe(), _pipe()
        process = _spawn([*_FLAGS, f"--user-data-dir={profile}", "about:blank"], reader, writer)
        os.close(reader)
        os.close(writer)
        try:
            with open(commands, "wb", buffering=0) as out, open(answers, "rb") as back:
                yield Page(out, back)
        finally:
            os.kill(process, signal.SIGTERM)
            os.waitpid(process, 0)


def _pipe() -> tuple[int, int]:
    """Open a pipe out of the way of descriptors 3 and 4."""
    low = os.pipe()
    high = [fcntl.fcntl(each, fcntl.F_DUPFD_CLOEXEC, 10) for each in low]
    for each in low:
        os.close(each)
    return high[0], high[1]


def _spawn(arguments: list[str], reader: int, writer: int) -> int:
    if PROGRAM is None:
        raise FileNotFoundError("there is no chromium: apt-get install chromium")
    # Chromium reads commands from descriptor 3 and answers on 4.
    actions = [
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_DUP2, reader, 3),
        (os.POSIX_SPAWN_DUP2, writer, 4),
    ]
    return os.posix_spawn(PROGRAM, [PROGRAM, *arguments], os.environ, file_actions=actions)

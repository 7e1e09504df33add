"""A headless Chromium, driven through its DevTools protocol over a pipe: no port, no driver to install."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from contextlib import ExitStack
from itertools import count
from types import TracebackType
from typing import Any, Self

PROGRAM = shutil.which("chromium")
_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage --remote-debugging-pipe"
).split()


class Page:
    """One empty page in a browser of its own, with a profile that goes with it."""

    def __enter__(self) -> Self:
        assert PROGRAM is not None
        with ExitStack() as stack:
            profile = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
            self._start(stack, [PROGRAM, *_FLAGS, f"--user-data-dir={profile}", "about:blank"])
            self._numbers = count(1)
            self._session: str | None = None
            target = self.call("Target.getTargets")["targetInfos"][0]["targetId"]
            self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _start(self, stack: ExitStack, command: list[str]) -> None:
        (commands, self_out), (self_in, answers) = os.pipe(), os.pipe()
        self._out = stack.enter_context(open(self_out, "wb", buffering=0))
        self._in = stack.enter_context(open(self_in, "rb"))
        # Chromium reads commands from descriptor 3 and answers on 4.
        process = subprocess.Popen(
            ["sh", "-c", f'exec "$@" 3<&{commands} 4>&{answers}', "sh", *command],
            pass_fds=(commands, answers),
            stderr=subprocess.DEVNULL,
        )
        os.close(commands)
        os.close(answers)
        stack.callback(_stop, process)

    def call(self, method: str, **params: object) -> dict[str, Any]:
        """Send one command of the protocol and give its result; RuntimeError when it fails."""
        number = next(self._numbers)
        message: dict[str, object] = {"id": number, "method": method, "params": params}
        if self._session is not None:
            message["sessionId"] = self._session
        self._out.write(json.dumps(message).encode() + b"\0")
        while (answer := self._read()).get("id") != number:
            pass  # events
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def _read(self) -> dict[str, Any]:
        data = bytearray()
        while (byte := self._in.read(1)) != b"\0":
            if not byte:
                raise RuntimeError("Chromium has ended")
            data += byte
        answer: dict[str, Any] = json.loads(data)
        return answer

    def run(self, script: str) -> Any:
        """Run JavaScript in the page, wait for what it promises, and give its value."""
        result = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, timeout=10_000
        )
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"].get("description"))
        return result["result"].get("value")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(timeout=10)

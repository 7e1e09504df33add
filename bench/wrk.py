"""Runs wrk, and reads what it prints."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass

from bench.work import Work

CONNECTIONS = 16


@dataclass(frozen=True)
class Load:
    """What wrk measured: requests a second, the 99th percentile in ms, and what it says of errors."""

    rate: float
    slowest: float
    errors: str | None


def needed() -> str:
    """Find wrk; the message that ends the program says how to install it."""
    return shutil.which("wrk") or sys.exit(
        "wrk is missing: install your system's package (apt-get install wrk)"
    )


def load(port: int, work: Work, seconds: int, *, connections: int = CONNECTIONS, close: bool = False) -> Load:
    """Ask one request over and over for some seconds, on kept or on new connections."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_script(work, close=close))
        script.flush()
        # One thread asks faster than any server here answers, and leaves the cores to them.
        command = [needed(), "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", script.name]
        url = f"http://127.0.0.1:{port}{work.target}"
        done = subprocess.run([*command, url], capture_output=True, text=True, timeout=seconds + 60)
    return read(done.stdout + done.stderr, work)


def _script(work: Work, *, close: bool) -> str:
    headers = [*work.headers, *([("Connection", "close")] if close else [])]
    lines = [f"wrk.method = {_lua(work.method)}"]
    lines += [f"wrk.headers[ {_lua(name)} ] = {_lua(value)}" for name, value in headers]
    if work.body:
        lines.append(f"wrk.body = {_lua(work.body.decode())}")
    return "\n".join(lines) + "\n"


def _lua(text: str) -> str:
    return f"[==[{text}]==]"


_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


def read(text: str, work: Work) -> Load:
    """Read wrk's output."""
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    if rate is None or ".lua:" in text:
        raise RuntimeError(f"wrk failed: {text}")
    slowest = re.search(r"99%\s+([\d.]+)(us|ms|s|m)\b", text)
    errors = re.findall(r"Socket errors:.*|Non-2xx.*", text)
    if work.status != 200:
        errors = [line for line in errors if not line.startswith("Non-2xx")]
    return Load(
        float(rate[1]),
        float(slowest[1]) * _UNITS[slowest[2]] if slowest else 0.0,
        "; ".join(errors) or None,
    )

"""Measure the time from saving a route file to the first answer of the new code: ours, and that of Next.js.

    python bench/edit_to_answer.py [--edits 30] [--next folder-with-node_modules/next]

A project is written to a temporary folder, its development server started on 127.0.0.1, and one file of it
edited again and again. Each edit is followed by requests on new connections, one after the other, until the
new answer is there. Three projects are measured: one route; 300 routes and 100 modules of which one route is
edited; the same with one of the modules edited, which every route and through it all modules depend on.
"""

from __future__ import annotations

import argparse
import http.client
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0

PYTHON = {
    "route": 'def handler(req, res):\n    res.json({{"edit": {edit}}})\n',
    "sharing": (
        "from lib.m0 import EDIT\n\n\n"
        'def handler(req, res):\n    res.json({{"edit": EDIT, "route": {edit}}})\n'
    ),
    "module": "EDIT = {edit}\n\n\ndef double(value):\n    return value * 2\n",
    "importing": "from lib import {all}\n\nEDIT = {edit}\n",
    "ending": "py",
}
JAVASCRIPT = {
    "route": "export default function handler(req, res) {{\n  res.json({{ edit: {edit} }});\n}}\n",
    "sharing": (
        'import {{ EDIT }} from "../../lib/m0";\n\n'
        "export default function handler(req, res) {{\n  res.json({{ edit: EDIT, route: {edit} }});\n}}\n"
    ),
    "module": "export const EDIT = {edit};\n\nexport function double(value) {{\n  return value * 2;\n}}\n",
    "importing": "{all}\nexport const EDIT = {edit};\n",
    "ending": "js",
}
ROUTES, MODULES = 300, 100

Language = dict[str, str]


# --- projects ---------------------------------------------------------------------------------------------


def one_route(folder: Path, language: Language) -> tuple[Path, str]:
    """Write a project of one route; the file to edit and its template."""
    return _write(folder, "pages/api/r0", language, "route"), "route"


def many_routes(folder: Path, language: Language) -> tuple[Path, str]:
    """Write 300 routes that share 100 modules; the file to edit is one of the routes."""
    shared_module(folder, language)
    return _write(folder, "pages/api/r0", language, "route"), "route"


def shared_module(folder: Path, language: Language) -> tuple[Path, str]:
    """Write 300 routes that share 100 modules; the file to edit is a module that all import."""
    for number in range(ROUTES):
        _write(folder, f"pages/api/r{number}", language, "sharing")
    for number in range(1, MODULES):
        _write(folder, f"lib/m{number}", language, "module")
    return _write(folder, "lib/m0", language, "importing"), "importing"


def _write(folder: Path, name: str, language: Language, template: str) -> Path:
    file = folder / f"{name}.{language['ending']}"
    file.parent.mkdir(parents=True, exist_ok=True)
    save(file, language, template, 0)
    return file


def save(file: Path, language: Language, template: str, edit: int) -> None:
    """Write one edit of a file, as an editor does that keeps the file."""
    names = range(1, MODULES)
    if language is PYTHON:
        every = ", ".join(f"m{number}" for number in names)
    else:
        every = "\n".join(
            f'import * as m{number} from "./m{number}"; m{number}.double(1);' for number in names
        )
    file.write_text(language[template].format(edit=edit, all=every))


# --- servers ----------------------------------------------------------------------------------------------


def nextwsgi_command(port: int) -> list[str]:
    """Run our development server."""
    return [sys.executable, "-m", "nextwsgi", "dev", "--port", str(port)]


def next_command(port: int) -> list[str]:
    """Run that of Next.js."""
    return ["node", "node_modules/next/dist/bin/next", "dev", "-H", "127.0.0.1", "-p", str(port)]


@contextmanager
def serving(command: Callable[[int], list[str]], folder: Path) -> Iterator[int]:
    """Run a server in a folder until the end of the block; its port."""
    port = _free_port()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NEXT_TELEMETRY_DISABLED": "1"}
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            command(port), cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield port
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


# --- measuring --------------------------------------------------------------------------------------------


def wait_for(port: int, edit: int) -> None:
    """Ask until the answer is that of an edit."""
    wanted = f'"edit":{edit}'.encode()
    deadline = time.monotonic() + PATIENCE
    while wanted not in _ask(port):
        if time.monotonic() > deadline:
            raise TimeoutError(f"edit {edit} was never answered")


def _ask(port: int) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", "/api/r0")
        answer = connection.getresponse()
        return answer.read() if answer.status == 200 else b""
    except ConnectionError:  # it does not listen yet
        return b""
    finally:
        connection.close()


def measure(port: int, file: Path, language: Language, template: str, edits: int) -> list[float]:
    """Edit a file again and again; the milliseconds from saving to the new answer."""
    wait_for(port, 0)
    times = []
    for edit in range(1, edits + 1):
        time.sleep(0.3)  # nobody types faster, and a watcher must not still be busy with the last edit
        start = time.perf_counter()
        save(file, language, template, edit)
        wait_for(port, edit)
        times.append((time.perf_counter() - start) * 1000)
    return times


def report(name: str, times: list[float]) -> None:
    """Print one line of figures."""
    print(
        f"{name:<44} median {statistics.median(times):7.1f} ms   "
        f"fastest {min(times):7.1f}   slowest {max(times):7.1f}   n = {len(times)}",
        flush=True,
    )


def main() -> None:
    """Measure each server with each project."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--edits", type=int, default=30)
    parser.add_argument(
        "--next", type=Path, help="a folder whose node_modules holds next, react and react-dom"
    )
    chosen = parser.parse_args()
    servers = [("nextwsgi dev", nextwsgi_command, PYTHON)]
    if chosen.next:
        servers.append(("next dev", next_command, JAVASCRIPT))
    for name, command, language in servers:
        for project in (one_route, many_routes, shared_module):
            with tempfile.TemporaryDirectory() as text:
                folder = Path(text)
                if language is JAVASCRIPT:
                    copy_next(chosen.next, folder)
                file, template = project(folder, language)
                with serving(command, folder) as port:
                    times = measure(port, file, language, template, chosen.edits)
            report(f"{name}, {project.__name__.replace('_', ' ')}", times)


def copy_next(source: Path, folder: Path) -> None:
    """Copy an installed Next.js: its compiler follows no link that leaves the project."""
    shutil.copytree(source / "node_modules", folder / "node_modules", symlinks=True)
    (folder / "package.json").write_text('{"private": true}')


if __name__ == "__main__":
    main()

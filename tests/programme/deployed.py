"""The nginx that deploy/nginx.conf describes, on free ports and in a temporary folder."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
PATIENCE = 20.0
CONFIG = Path(__file__).parents[2] / "deploy" / "nginx.conf"

missing = PROGRAM is None and not os.environ.get("CI")
MISSING = "there is no nginx (apt-get install nginx); with CI set this would fail"


def adapted(folder: Path, port: int, behind: int) -> str:
    """Give the shipped text with other places in it; AssertionError where it has not each of them."""
    text = CONFIG.read_text()
    for old, times, new in (
        ("listen 80 default_server;", 1, f"listen 127.0.0.1:{port};"),
        ("listen [::]:80 default_server;", 1, ""),
        ("server 127.0.0.1:8000 max_fails=0;", 2, f"server 127.0.0.1:{behind} max_fails=0;"),
        ("/var/log/nginx/access.log", 1, f"{folder}/access.log"),
        ("http {\n", 1, f"http {{\n{_temporary(folder)}"),
    ):
        assert text.count(old) == times, (old, text.count(old))
        text = text.replace(old, new)
    # Started by root, its workers would be another user's, who may not enter a test's folder.
    user = "" if os.getuid() else "user root;\n"
    return f"daemon off;\n{user}pid {folder}/pid;\nerror_log {folder}/error.log;\n{text}"


def _temporary(folder: Path) -> str:
    kinds = {"client_body": "body", "proxy": "proxy", "fastcgi": "fastcgi", "uwsgi": "uwsgi", "scgi": "scgi"}
    return "".join(f"    {kind}_temp_path {folder}/{name};\n" for kind, name in kinds.items())


def command(folder: Path) -> list[str]:
    """Give the command that runs the configuration of a folder."""
    if PROGRAM is None:
        raise FileNotFoundError("there is no nginx: apt-get install nginx")
    return [PROGRAM, "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(folder / "nginx.conf")]


@contextmanager
def nginx(folder: Path, behind: int) -> Iterator[int]:
    """Run the shipped configuration before the port ``behind``; its own port."""
    folder.mkdir(exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    (folder / "nginx.conf").write_text(adapted(folder, port, behind))
    process = subprocess.Popen(command(folder))
    try:
        deadline = time.monotonic() + PATIENCE
        while not _listens(port):
            assert process.poll() is None, (folder / "error.log").read_text()
            assert time.monotonic() < deadline, "nginx does not listen"
            time.sleep(0.01)
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

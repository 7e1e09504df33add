"""An nginx of the tests' own, in front of a server."""

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

missing = PROGRAM is None and not os.environ.get("CI")
MISSING = "there is no nginx (apt-get install nginx); with CI set this would fail"

CONFIG = """
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        gzip on;
        gzip_proxied any;
        gzip_min_length 1;
        {settings}
        location / {{ proxy_pass http://127.0.0.1:{behind}; }}
    }}
}}
"""


@contextmanager
def running(folder: Path, behind: int, settings: str = "") -> Iterator[int]:
    """Run one with gzip on, and nothing said about streams, before the port ``behind``; its own port."""
    port = free_port()
    config = CONFIG.format(folder=folder, port=port, behind=behind, settings=settings)
    with serving(folder, config, port):
        yield port


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def command(folder: Path) -> list[str]:
    """Give the command that runs the configuration of a folder."""
    if PROGRAM is None:
        raise FileNotFoundError("there is no nginx: apt-get install nginx")
    return [PROGRAM, "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(folder / "nginx.conf")]


@contextmanager
def serving(folder: Path, config: str, port: int) -> Iterator[None]:
    """Run one with a configuration that has it listen on a port."""
    (folder / "nginx.conf").write_text(config)
    process = subprocess.Popen(command(folder))
    try:
        deadline = time.monotonic() + PATIENCE
        while not _listens(port):
            assert process.poll() is None, (folder / "error.log").read_text()
            assert time.monotonic() < deadline, "nginx does not listen"
            time.sleep(0.01)
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

"""The nginx that deploy/nginx.conf describes, on free ports and in a temporary folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.demo.nginx import free_port, serving

CONFIG = Path(__file__).parents[2] / "deploy" / "nginx.conf"


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


@contextmanager
def nginx(folder: Path, behind: int) -> Iterator[int]:
    """Run the shipped configuration before the port ``behind``; its own port."""
    port = free_port()
    with serving(folder, adapted(folder, port, behind), port):
        yield port

"""A Sentry on this machine: it keeps the envelopes it is sent."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATIENCE = 10.0


class SentryServer(ThreadingHTTPServer):
    """Takes envelopes, after ``delay`` seconds."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.delay = 0.0
        self.envelopes: list[bytes] = []

    @property
    def dsn(self) -> str:
        return f"http://public@127.0.0.1:{self.server_port}/1"

    def events(self, count: int) -> list[dict[str, Any]]:
        """Wait for so many events, and a moment for one more; what they say."""
        deadline = time.monotonic() + PATIENCE
        while len(self.envelopes) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.1)
        return [event for envelope in self.envelopes for event in _events(envelope)]


def _events(envelope: bytes) -> Iterator[dict[str, Any]]:
    lines = envelope.split(b"\n")[1:]
    for head, item in zip(lines[::2], lines[1::2], strict=False):
        assert json.loads(head)["type"] == "event", head
        yield json.loads(item)


class _Handler(BaseHTTPRequestHandler):
    server: SentryServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(self.server.delay)
        self.server.envelopes.append(
            gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body
        )
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def running() -> Iterator[SentryServer]:
    with SentryServer() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()

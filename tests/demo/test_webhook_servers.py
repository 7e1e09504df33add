"""A signature is over the bytes of a body: they are the same on every server, whole or in chunks."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo.conftest import ROOT
from tests.demo.serving import PATIENCE, SETTINGS
from tests.demo.signing import (
    STANDARD_SECRET,
    STRIPE_SECRET,
    deliver,
    event,
    payment,
    standard_headers,
    stripe_headers,
)

STRIPE, STANDARD = "/api/webhooks/stripe", "/api/webhooks/standard"

GUNICORN = ["gunicorn", "--workers", "1", "--bind", "127.0.0.1:{port}", "wsgi:app", "--worker-class"]
SERVERS = {
    "gunicorn-sync": [*GUNICORN, "sync", "--threads", "1"],
    "gunicorn-gthread": [*GUNICORN, "gthread", "--threads", "4"],
    "waitress": ["waitress", "--listen=127.0.0.1:{port}", "wsgi:app"],
    "granian": [
        *("nextwsgi", "start", "--server", "granian", "-H", "127.0.0.1", "-p", "{port}"),
        *("--", "--workers", "1"),
    ],
    "development": ["nextwsgi", "dev", "--port", "{port}"],
}


@pytest.fixture(scope="module", params=SERVERS)
def port(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Run the demo on each server; its port."""
    folder = tmp_path_factory.mktemp(request.param)
    port = _free_port()
    command = [sys.executable, "-m", *(part.format(port=port) for part in SERVERS[request.param])]
    settings = {
        "DATABASE_URL": f"sqlite:///{folder}/demo.db",
        "STRIPE_WEBHOOK_SECRET": STRIPE_SECRET,
        "WEBHOOK_SECRET": STANDARD_SECRET,
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **SETTINGS, **settings}, stdout=log, stderr=log
        )
    try:
        _wait(process, port, folder / "log")
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            deliver(port, STRIPE, b"", {})
            return
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)


CHUNKED = pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunks"])


@CHUNKED
def test_what_is_signed_is_taken_and_one_byte_more_or_other_is_not(port: int, chunked: bool) -> None:
    body = payment(note="x" * 100_000 if not chunked else "x" * 1000)
    headers = stripe_headers(body)
    assert deliver(port, STRIPE, body, headers, chunked=chunked) == (200, '{"received":true}')
    for other in (body + b"\n", body[:-1], body.replace(b"Caf\xc3\xa9", b"Cafe\xcc\x81")):
        status, text = deliver(port, STRIPE, other, headers, chunked=chunked)
        assert (status, text[:15]) == (400, "Webhook Error: ")


@CHUNKED
def test_standard_webhooks_are_taken(port: int, chunked: bool) -> None:
    body = event(name="Caf\xe9 ☕")
    headers = standard_headers(body)
    assert deliver(port, STANDARD, body, headers, chunked=chunked) == (200, '{"received":true}')
    assert deliver(port, STANDARD, body + b" ", headers, chunked=chunked)[0] == 400


@CHUNKED
def test_a_body_over_the_limit_is_413(port: int, chunked: bool) -> None:
    body = b"x" * (1024 * 1024 + 1)
    size = 64 * 1024 if chunked else 7
    status, text = deliver(port, STRIPE, body, stripe_headers(body), chunked=chunked, size=size)
    assert (status, text) == (413, '{"error":"Body exceeded 1mb limit"}')

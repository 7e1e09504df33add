"""A service that the demo calls, which does to each request what a test wants."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import parse_qsl, urlsplit

Act = Callable[[socket.socket], None]


class Upstream:
    """A server on a free port; ``acts`` are done to the requests in turn, the last one to all others."""

    def __init__(self, listener: socket.socket) -> None:
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.acts: list[Act] = []
        self.requests: list[bytes] = []
        self.connections = 0
        self.ended = threading.Event()
        self._listener = listener

    def run(self) -> None:
        with suppress(OSError):  # the test is over
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(client,)).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            client.settimeout(20)
            while request := _request(client):
                self.requests.append(request)
                self.acts[min(len(self.requests), len(self.acts)) - 1](client)

    @property
    def queries(self) -> list[dict[str, str]]:
        """The parameters of each request."""
        targets = [request.split(b" ", 2)[1].decode() for request in self.requests]
        return [dict(parse_qsl(urlsplit(target).query, keep_blank_values=True)) for target in targets]


@contextmanager
def running() -> Iterator[Upstream]:
    """Run one until the test is over."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        upstream = Upstream(listener)
        thread = threading.Thread(target=upstream.run)
        thread.start()
        try:
            yield upstream
        finally:
            upstream.ended.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _request(client: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got:
        if not (piece := client.recv(65536)):
            return b""
        got += piece
    head, _, body = got.partition(b"\r\n\r\n")
    length = next(
        (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    while len(body) < length:
        body += client.recv(65536)
    return head + b"\r\n\r\n" + body


# --- What it may do ---------------------------------------------------------------------------------------


def answer(status: str, body: bytes, content_type: str = "application/json", *headers: str) -> Act:
    """Answer in full, and go on with the connection."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", f"Content-Type: {content_type}", *headers]
    return raw("\r\n".join([*lines, "", ""]).encode() + body)


def reply(value: object, status: str = "200 OK") -> Act:
    """Answer with JSON."""
    return answer(status, json.dumps(value).encode(), "application/json; charset=utf-8")


def raw(content: bytes) -> Act:
    """Send bytes."""
    return lambda client: client.sendall(content)


def closing(content: bytes = b"") -> Act:
    """Send bytes and close the connection."""

    def act(client: socket.socket) -> None:
        client.sendall(content)
        client.shutdown(socket.SHUT_RDWR)

    return act


def silent(server: Upstream) -> Act:
    """Answer nothing, as long as the test goes on."""

    def act(_: socket.socket) -> None:
        server.ended.wait(20)

    return act

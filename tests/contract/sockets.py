"""WebSockets for tests: a server in this process, and a client that can send anything."""

from __future__ import annotations

import base64
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from nextwsgi import NextWSGI
from nextwsgi.dev.server import listen, make

PATIENCE = 20.0
KEY = base64.b64encode(b"0123456789abcdef").decode()
ASKING = {
    "Host": "localhost",
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Version": "13",
}

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


@contextmanager
def serving(app: NextWSGI) -> Iterator[int]:
    """Serve an application as ``nextwsgi dev`` does, in threads of this process; its port."""
    server = make(app, listen("127.0.0.1", 0))  # type: ignore[arg-type]  # any application will do
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join(PATIENCE)
        server.server_close()


def until(condition: Callable[[], object]) -> None:
    """Wait for what happens in another thread."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.002)


def frame(opcode: int, payload: bytes = b"", *, last: bool = True, length: int | None = None) -> bytes:
    """Give the bytes of a client's frame; ``length`` is one that lies."""
    size = len(payload) if length is None else length
    if size < 126:
        head = struct.pack("!BB", opcode | 128 * last, 128 | size)
    elif size < 65536:
        head = struct.pack("!BBH", opcode | 128 * last, 128 | 126, size)
    else:
        head = struct.pack("!BBQ", opcode | 128 * last, 128 | 127, size)
    return head + b"\0\0\0\0" + payload  # a mask of zeros leaves the payload as it is


def close_frame(code: int, reason: str = "") -> bytes:
    return frame(CLOSE, struct.pack("!H", code) + reason.encode())


@dataclass
class Raw:
    """A connection on which anything can be sent."""

    socket: socket.socket
    head: bytes

    @property
    def status(self) -> int:
        return int(self.head.split(None, 2)[1])

    def header(self, name: str) -> list[str]:
        """Give the values of the header lines of that name."""
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        pairs = [line.partition(": ") for line in lines]
        return [value for key, _, value in pairs if key.lower() == name.lower()]

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def read(self) -> tuple[int, bytes]:
        """Give the opcode and the payload of the next frame; EOFError where the connection ends."""
        first, size = self._exactly(2)
        if size == 126:
            (size,) = struct.unpack("!H", self._exactly(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self._exactly(8))
        return first & 15, self._exactly(size)

    def ending(self) -> tuple[int, str]:
        """Read up to the end, and give the code and the reason that the server closed with."""
        while (got := self.read())[0] != CLOSE:
            pass
        assert self.rest() == b"", "nothing may follow"
        return struct.unpack("!H", got[1][:2])[0], got[1][2:].decode()

    def rest(self) -> bytes:
        """Read all that comes before the connection ends."""
        pieces = []
        while piece := self.socket.recv(65536):
            pieces.append(piece)
        return b"".join(pieces)

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            piece = self.socket.recv(size - len(data))
            if not piece:
                raise EOFError(data)
            data += piece
        return data

    def vanish(self) -> None:
        """Be gone without a word: reset the connection."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


@contextmanager
def connected(
    port: int,
    path: str = "/api/x",
    headers: Mapping[str, str | None] | None = None,
    *,
    line: str = "GET {} HTTP/1.1",
) -> Iterator[Raw]:
    """Ask for a WebSocket and read the head of the answer; a header of None is left out."""
    lines: dict[str, Any] = {**ASKING, **(headers or {})}
    text = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value is not None)
    with closing(socket.create_connection(("127.0.0.1", port), PATIENCE)) as client:
        client.sendall(f"{line.format(path)}\r\n{text}\r\n".encode("latin-1"))
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = client.recv(1)
            assert byte, head
            head += byte
        yield Raw(client, head)


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))

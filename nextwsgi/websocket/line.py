"""A client's socket, as simple-websocket is given it."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

PIECE = 64 * 1024

# What a client has to take one message, in seconds: one that reads nothing must not hold a thread for ever.
SEND_SECONDS = 30.0

# What a client has to take the end and to close its side, in seconds. A socket that is closed while bytes of
# its client are unread takes back what is still on its way to it: the reason of the end among it.
PARTING_SECONDS = 1.0


class Line:
    """Sends whole, in bounded time and from any thread; reads when there is room for what comes."""

    def __init__(self, sock: socket.socket, wait_for_room: Callable[[], None]) -> None:
        self._sock = sock
        self._wait_for_room = wait_for_room
        self._sending = threading.Lock()

    def begin(self) -> None:
        """Have sends end in time."""
        self._sock.settimeout(SEND_SECONDS)

    def fileno(self) -> int:
        """Give the descriptor to wait on."""
        return self._sock.fileno()

    def recv(self, size: int) -> bytes:
        """Read what has come, once there is room for it."""
        self._wait_for_room()
        return self._sock.recv(size)

    def send(self, data: bytes) -> None:
        """Send all of ``data``; OSError where the client does not take it in time, and for all after that."""
        with self._sending:
            try:
                self._sock.sendall(data)
            except OSError:
                self.cut()  # a part of a frame may have been sent: what follows could not be read
                raise

    def is_free(self) -> bool:
        """Tell whether the client takes what it is sent: whether a few bytes could be sent at once."""
        with suppress(OSError, ValueError):
            return bool(select.select([], [self._sock], [], 0)[1])
        return False

    def cut(self) -> None:
        """Have all that reads and sends end at once."""
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Leave the socket open: simple-websocket calls this while others still use it."""

    def hang_up(self, reader: threading.Thread) -> None:
        """Close the socket, once the client has closed its side or had time to."""
        deadline = time.monotonic() + PARTING_SECONDS
        # It answers a client that closed, and reads the answer of one that was told to.
        reader.join(PARTING_SECONDS)
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_WR)
            while (left := deadline - time.monotonic()) > 0:
                self._sock.settimeout(left)
                if not self._sock.recv(PIECE):
                    break
        self.cut()
        reader.join(PARTING_SECONDS)
        # gunicorn would wait for the client in its main thread, which accepts all others meanwhile.
        self._sock.close()

"""A client's socket, as simple-websocket is given it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

PIECE = 64 * 1024

# What a client has to take the end and to close its side, in seconds. A socket that is closed while bytes of
# its client are unread takes back what is still on its way to it: the reason of the end among it.
PARTING_SECONDS = 1.0


class Line:
    """Sends whole, in bounded time and from any thread; reads when there is room for what comes."""

    def __init__(self, sock: socket.socket, wait_for_room: Callable[[], None]) -> None:
        self._sock = sock
        self._wait_for_room = wait_for_room
        self._sending = threading.Lock()

    def limit(self, seconds: float) -> None:
        """Give the client so long to take what is sent from now on."""
        self._patience = seconds
        with suppress(OSError):  # it has just ended
            self._sock.settimeout(seconds)

    def fileno(self) -> int:
        """Give the descriptor to wait on."""
        return self._sock.fileno()

    def recv(self, size: int) -> bytes:
        """Read what has come, once there is room for it."""
        self._wait_for_room()
        return self._sock.recv(size)

    def send(self, data: bytes) -> None:
        """Send all of ``data``; OSError where the client does not take it in time, and for all after that."""
        if not self._sending.acquire(timeout=self._patience):
            self.cut()
            raise TimeoutError("the client takes nothing")
        try:
            self._sock.sendall(data)
        except OSError:
            self.cut()  # a part of a frame may have been sent: what follows could not be read
            raise
        finally:
            self._sending.release()

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

"""Another origin whose every byte a test decides."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Answer = Callable[[socket.socket], None]


@contextmanager
def origin(answer: Answer) -> Iterator[str]:
    """Serve each connection with ``answer``, in a thread of its own; gives the origin's URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threads: list[threading.Thread] = []

        def serve(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                answer(connection)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection = listener.accept()[0]
                    connection.settimeout(10)
                    threads.append(threading.Thread(target=serve, args=(connection,)))
                    threads[-1].start()

        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join()
            for thread in threads:
                thread.join(15)


def head_of(connection: socket.socket) -> bytes:
    """Read a request's head, and what came with it of its body."""
    got = b""
    while b"\r\n\r\n" not in got:
        piece = connection.recv(65536)
        if not piece:
            break
        got += piece
    return got


def saying(answer: bytes) -> Answer:
    """Answer every request with these bytes, and close."""

    def say(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(answer)

    return say

"""One WebSocket: messages both ways until one side closes."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from simple_websocket import ConnectionClosed as PeerClosed  # type: ignore[import-untyped]
from simple_websocket import Server
from wsproto.utilities import LocalProtocolError

from nextwsgi.errors import ClientDisconnected
from nextwsgi.lasting import lasting
from nextwsgi.outgoing import encode
from nextwsgi.websocket.line import PIECE, Line

log = logging.getLogger("nextwsgi")

Message = str | bytes

# Of a message's bytes, of text its characters.
LONGEST = 1024 * 1024

# What a client has sent and the handler has not received: beyond it no more is read.
UNREAD_MESSAGES = 64
UNREAD_SIZE = LONGEST

# A client that has not answered the last ping when the next is due is gone. Proxies close what says nothing
# for 60 seconds.
PING_SECONDS = 25.0

# What a client has to take one message, in seconds: one that reads nothing must not hold a thread for ever.
SEND_SECONDS = 30.0

# What it has when the worker stops, for a message that is just being sent and for the end, each: one client
# after the other is told.
STOP_SECONDS = 0.1

NORMAL, GOING_AWAY, BROKEN = 1000, 1001, 1011
_OVER = (PeerClosed, LocalProtocolError, OSError)


class ConnectionClosed(ClientDisconnected):
    """The conversation is over, or there is none. A handler need not catch it."""


# RFC 6455, 7.4.1: they are never sent.
_RESERVED = (1004, 1005, 1006, 1015)


class WebSocket:
    """A conversation with one client. It lasts as long as its handler, and holds that one's thread.

    ``send`` and ``close`` may be called from any thread, ``receive`` from one.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._line = Line(sock, self._wait_for_room)
        self._sending = threading.Lock()
        self._room = threading.Condition()
        self._begun = threading.Event()
        self._ended = False

    def begin(self, key: str) -> None:
        """Shake hands with the client that sent ``key``; ConnectionClosed where it is gone.

        It may have offered to compress: some kB of it could be a GB of message.
        """
        environ = {
            "werkzeug.socket": self._line,
            "HTTP_HOST": "localhost",
            "HTTP_CONNECTION": "Upgrade",
            "HTTP_UPGRADE": "websocket",
            "HTTP_SEC_WEBSOCKET_KEY": key,
            "HTTP_SEC_WEBSOCKET_VERSION": "13",
        }
        self._line.limit(SEND_SECONDS)
        try:
            self._peer: Any = Server(
                environ,
                receive_bytes=PIECE,
                ping_interval=PING_SECONDS,
                max_message_size=LONGEST,
                thread_class=self._reader,
            )
        except OSError:
            raise ConnectionClosed("the client left before the WebSocket was open") from None
        self._begun.set()
        if lasting.stopping:
            self.stop()

    # --- for handlers -------------------------------------------------------------------------------------

    @property
    def closed(self) -> bool:
        """Whether one of the sides has closed. Messages that came before can still be received."""
        return not self._peer.connected

    def __iter__(self) -> Iterator[Message]:
        """Give message after message, until one of the sides closes."""
        with suppress(ConnectionClosed):
            while True:
                message = self.receive()
                assert message is not None  # without a timeout
                yield message

    def receive(self, timeout: float | None = None) -> Message | None:
        """Wait for the next message, text or bytes; None where none comes in ``timeout`` seconds.

        ConnectionClosed after the last one.
        """
        try:
            message: Message | None = self._peer.receive(timeout)
        except PeerClosed:
            raise _closed() from None
        with self._room:
            self._room.notify()
        return message

    def send(self, message: Message | bytearray | memoryview) -> None:
        """Send a text or bytes; ConnectionClosed where the client is gone or takes nothing for 30 s."""
        if not isinstance(message, str | bytes | bytearray | memoryview):
            raise TypeError(
                f"ws.send takes str or bytes, not {type(message).__name__}: json.dumps makes text of others"
            )
        data = encode(message).decode() if isinstance(message, str) else bytes(message)
        with self._sending:
            try:
                self._peer.send(data)
            except _OVER:
                raise _closed() from None

    def close(self, code: int = NORMAL, reason: str = "") -> None:
        """Close, with a code (1000 to 4999) and at most 123 bytes of reason. Ignored once it is closed."""
        if type(code) is not int or not NORMAL <= code <= 4999 or code in _RESERVED:
            raise ValueError(f"{code!r} is no code of a WebSocket's end: it is from 1000 to 4999")
        with self._sending:
            self._close(code, reason)

    # --- for the worker -----------------------------------------------------------------------------------

    def stop(self) -> None:
        """Tell the client that the worker stops, or cut it off where it takes nothing just now."""
        if not self._begun.is_set():
            return  # it will see that the worker stops
        self._line.limit(STOP_SECONDS)
        if self._sending.acquire(timeout=STOP_SECONDS):
            try:
                self._close(GOING_AWAY, "the server stops")
            finally:
                self._sending.release()
        else:
            self.cut()

    def cut(self) -> None:
        """End at once."""
        if self._begun.is_set():
            self._line.cut()
            self._wake()

    def end(self, code: int) -> None:
        """Close, and free all that the conversation holds, now that its handler is done."""
        if self._ended:
            return
        self._ended = True
        try:
            if self._begun.is_set():
                self.close(code)
                self._line.hang_up(self._peer.thread)
        finally:
            lasting.leave(self)

    # ------------------------------------------------------------------------------------------------------

    def _close(self, code: int, reason: str) -> None:
        with suppress(*_OVER):
            self._peer.close(code, encode(reason).decode() or None)
        self._wake()

    def _wake(self) -> None:
        """Let those go who wait for this conversation."""
        self._peer.connected = False
        self._peer.event.set()
        with self._room:
            self._room.notify()

    def _reader(self, target: Callable[[], None]) -> threading.Thread:
        """Make the thread in which simple-websocket reads."""

        def read() -> None:
            self._begun.wait()
            try:
                target()
            except Exception:
                log.exception("a WebSocket's reader failed")
            finally:
                self._wake()

        # Daemon: a worker that must end at once does not wait for clients.
        return threading.Thread(target=read, name="nextwsgi-websocket", daemon=True)

    def _wait_for_room(self) -> None:
        """Wait until the handler has received enough of what came: what has no room stays with the client."""
        with self._room:
            self._room.wait_for(lambda: not self._peer.connected or self._has_room())
        # Whoever sends is there. A pong may be waiting behind what has no room.
        self._peer.pong_received = True

    def _has_room(self) -> bool:
        unread = self._peer.input_buffer
        return len(unread) < UNREAD_MESSAGES and sum(map(len, unread)) < UNREAD_SIZE


def _closed() -> ConnectionClosed:
    return ConnectionClosed("the WebSocket is closed")

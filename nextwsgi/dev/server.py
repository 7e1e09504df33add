"""The HTTP server of ``nextwsgi dev``: Werkzeug's, told to keep paths as they came and to say little."""

from __future__ import annotations

import logging
import re
import socket
import time
from contextlib import closing
from typing import Any, BinaryIO
from urllib.parse import unquote_to_bytes

from werkzeug.serving import BaseWSGIServer, DechunkedInput, WSGIRequestHandler, make_server

from nextwsgi.dev.app import Development
from nextwsgi.resolver import escape

log = logging.getLogger("nextwsgi.dev")

TRIES = 10


class Whole:
    """What a client sends, or OSError: Werkzeug makes zeros of what is missing of a chunk."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: int) -> bytes:
        """Give ``size`` bytes."""
        data = self._stream.read(size)
        if len(data) < size:
            raise ConnectionResetError("the client left within a chunk")
        return data

    def readline(self, size: int) -> bytes:
        """Give a line, up to ``size`` bytes of it."""
        return self._stream.readline(size)


class RequestHandler(WSGIRequestHandler):
    """One connection of the development server."""

    def make_environ(self) -> dict[str, Any]:
        """Describe the request, its path decoded to bytes as other servers do."""
        environ = super().make_environ()
        # http.server folds slashes at the beginning, where Next.js redirects.
        target = self.requestline.split()[1]
        environ["RAW_URI"] = environ["REQUEST_URI"] = target
        # Werkzeug turns bytes that are not UTF-8 into replacement characters: the raw path would no longer
        # agree with PATH_INFO, and development would answer what production refuses.
        if target.startswith("/"):
            path = target.partition("#")[0].partition("?")[0]
            environ["PATH_INFO"] = unquote_to_bytes(path.encode("latin-1")).decode("latin-1")
        if environ.get("wsgi.input_terminated"):
            environ["wsgi.input"] = DechunkedInput(Whole(self.rfile))  # type: ignore[arg-type]  # all it uses
        return environ

    def handle_expect_100(self) -> bool:
        """Leave ``100 Continue`` to run_wsgi, which sends it too."""
        return True

    def run_wsgi(self) -> None:
        """Answer one request and say so in one line."""
        lengths, codings = (
            self.headers.get_all(name, []) for name in ("Content-Length", "Transfer-Encoding")
        )
        if not is_framed(lengths, codings):
            self.send_error(400, "Where the body ends cannot be told")
            return
        self._status = "-"
        # Werkzeug would send chunks to a client that speaks HTTP/1.0 and cannot read them.
        self.protocol_version = min(self.request_version, "HTTP/1.1")
        start = time.perf_counter()
        try:
            super().run_wsgi()
        except Exception:
            self.close_connection = True
            log.exception("%s %s: the server failed", self.command, escape(self.path))
        took = (time.perf_counter() - start) * 1000
        log.info("%s %s %s in %.0f ms", self.command, escape(self.path.partition("?")[0]), self._status, took)

    def connection_dropped(
        self,
        error: BaseException,  # noqa: ARG002
        environ: dict[str, Any] | None = None,
    ) -> None:
        """Let no request follow on a connection that is cut, or that was a WebSocket."""
        self.close_connection = True
        self._status = (environ or {}).get("nextwsgi.status", self._status)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:  # noqa: ARG002
        """Note the status for the line that run_wsgi writes."""
        self._status = str(code)

    def log_error(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Log what is wrong with a request line."""
        log.info("%s: %s", self.address_string(), escape(format % args))


def is_framed(lengths: list[str], codings: list[str]) -> bool:
    """Tell whether a request says in one way where its body ends (RFC 9112, 6.3)."""
    if codings:
        return not lengths and [coding.strip().lower() for coding in codings] == ["chunked"]
    return len(lengths) < 2 and all(re.fullmatch("[0-9]{1,18}", length.strip(" \t")) for length in lengths)


def listen(hostname: str, port: int) -> socket.socket:
    """Open the socket to listen on; OSError says why it cannot be."""
    family, _, _, _, address = socket.getaddrinfo(hostname, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def make(app: Development, listener: socket.socket) -> BaseWSGIServer:
    """Make a server of threads on an open socket."""
    host, port = listener.getsockname()[:2]
    with closing(listener):
        return make_server(
            host,
            port,
            app,
            threaded=True,
            request_handler=RequestHandler,
            passthrough_errors=True,
            fd=listener.fileno(),
        )

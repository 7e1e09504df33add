"""The other origin that rewrites lead to: it says what it was asked."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = "UPSTREAM_PORT"

# These say through which server, or from where, a request came.
_ON_THE_WAY = ("host", "connection", "accept-encoding", "transfer-encoding", "content-length", "via")


@contextmanager
def upstream() -> Iterator[None]:
    """Serve on a free port of 127.0.0.1, which the environment names to the servers started meanwhile."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    os.environ[PORT] = str(server.server_address[1])
    try:
        yield
    finally:
        del os.environ[PORT]
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "upstream", ""

    def answer(self) -> None:
        """Answer by the last part of the path: a status, in pieces, a redirect, or what was asked."""
        said = self._said()
        part = self.path.partition("?")[0].rpartition("/")[2]
        if part.isdigit():
            self._send(int(part), b"" if part in ("204", "304") else b"status")
        elif part == "pieces":
            self._send_pieces([b"one ", b"two ", b"three"])
        elif part == "moved":
            self._send(302, b"moved", [("Location", "/elsewhere?a=1")])
        elif part == "lines":
            self._send(
                200, b"", [("Set-Cookie", "u=1"), ("Set-Cookie", "v=2; Path=/"), ("X-Word", "\xe9t\xe9")]
            )
        elif part == "squeezed":
            self._send(
                200, b"\x1f\x8bnot really", [("Content-Encoding", "gzip"), ("Content-Type", "text/plain")]
            )
        else:
            self._send(200, said, [("Content-Type", "application/json"), ("X-Own", "upstream")])

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_PATCH = answer  # noqa: N815

    def _said(self) -> bytes:
        lines = sorted((name.lower(), value) for name, value in self.headers.items())
        kept = [
            line for line in lines if line[0] not in _ON_THE_WAY and not line[0].startswith("x-forwarded-")
        ]
        body = self._body().decode("latin-1")
        return json.dumps({"method": self.command, "url": self.path, "headers": kept, "body": body}).encode()

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _send(self, status: int, body: bytes, lines: list[tuple[str, str]] | None = None) -> None:
        self._begin(status)
        for name, value in lines or []:
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _send_pieces(self, pieces: list[bytes]) -> None:
        self._begin(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in pieces if self.command != "HEAD" else []:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            self.wfile.flush()
        if self.command != "HEAD":
            self.wfile.write(b"0\r\n\r\n")

    def _begin(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Connection", "close")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Say nothing."""

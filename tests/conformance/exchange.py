"""One HTTP exchange on a raw socket: the bytes of a request, and the answer as it came over the wire."""

import contextlib
import socket
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

Headers = Mapping[str, str] | Sequence[tuple[str, str]]
TIMEOUT = 10.0
PIECE = 65536


@dataclass(frozen=True)
class Exchange:
    """One request under the name that says what is asked.

    Where `after` is set, that exchange is asked first, and `<etag>` and `<cookies>` in `raw` stand for the
    ETag and for the cookies (`a=1; b=2`) of its answer. `site` names a site of `places.SITES`.
    """

    name: str
    raw: bytes
    after: "Exchange | None" = None
    timeout: float = TIMEOUT
    site: str = "pages"

    @property
    def method(self) -> str:
        """Return the method of the request line."""
        return self.raw.split(b" ", 1)[0].decode("latin-1")


@dataclass(frozen=True)
class Answer:
    """One answer: header text as latin-1, the body without its chunk framing.

    `framing` says how the end of the body was told: "length", "chunked", "close" or "none" (no body allowed).
    `complete` is False when the connection ended before that end; `extra` holds bytes that came after it.
    """

    status: int
    reason: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    complete: bool = True
    framing: str = "none"
    extra: bytes = b""

    def values(self, name: str) -> list[str]:
        """Return the values of the header lines of that name, in any case."""
        return [value for key, value in self.headers if key.lower() == name.lower()]


NOTHING = Answer(0, "", complete=False)


# Requests. Text goes out as latin-1 in the request line and headers ("\xff" is one byte), as UTF-8 in bodies.


def request(
    name: str,
    method: str,
    target: str,
    headers: Headers = (),
    body: bytes | str = b"",
    *,
    version: str = "HTTP/1.1",
    after: Exchange | None = None,
) -> Exchange:
    """Build a request; Host, `Connection: close` and the length of a body are added unless given."""
    data = body.encode() if isinstance(body, str) else body
    lines = _with_defaults(headers)
    if data and not _has(lines, "content-length") and not _has(lines, "transfer-encoding"):
        lines.append(("Content-Length", str(len(data))))
    head = [f"{method} {target} {version}", *(f"{key}: {value}" for key, value in lines), "", ""]
    return Exchange(name, "\r\n".join(head).encode("latin-1") + data, after)


def get(name: str, target: str, headers: Headers = (), *, after: Exchange | None = None) -> Exchange:
    """Build a GET."""
    return request(name, "GET", target, headers, after=after)


def head(name: str, target: str, headers: Headers = (), *, after: Exchange | None = None) -> Exchange:
    """Build a HEAD."""
    return request(name, "HEAD", target, headers, after=after)


def post(
    name: str, target: str, body: bytes | str = b"", content_type: str | None = None, headers: Headers = ()
) -> Exchange:
    """Build a POST with a Content-Length, also for an empty body."""
    data = body.encode() if isinstance(body, str) else body
    lines = [*_pairs(headers), ("Content-Length", str(len(data)))]
    return request(name, "POST", target, _typed(lines, content_type), data)


def chunked(
    name: str, target: str, pieces: Iterable[bytes], content_type: str | None = None, headers: Headers = ()
) -> Exchange:
    """Build a POST whose body is sent chunked, one chunk per piece."""
    data = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces if piece) + b"0\r\n\r\n"
    lines = [*_pairs(headers), ("Transfer-Encoding", "chunked")]
    return request(name, "POST", target, _typed(lines, content_type), data)


def at(site: str, exchanges: list[Exchange]) -> list[Exchange]:
    """Have exchanges asked of a site of `places.SITES`."""
    return [replace(exchange, site=site) for exchange in exchanges]


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    return list(headers.items()) if isinstance(headers, Mapping) else list(headers)


def _has(lines: list[tuple[str, str]], name: str) -> bool:
    return any(key.lower() == name for key, _ in lines)


def _typed(lines: list[tuple[str, str]], content_type: str | None) -> list[tuple[str, str]]:
    return lines if content_type is None else [("Content-Type", content_type), *lines]


def _with_defaults(headers: Headers) -> list[tuple[str, str]]:
    lines = _pairs(headers)
    # No port in Host: the servers listen on ports of their own, and an echoed Host must not differ.
    defaults = [("Host", "localhost"), ("Connection", "close")]
    return [line for line in defaults if not _has(lines, line[0].lower())] + lines


# The client. It reads while it is still sending: a server may refuse a body before it has read all of it.


def ask(port: int, exchange: Exchange) -> Answer:
    """Send the exchange to 127.0.0.1 on a connection of its own and return what came back."""
    raw = exchange.raw if exchange.after is None else _filled(exchange.raw, ask(port, exchange.after))
    with socket.create_connection(("127.0.0.1", port), exchange.timeout) as connection:
        sender = threading.Thread(target=_send, args=(connection, raw), daemon=True)
        sender.start()
        answer = _read(_Incoming(connection), exchange.method)
        _hang_up(connection)
        sender.join()
    return answer


def _filled(raw: bytes, before: Answer) -> bytes:
    etag = "".join(before.values("etag"))
    cookies = "; ".join(value.split(";")[0] for value in before.values("set-cookie"))
    return raw.replace(b"<etag>", etag.encode("latin-1")).replace(b"<cookies>", cookies.encode("latin-1"))


def _send(connection: socket.socket, raw: bytes) -> None:
    # A server that answered may have closed without reading to the end; its answer is what counts.
    with contextlib.suppress(OSError):
        connection.sendall(raw)


def _hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # The server may have closed already.
        connection.shutdown(socket.SHUT_RDWR)


class _Incoming:
    """The bytes that arrive; a silent, closed or reset connection is the end of them."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.buffer = bytearray()

    def more(self) -> bool:
        """Wait for a piece; return False when there will be none."""
        try:
            piece = self.connection.recv(PIECE)
        except OSError:
            return False
        self.buffer += piece
        return bool(piece)

    def take(self, size: int) -> bytes:
        """Return that many bytes, fewer only at the end."""
        while len(self.buffer) < size and self.more():
            pass
        taken = bytes(self.buffer[:size])
        del self.buffer[:size]
        return taken

    def line(self) -> str | None:
        """Return a line without its ending, None when the connection ended before it did."""
        while b"\n" not in self.buffer:
            if not self.more():
                return None
        return self.take(self.buffer.index(b"\n") + 1).rstrip(b"\r\n").decode("latin-1")

    def rest(self) -> bytes:
        """Return all that is still to come."""
        while self.more():
            pass
        return self.take(len(self.buffer))


def _read(incoming: _Incoming, method: str) -> Answer:
    status, reason = _status(incoming)
    while 100 <= status < 200 and status != 101:
        _headers(incoming)
        status, reason = _status(incoming)
    if status == 0:
        return NOTHING
    headers, ended = _headers(incoming)
    framing = _framing(Answer(status, reason, headers), method)
    body, complete = _body(incoming, framing, headers) if ended else (b"", False)
    # Only a connection that is to be closed tells by its end that nothing follows the answer.
    extra = incoming.rest() if complete and _closes(headers) else b""
    return Answer(status, reason, headers, body, complete, framing, extra)


def _status(incoming: _Incoming) -> tuple[int, str]:
    version, _, rest = (incoming.line() or "").partition(" ")
    code, _, reason = rest.partition(" ")
    return (int(code), reason) if version.startswith("HTTP/") and code.isdigit() else (0, "")


def _headers(incoming: _Incoming) -> tuple[list[tuple[str, str]], bool]:
    headers = []
    while line := incoming.line():
        key, _, value = line.partition(":")
        headers.append((key, value.strip(" \t")))
    return headers, line is not None


def _framing(answer: Answer, method: str) -> str:
    if method == "HEAD" or answer.status in (101, 204, 304):
        return "none"
    if "chunked" in (value.lower() for value in answer.values("transfer-encoding")):
        return "chunked"
    return "length" if answer.values("content-length") else "close"


def _closes(headers: list[tuple[str, str]]) -> bool:
    return any(key.lower() == "connection" and value.lower() == "close" for key, value in headers)


def _body(incoming: _Incoming, framing: str, headers: list[tuple[str, str]]) -> tuple[bytes, bool]:
    if framing == "none":
        return b"", True
    if framing == "chunked":
        return _unchunked(incoming)
    if framing == "close":
        return incoming.rest(), True
    length = int(next(value for key, value in headers if key.lower() == "content-length"))
    body = incoming.take(length)
    return body, len(body) == length


def _unchunked(incoming: _Incoming) -> tuple[bytes, bool]:
    pieces: list[bytes] = []
    while size_line := incoming.line():
        size = int(size_line.split(";")[0], 16)
        piece = incoming.take(size)
        pieces.append(piece)
        if (
            len(piece) < size or incoming.line() is None
        ):  # The line end after the data, or after the last chunk.
            return b"".join(pieces), False
        if size == 0:
            return b"".join(pieces), True
    return b"".join(pieces), False

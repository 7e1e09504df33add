"""A client that takes HTTP/1.1 at its word (RFC 9112), and says what an answer has got wrong."""

from __future__ import annotations

import re
import socket
from typing import NamedTuple

PATIENCE = 60.0

_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9]{2}) ([\t\x20-\x7e\x80-\xff]*)")
_FIELD = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)")
_CHUNK = re.compile(rb"[0-9A-Fa-f]{1,16}")
BODILESS = (204, 304)


class Wrong(AssertionError):
    """An answer is not framed as it must be."""


class Cut(Exception):
    """The connection ended before the answer did; ``got`` is how much of its body came."""

    def __init__(self, got: int, what: str) -> None:
        super().__init__(f"cut in {what} after {got} bytes of the body")
        self.got = got


class Answer(NamedTuple):
    """A whole answer. ``closes`` tells that no other can follow on its connection."""

    status: int
    fields: list[tuple[str, str]]
    body: bytes
    framing: str
    closes: bool

    def all(self, name: str) -> list[str]:
        """Give the values of the lines of that name, in lower case."""
        return [value for key, value in self.fields if key == name]


class Connection:
    """A connection to a server of this machine."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self.socket.makefile("rb")

    def close(self) -> None:
        self._file.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self, method: str = "GET") -> Answer:
        """Read the next answer, after those that only inform; Wrong, or Cut."""
        answer = self.head(method)
        while answer.status < 200:
            answer = self.head(method)
        return answer

    def head(self, method: str) -> Answer:
        """Read an answer; one of 100 to 199 is a head alone."""
        found = _STATUS.fullmatch(self._line("the status line"))
        if found is None:
            raise Wrong("no status line")
        status = int(found[2])
        fields = self._fields()
        names = [name for name, _ in fields]
        lengths = [value for name, value in fields if name == "content-length"]
        chunked = [value.lower() for name, value in fields if name == "transfer-encoding"]
        if len(lengths) > 1 or (lengths and not re.fullmatch("[0-9]+", lengths[0])):
            raise Wrong(f"Content-Length: {lengths}")
        if chunked not in ([], ["chunked"]) or (chunked and lengths):
            raise Wrong(f"Transfer-Encoding: {chunked}, Content-Length: {lengths}")
        if (status < 200 or status == 204) and (chunked or lengths not in ([], ["0"])):
            raise Wrong(f"{status} with a body: {fields}")
        if chunked and found[1] == b"0":
            raise Wrong("chunks in HTTP/1.0")
        if "connection" in names and names.count("connection") > 1:
            raise Wrong(f"Connection twice: {fields}")
        closes = "close" in [value.lower() for name, value in fields if name == "connection"]
        if status < 200 or status in BODILESS or method == "HEAD":
            return Answer(status, fields, b"", "none", closes)
        if chunked:
            return Answer(status, fields, self._chunks(), "chunked", closes)
        if lengths:
            return Answer(status, fields, self._exactly(int(lengths[0]), 0), "length", closes)
        if not closes and found[1] == b"1":
            raise Wrong(f"neither a length nor chunks nor the end of the connection: {fields}")
        return Answer(status, fields, self._file.read(), "close", True)

    def rest(self) -> bytes:
        """Read what still comes before the server ends the connection."""
        try:
            return self._file.read()
        except ConnectionResetError:
            return b""

    def _fields(self) -> list[tuple[str, str]]:
        fields = []
        while line := self._line("the head"):
            found = _FIELD.fullmatch(line)
            if found is None:
                raise Wrong(f"no header line: {line!r}")
            fields.append((found[1].decode().lower(), found[2].decode("latin-1").strip(" \t")))
        return fields

    def _line(self, where: str) -> bytes:
        line = self._read(lambda: self._file.readline(65536), 0, where)
        if not line.endswith(b"\r\n"):
            raise Cut(0, where) if not line.endswith(b"\n") else Wrong(f"a line ends without CR: {line!r}")
        return line[:-2]

    def _chunks(self) -> bytes:
        body = b""
        while True:
            line = self._line("a chunk's size") if not body else self._size(len(body))
            if not _CHUNK.fullmatch(line):
                raise Wrong(f"a chunk's size: {line!r}")
            size = int(line, 16)
            if size == 0:
                if self._line("the end of the chunks"):
                    raise Wrong("trailers")
                return body
            body += self._exactly(size, len(body))
            if self._exactly(2, len(body)) != b"\r\n":
                raise Wrong("a chunk is longer than it says")

    def _size(self, got: int) -> bytes:
        try:
            return self._line("a chunk's size")
        except Cut:
            raise Cut(got, "a chunk's size") from None

    def _exactly(self, size: int, got: int) -> bytes:
        data = self._read(lambda: self._file.read(size), got, "the body")
        if len(data) < size:
            raise Cut(got + len(data), "the body")
        return data

    def _read(self, read: object, got: int, where: str) -> bytes:
        try:
            return read()  # type: ignore[operator,no-any-return]
        except ConnectionResetError:
            raise Cut(got, where) from None

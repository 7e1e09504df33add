"""Requests to an application in this process: a server's part (PEP 3333), as short as it can be."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

Environ = dict[str, Any]
Application = Callable[..., Iterable[bytes]]


class Answer(NamedTuple):
    """An answer: its status, its header lines and its body; not the phrase, which some servers replace."""

    status: int
    text: str


def environ(
    method: str, target: str, headers: Mapping[str, str], body: bytes | None = None, kind: str = ""
) -> Environ:
    """Give the variables of one request, as gunicorn gives them; ``headers`` by their names in WSGI."""
    path, _, query = target.partition("?")
    made = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": target,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body or b""),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "HTTP_HOST": "localhost",
        **headers,
    }
    if body is not None:
        made |= {"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body))}
    return made


def call(application: Application, variables: Environ, *, most: float = float("inf")) -> Answer:
    """Have an application answer; a client that takes ``most`` pieces is gone with the next one."""
    heads: list[tuple[str, list[tuple[str, str]]]] = []
    pieces: list[bytes] = []

    def write(piece: bytes) -> None:
        if len(pieces) >= most:
            raise BrokenPipeError("the client is gone")
        pieces.append(piece)

    def start_response(status: str, headers: list[tuple[str, str]]) -> Callable[[bytes], None]:
        heads.append((status, headers))
        return write

    result = application(variables, start_response)
    try:
        for piece in result:
            write(piece)
    finally:
        if close := getattr(result, "close", None):
            close()
    (status, headers), *_ = heads
    lines = "\n".join(f"{name}: {value}" for name, value in headers)
    return Answer(int(status[:3]), f"{lines}\n\n{b''.join(pieces).decode('latin-1')}")

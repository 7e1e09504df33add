"""One request put to an application as a server would, and what may not be in its answer."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.validate import validator

from nextwsgi.errors import BrokenAnswer, ClientDisconnected
from tests.programme.grammar import Input

Lines = list[tuple[str, str]]
Application = Callable[..., Iterable[bytes]]

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_STATUS = re.compile(r"[1-9][0-9]{2} [\t\x20-\x7e\x80-\xff]*")
_HOP = frozenset(("connection", "keep-alive", "transfer-encoding", "te", "upgrade", "proxy-authenticate"))


class Body:
    """A body that comes in pieces, and tells how much of it was taken."""

    def __init__(self, content: bytes, piece: int) -> None:
        self._stream = io.BytesIO(content)
        self._piece = piece

    @property
    def taken(self) -> int:
        return self._stream.tell()

    def read(self, size: int) -> bytes:
        return self._stream.read(min(size, self._piece) if size >= 0 else self._piece)

    def readline(self, size: int = -1) -> bytes:
        raise NotImplementedError

    readlines = __iter__ = readline


@dataclass
class Answer:
    """What a server was given. ``cut`` is whether the connection would be closed in its midst."""

    status: str = ""
    lines: Lines = field(default_factory=list)
    pieces: list[bytes] = field(default_factory=list)
    heads: int = 0
    cut: str = ""

    @property
    def code(self) -> int:
        return int(self.status[:3])

    @property
    def body(self) -> bytes:
        return b"".join(self.pieces)


def exchange(app: Application, given: Input, *, validate: bool = True) -> Answer:
    """Ask, and read the answer whole; raises what the application raises, but for a connection to be cut."""
    answer = Answer()
    body = Body(given.body, given.piece)
    variables = environ(given, body)
    legal = validate and _is_legal(variables)

    def start_response(status: str, lines: Lines, _exc_info: object = None) -> Callable[[bytes], object]:
        answer.heads += 1
        if not legal:
            answer.status, answer.lines = status, lines
        return answer.pieces.append

    try:
        result = (
            validator(_typed(app, answer))(variables, start_response)
            if legal
            else app(variables, start_response)
        )
        _collect(result, answer.pieces)
    except (BrokenAnswer, ClientDisconnected) as error:
        answer.cut = f"{type(error).__name__}: {error}"
    _check_taken(given, body)
    return answer


def _collect(result: Iterable[bytes], pieces: list[bytes]) -> None:
    try:
        pieces.extend(result)
    finally:
        if close := getattr(result, "close", None):
            close()


def _check_taken(given: Input, body: Body) -> None:
    text = given.length or ""
    if text.isascii() and text.isdigit() and len(text) < 10:
        assert body.taken <= int(text), f"{body.taken} bytes of {text} were read: they begin the next request"


# --- The request ------------------------------------------------------------------------------------------


def environ(given: Input, body: Body) -> dict[str, Any]:
    """Give the variables of a request, as a server that lets nearly everything pass."""
    target = _wire(given.target).translate(_NO_TARGET)
    path, _, query = target.partition("#")[0].partition("?")
    path = "/" + path.partition("://")[2].partition("/")[2] if not path.startswith("/") else path
    variables: dict[str, Any] = {
        "REQUEST_METHOD": given.method,
        "SCRIPT_NAME": given.mount,
        "PATH_INFO": unquote_to_bytes(path.encode("latin-1")).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.7",
        "REMOTE_PORT": "4711",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": body,
        "wsgi.errors": _Errors(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if given.raw:
        variables["RAW_URI"] = f"{given.mount}{target}" if target.startswith("/") else target
    if given.length is not None:
        variables["CONTENT_LENGTH"] = _wire(given.length)
    elif given.body:
        variables |= {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    for name, value in given.headers:
        key = name.upper().replace("-", "_")
        variables[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = _wire(value)
    return variables


_NO_TARGET = dict.fromkeys((*range(0x21), 0x7F))
_NO_LINE = {0: None, 10: None, 13: None}


def _wire(text: str) -> str:
    """Give a text as WSGI has it: bytes as latin-1, of a line that has no end in it."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        text = text.encode(errors="replace").decode("latin-1")
    return text.translate(_NO_LINE)


class _Errors(io.StringIO):
    def write(self, text: str) -> int:
        raise AssertionError(f"wsgi.errors was given {text!r:.300}")


def _is_legal(variables: dict[str, Any]) -> bool:
    """Tell whether PEP 3333 knows such an environ: ``wsgiref.validate`` refuses others by itself."""
    length = variables.get("CONTENT_LENGTH", "0")
    return bool(length.isascii() and length.isdigit() and len(length) < 4000)


# wsgiref.validate insists on a content type, or on none, where Next.js does not, and warns of methods.
# It takes names of letters, digits, "-" and "_" alone, and no tab in a value: check() knows what is legal.
_PLAIN = re.compile(r"(?i)(?!content-type:)[a-z][a-z0-9_-]*(?<![-_]):[\x20-\xff]*")
_UNTYPED = ("Content-Type", "x-none/x-none")
warnings.filterwarnings("ignore", message="Unknown REQUEST_METHOD", category=Warning)


def _typed(app: Application, answer: Answer) -> Application:
    def typed(variables: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, lines: Lines) -> Any:
            answer.status, answer.lines = status, lines
            bare = [line for line in lines if _PLAIN.fullmatch(f"{line[0]}:{line[1]}")]
            kind = [] if status.startswith(("204", "304")) else [_UNTYPED]
            return start_response(status, [*bare, *kind])

        return app(variables, start)

    return typed


# --- The answer -------------------------------------------------------------------------------------------


def check(given: Input, answer: Answer) -> None:
    """Raise AssertionError for an answer that is illegal, or that only a defect can give."""
    if answer.cut:
        lies = given.length is not None and given.length != str(len(given.body))
        assert lies, f"the connection was cut: {answer.cut}"
        return
    assert answer.heads == 1, f"start_response was called {answer.heads} times"
    assert _STATUS.fullmatch(answer.status), f"illegal status {answer.status!r}"
    for name, value in answer.lines:
        assert _NAME.fullmatch(name), f"illegal header name {name!r}"
        assert _VALUE.fullmatch(value), f"illegal value of {name}: {value!r}"
        assert name.lower() not in _HOP or answer.code == 426, f"{name} is the server's"
    _check_length(given, answer)
    assert not _is_failure(answer, given.method == "HEAD"), f"answered {answer.status}: {answer.body[:300]!r}"


def _check_length(given: Input, answer: Answer) -> None:
    lengths = [value for name, value in answer.lines if name.lower() == "content-length"]
    assert len(lengths) < 2, f"Content-Length {lengths}"
    if given.method == "HEAD" or answer.code < 200 or answer.code in (204, 304):
        assert not answer.body, f"{answer.code} to {given.method} has a body of {len(answer.body)} bytes"
    elif lengths:
        assert lengths[0] == str(len(answer.body)), (
            f"Content-Length {lengths[0]} for {len(answer.body)} bytes"
        )


def _is_failure(answer: Answer, head: bool) -> bool:
    """Tell 500 from what a handler was asked to send, and from what needs a setting or another server."""
    if answer.code < 500 or ("X-Chosen", "yes") in answer.lines:
        return False
    return answer.code not in (501, 503) or not answer.body.startswith((b'{"error":', b"")[head])

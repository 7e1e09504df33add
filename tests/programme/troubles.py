"""Requests to ``projects/kinds`` that go wrong, or last: clients that leave, bodies cut short, WebSockets."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from io import BytesIO

from nextwsgi import NextWSGI
from tests.contract.sockets import ASKING, TEXT, close_frame, frame
from tests.programme.calls import Answer, Environ, call, environ
from tests.programme.kinds import FORM, JSON, MULTIPART, parts
from tests.programme.kinds import TEXT as PLAIN

Trouble = Callable[[NextWSGI, str], None]


def asked(
    method: str, path: str, who: str, body: bytes | None = None, kind: str = PLAIN, **headers: str
) -> Environ:
    named = {"HTTP_X_ID": who, "HTTP_COOKIE": f"who={who}", **headers}
    return environ(method, f"{path.format(who)}?q={who}", named, body, kind)


def expect(app: NextWSGI, variables: Environ, status: int) -> Answer:
    answer = call(app, variables)
    assert answer.status == status, answer
    return answer


def leaves(app: NextWSGI, variables: Environ, most: int = 1) -> None:
    """Have a client leave after so many pieces of its answer: whatever the server then sees."""
    try:
        call(app, variables, most=most)
    except (OSError, RuntimeError):
        return
    raise AssertionError(f"the client of {variables['RAW_URI']} could not leave")


# --- clients that leave -------------------------------------------------------------------------------


def leaves_pieces(app: NextWSGI, who: str) -> None:
    leaves(app, asked("POST", "/api/pieces/{}", who, b"x"))


def leaves_writes(app: NextWSGI, who: str) -> None:
    leaves(app, asked("POST", "/api/raw/{}", who, b"x"))


def leaves_async_writes(app: NextWSGI, who: str) -> None:
    leaves(app, asked("POST", "/api/araw/{}", who, b"x"))


def leaves_async_pieces(app: NextWSGI, who: str) -> None:
    leaves(app, asked("POST", "/api/apieces/{}", who, b"x"))


def leaves_sleeper(app: NextWSGI, who: str) -> None:
    leaves(app, asked("POST", "/api/sleeps/{}", who, b"x"), most=0)


def leaves_stream(app: NextWSGI, who: str) -> None:
    leaves(app, asked("GET", "/app/stream/{}", who))


def leaves_whole(app: NextWSGI, who: str) -> None:
    leaves(app, asked("POST", "/api/late/{}", who, b"x"), most=0)


class Cut(BytesIO):
    """A body whose client stops in the midst of it."""

    def __init__(self, body: bytes, *, reset: bool) -> None:
        super().__init__(body)
        self._reset = reset

    def read(self, size: int | None = -1) -> bytes:
        piece = super().read(size)
        if not piece and self._reset:
            raise ConnectionResetError(errno.ECONNRESET, "the client is gone")
        return piece


def cut(variables: Environ, *, reset: bool) -> Environ:
    whole = variables["wsgi.input"].getvalue()
    return variables | {"wsgi.input": Cut(whole[: len(whole) // 2 + 1], reset=reset)}


def bodies_cut_short(app: NextWSGI, who: str) -> None:
    kind, body = parts(who)
    for path in ("/api/json/{}", "/api/raw/{}", "/api/araw/{}", "/app/plain/{}", "/app/waits/{}"):
        for reset in (False, True):
            variables = asked("POST", path, who, b'{"id": "' + who.encode() + b'"}', JSON)
            assert call(app, cut(variables, reset=reset)).status in (400, 500)
    for path in ("/api/upload/{}", "/api/aupload/{}", "/app/parts/{}"):
        for reset in (False, True):
            assert call(app, cut(asked("POST", path, who, body, kind), reset=reset)).status in (400, 500)


# --- what is refused ----------------------------------------------------------------------------------


def wrong_bodies(app: NextWSGI, who: str) -> None:
    expect(app, asked("POST", "/api/json/{}", who, b"{" + who.encode(), JSON), 400)
    expect(app, asked("POST", "/api/json/{}", who, b'{"a": 1}' + b" " * 1_048_576, JSON), 413)
    expect(app, asked("POST", "/api/form/{}", who, b"&".join([b"a=1"] * 1200), FORM), 500)
    expect(app, asked("POST", "/app/parts/{}", who, who.encode(), MULTIPART), 500)
    expect(app, asked("POST", "/api/checked/{}", who, b'{"i": "' + who.encode() + b'"}', JSON), 400)
    _, body = parts(who)
    long = body.replace(b"text/plain", b"text/plain\r\n\r\n" + b"x" * 2000)
    expect(app, asked("POST", "/api/aupload/{}", who, long, MULTIPART), 413)
    expect(app, asked("POST", "/api/aupload/{}", who, body[:-20], MULTIPART), 400)
    expect(app, asked("POST", "/api/aupload/{}", who, body, MULTIPART), 200)


def strangers(app: NextWSGI, who: str) -> None:
    expect(app, asked("GET", "/api/user/{}", who), 401)
    expect(app, asked("GET", "/api/user/{}", who, HTTP_AUTHORIZATION=f"Bearer a.{who}.b"), 401)
    expect(app, asked("GET", "/api/session/{}", who, HTTP_COOKIE=f"authjs.session-token={who}"), 500)
    cookies = f"__prerender_bypass={who}; __next_preview_data={who}"
    expect(app, asked("GET", "/api/preview/{}", who, HTTP_COOKIE=cookies), 500)
    expect(app, asked("DELETE", "/app/plain/{}", who), 405)
    expect(app, asked("GET", "/api/json/%ff{}", who), 400)
    expect(app, asked("GET", "/api/{}//x/", who), 308)


def limits(app: NextWSGI, who: str) -> None:
    expect(app, asked("GET", "/api/limited/{}", f"l{who}"), 200)
    expect(app, asked("GET", "/api/limited/{}", f"l{who}"), 429)


def public_files(app: NextWSGI, who: str) -> None:
    answer = expect(app, asked("GET", "/file.txt", who), 200)
    etag = answer.text.partition("ETag: ")[2].partition("\n")[0]
    expect(app, asked("GET", "/file.txt", who, HTTP_IF_NONE_MATCH=etag), 304)
    expect(app, asked("GET", "/file.txt", who, HTTP_RANGE="bytes=2-5"), 206)
    expect(app, asked("GET", "/file.txt", who, HTTP_RANGE="bytes=200-"), 416)
    expect(app, asked("HEAD", "/file.txt", who), 200)
    leaves(app, asked("GET", "/file.txt", who), most=0)


# --- handlers that fail, and what they leave ----------------------------------------------------------


def breaks(app: NextWSGI, who: str) -> None:
    leaves(app, asked("GET", "/api/breaks/{}", who), most=2)


def left_behind(app: NextWSGI, who: str) -> None:
    expect(app, asked("GET", "/api/leaves/{}", who), 200)
    expect(app, asked("GET", "/api/waits/{}", who), 504)


# --- what lasts ---------------------------------------------------------------------------------------


@contextmanager
def connection() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Give both ends of a connection, the client's first."""
    client, server = socket.socketpair()
    with closing(client), closing(server):
        yield client, server


def websocket(*frames: bytes, vanishes: bool = False) -> Trouble:
    """Make one that sends frames; it closes its side after them, or all at once."""

    def talk(app: NextWSGI, who: str) -> None:
        variables = asked("GET", "/api/talks/{}", who)
        for name, value in ASKING.items():
            variables[f"HTTP_{name.upper().replace('-', '_')}"] = value
        with connection() as (client, server):
            client.sendall(b"".join(frames))
            client.close() if vanishes else client.shutdown(socket.SHUT_WR)
            leaves(app, variables | {"werkzeug.socket": server})

    return talk


def events(path: str, *, there: bool, times: int) -> Trouble:
    """Make a reader of events, who stays or has left."""

    def read(app: NextWSGI, who: str) -> None:
        variables = asked("GET", path, who)
        variables["QUERY_STRING"] += f"&times={times}"
        with connection() as (client, server):
            variables["werkzeug.socket"] = server
            if there:
                expect(app, variables, 200)
            else:
                client.close()
                call_of_one_who_left(app, variables)

    return read


def call_of_one_who_left(app: NextWSGI, variables: Environ) -> None:
    try:
        call(app, variables)
    except OSError:
        return


TALK = frame(TEXT, b"one") + frame(TEXT, b"two")

TROUBLES: dict[str, Trouble] = {
    **{
        each.__name__: each
        for each in (
            *(leaves_pieces, leaves_writes, leaves_async_writes, leaves_async_pieces, leaves_sleeper),
            *(leaves_stream, leaves_whole, bodies_cut_short, wrong_bodies, strangers, limits, public_files),
            *(breaks, left_behind),
        )
    },
    "websocket": websocket(TALK, close_frame(1000)),
    "websocket that fails": websocket(frame(TEXT, b"fail"), close_frame(1000)),
    "websocket that vanishes": websocket(TALK, vanishes=True),
    "websocket that breaks the rules": websocket(frame(TEXT, b"\xff"), close_frame(1000)),
    "events": events("/api/events/{}", there=True, times=3),
    "events of one who left": events("/api/events/{}", there=False, times=100_000),
    "async events": events("/api/aevents/{}", there=True, times=3),
    "async events of one who left": events("/api/aevents/{}", there=False, times=100_000),
}

"""A WSGI application answers over ASGI: what it is given, what it sends, how it is told of its client."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any

import pytest

from nextwsgi.cli import bridge
from nextwsgi.cli.bridge import Bridge, Client, ClientGone, Threads, environ_of
from nextwsgi.errors import BrokenAnswer

App = Callable[[dict[str, Any], Any], Iterable[bytes]]
Message = dict[str, Any]
GONE = {"type": "http.disconnect"}


def scope(path: bytes = b"/", **given: Any) -> dict[str, Any]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "raw_path": path,
        "root_path": "",
        "query_string": b"",
        "headers": [],
        "server": ("127.0.0.1", "3000"),
        "client": ("127.0.0.2", "4000"),
        **given,
    }


def piece(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def chunked(**given: Any) -> dict[str, Any]:
    return scope(headers=[(b"transfer-encoding", b"chunked")], **given)


class Server:
    """Stands for granian: has messages of a client, and keeps what it is sent."""

    def __init__(self, *messages: Message) -> None:
        self.sent: list[Message] = []
        self._messages = iter(messages)

    async def receive(self) -> Message:
        for message in self._messages:
            return message
        return await asyncio.Event().wait() and {}

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    def ask(self, app: App, asked: dict[str, Any]) -> list[Message]:
        """Have an application answer, and give what it sent."""
        bridged = Bridge(app, 1)
        try:
            asyncio.run(bridged(asked, self.receive, self.send))
        finally:
            bridged.threads.close()
        return self.sent


def ask(app: App, asked: dict[str, Any], *messages: Message) -> list[Message]:
    return Server(*messages).ask(app, asked)


def told(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer with the body that was sent."""
    start_response("200 OK", [])
    return [environ["wsgi.input"].read()]


# --- the request ------------------------------------------------------------------------------------------


def test_a_path_is_decoded_and_kept_raw() -> None:
    environ = environ_of(scope(b"/a%2Fb/\xc3\xa9", query_string=b"x=%20"))
    assert environ["PATH_INFO"] == "/a/b/\xc3\xa9"
    assert environ["RAW_URI"] == "/a%2Fb/\xc3\xa9"
    assert environ["QUERY_STRING"] == "x=%20"
    assert environ["REMOTE_PORT"] == "4000"


@pytest.mark.parametrize(
    ("path", "parts"), [(b"/app/x", ("/app", "/x")), (b"/app", ("/app", "")), (b"/x", ("", "/x"))]
)
def test_a_mounted_application_is_told_where(path: bytes, parts: tuple[str, str]) -> None:
    environ = environ_of(scope(path, root_path="/app"))
    assert (environ["SCRIPT_NAME"], environ["PATH_INFO"]) == parts


@pytest.mark.parametrize(("version", "protocol"), [("1", "HTTP/1.0"), ("1.1", "HTTP/1.1"), ("2", "HTTP/2")])
def test_versions_have_the_names_of_wsgi(version: str, protocol: str) -> None:
    assert environ_of(scope(http_version=version))["SERVER_PROTOCOL"] == protocol


def headers(*lines: tuple[bytes, bytes], version: str = "1.1") -> dict[str, Any]:
    environ = environ_of(scope(headers=lines, http_version=version))
    return {key: value for key, value in environ.items() if key.startswith(("HTTP_", "CONTENT_"))}


def test_headers_are_joined_as_node_joins_them() -> None:
    lines = [(name, value) for name in (b"x-a", b"cookie", b"user-agent") for value in (b"1", b"\xe9")]
    assert headers(*lines) == {"HTTP_X_A": "1, \xe9", "HTTP_COOKIE": "1; \xe9", "HTTP_USER_AGENT": "1"}


def test_a_header_with_an_underscore_is_dropped() -> None:
    assert headers((b"x_forwarded_for", b"forged"), (b"x_a", b"1"), (b"x-a", b"2")) == {"HTTP_X_A": "2"}


def test_content_headers_have_no_prefix() -> None:
    lines = ((b"content-type", b"text/plain"), (b"content-length", b"0"))
    assert headers(*lines) == {"CONTENT_TYPE": "text/plain", "CONTENT_LENGTH": "0"}


def test_no_variable_of_the_process_is_taken_for_a_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy")
    assert headers() == {}


def test_the_host_that_granian_makes_up_is_dropped() -> None:
    assert headers((b"host", b""), version="1") == {}
    assert headers((b"host", b"h"), version="1") == {"HTTP_HOST": "h"}
    assert headers((b"host", b"")) == {"HTTP_HOST": ""}


# --- the body ---------------------------------------------------------------------------------------------


def test_no_body_is_an_empty_one_for_which_nobody_waits() -> None:
    assert ask(told, scope())[1]["body"] == b""


def test_a_small_body_is_here_before_a_thread_is_taken() -> None:
    asked = scope(headers=[(b"content-length", b"5")])
    kinds = []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        kinds.append(type(environ["wsgi.input"]).__name__)
        return told(environ, start_response)

    sent = ask(app, asked, piece(b"he"), piece(b""), piece(b"llo", more=False))
    assert (sent[1]["body"], kinds) == (b"hello", ["BytesIO"])


@pytest.mark.parametrize(
    "asked",
    [chunked(), scope(headers=[(b"content-length", b"65537")]), scope(http_version="2")],
    ids=["chunked", "large", "HTTP/2"],
)
def test_other_bodies_are_fetched_as_they_are_read(asked: dict[str, Any]) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        body = environ["wsgi.input"]
        return [b"|".join([body.read(1), body.readline(), *body])]

    sent = ask(app, asked, piece(b"one\ntwo"), piece(b"\nthree"), piece(b"", more=False))
    assert sent[1]["body"] == b"o|ne\n|two\n|three"


@pytest.mark.parametrize("asked", [chunked(), scope(headers=[(b"content-length", b"5")])])
def test_reading_a_body_that_broke_off_fails(asked: dict[str, Any]) -> None:
    failures: list[Exception] = []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        try:
            environ["wsgi.input"].read()
        except OSError as error:
            failures.append(error)
        start_response("400 Bad Request", [])
        return []

    assert ask(app, asked, piece(b"he"), GONE)[0]["status"] == 400
    assert [type(failure) for failure in failures] == [ClientGone]


# --- the answer -------------------------------------------------------------------------------------------


def answer(status: str, headers: list[tuple[str, str]], pieces: Iterable[bytes]) -> App:
    def app(_: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response(status, headers)
        return pieces

    return app


@pytest.mark.parametrize(
    ("status", "headers", "method"),
    [
        ("200 OK", [("Content-Length", "2")], "GET"),
        ("200 OK", [], "HEAD"),
        ("304 Not Modified", [], "GET"),
        ("204 No Content", [], "GET"),
    ],
)
def test_an_answer_whose_end_is_known_is_one_message(
    status: str, headers: list[tuple[str, str]], method: str
) -> None:
    start, body = ask(answer(status, headers, [b"a", b"b"]), scope(method=method))
    assert start["status"] == int(status[:3])
    assert (body["body"], body["more_body"]) == (b"ab", False)


def test_an_answer_without_a_length_is_left_without_one() -> None:
    sent = ask(answer("200 OK", [("X-Own", "\xe9")], [b"a"]), scope())
    assert sent[0]["headers"] == [(b"X-Own", b"\xe9")]
    assert [(message["body"], message["more_body"]) for message in sent[1:]] == [(b"a", True), (b"", False)]


def test_pieces_leave_one_by_one_and_their_source_is_closed() -> None:
    closed = []

    def pieces() -> Iterator[bytes]:
        try:
            yield from (b"a", b"", b"b")
        finally:
            closed.append(True)

    sent = ask(answer("200 OK", [], pieces()), scope())
    assert [message["body"] for message in sent[1:]] == [b"a", b"b", b""]
    assert closed


def test_no_pieces_are_an_empty_answer() -> None:
    sent = ask(answer("200 OK", [], iter([])), scope())
    assert [message.get("body") for message in sent] == [None, b"", b""]


def test_what_is_written_is_sent_before_the_application_returns() -> None:
    server = Server()

    def app(_: dict[str, Any], start_response: Any) -> list[bytes]:
        write = start_response("200 OK", [])
        write(b"")
        write(b"a")
        assert [message.get("body") for message in server.sent] == [None, b"", b"a"]
        return [b"b"]

    assert [message.get("body") for message in server.ask(app, scope())] == [None, b"", b"a", b"b", b""]


def test_a_head_can_be_replaced_until_it_is_sent() -> None:
    def app(_: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        try:
            raise ValueError("odd")
        except ValueError as error:
            start_response("500 Odd", [], (ValueError, error, None))
            write = start_response("501 Odder", [])
            write(b"a")
            with pytest.raises(ValueError, match="odd"):
                start_response("500 Odd", [], (ValueError, error, None))
        return []

    assert ask(app, scope())[0]["status"] == 501


@pytest.mark.parametrize("error", [BrokenAnswer("odd"), ClientGone()])
def test_a_broken_answer_is_left_unfinished(error: Exception) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise error

    assert ask(answer("200 OK", [], pieces()), scope())[-1]["more_body"] is True


@pytest.mark.parametrize("error", [ValueError, SystemExit, StopIteration])
def test_other_failures_are_granians_to_tell(error: type[BaseException]) -> None:
    def app(*_: object) -> list[bytes]:
        raise error

    with pytest.raises((error, RuntimeError)):
        ask(app, scope())


# --- a client that leaves ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "before", [[], [piece(b"", more=False)], [piece(b"he"), piece(b"", more=False)]], ids=len
)
def test_a_client_that_left_is_told_by_the_next_write(before: list[Message]) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        write = start_response("200 OK", [])
        if len(before) > 1:
            write(b"a")  # looks ahead, and finds a piece
            environ["wsgi.input"].read()
        while True:
            write(b"a")

    sent = ask(app, chunked() if before else scope(), *before, GONE)
    assert sent[-1] == {"type": "http.response.body", "body": b"a", "more_body": True}


def test_a_loop_that_ended_leaves_no_thread_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "ALIVE_SECONDS", 0.01)
    loop = asyncio.new_event_loop()
    client = Client(Server().receive, Server().send, loop)
    with pytest.raises(ClientGone):
        client.send([])
    loop.run_until_complete(asyncio.sleep(0))
    client.close()
    loop.close()


def test_a_slow_client_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "ALIVE_SECONDS", 0.01)

    class Slow(Server):
        async def send(self, message: Message) -> None:
            await asyncio.sleep(0.1)
            await super().send(message)

    assert len(Slow().ask(answer("200 OK", [], iter([b"a"])), scope())) == 3


# --- threads ----------------------------------------------------------------------------------------------


def test_as_many_jobs_are_done_at_once_as_there_are_threads() -> None:
    met = threading.Barrier(2, timeout=10)
    threads = Threads(2)

    async def both() -> list[int]:
        jobs: list[Awaitable[int]] = [threads.run(met.wait) for _ in range(2)]
        return list(await asyncio.gather(*jobs))

    assert sorted(asyncio.run(both())) == [0, 1]
    threads.close()

"""wsgi(application): any WSGI application behind a route file."""

import asyncio
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.validate import validator

import pytest
from werkzeug.routing import Map, RequestRedirect, Rule
from werkzeug.wrappers import Request, Response

from nextwsgi.errors import BrokenAnswer, ClientDisconnected
from nextwsgi.middleware import compose, sign_token, with_auth, with_cors
from nextwsgi.testing import Client as SingleClient
from nextwsgi.wsgi import wsgi
from tests.contract.client import Answer, Body, Client, Req, Res, Serve

Environ = dict[str, Any]
Start = Callable[..., Callable[[bytes], object]]
App = Callable[[Environ, Start], Iterable[bytes]]

STREAM = {"api": {"bodyParser": False}}
TEXT = [("Content-Type", "text/plain")]


def app_of(*pieces: bytes, status: str = "200 OK", headers: list[tuple[str, str]] = TEXT) -> App:
    """Make an application that always answers the same."""

    def app(environ: Environ, start_response: Start) -> Iterable[bytes]:
        start_response(status, list(headers))
        return list(pieces)

    return app


def behind(serve: Serve, app: App, path: str = "/api/x", **config: Any) -> Client:
    return serve(wsgi(validator(app)), config or STREAM, path=path)


# --- The path ---------------------------------------------------------------------------------------------


def paths(environ: Environ, start_response: Start) -> Iterable[bytes]:
    start_response("200 OK", [*TEXT])
    names = ("SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "RAW_URI", "REQUEST_URI")
    return [repr([environ[name] for name in names]).encode()]


@pytest.mark.parametrize(
    ("route", "target", "seen"),
    [
        ("/api/x", "/api/x?a=1", ["/api/x", "", "a=1", "/api/x?a=1"]),
        ("/api/x/[[...path]]", "/api/x", ["/api/x", "", "", "/api/x"]),
        ("/api/x/[[...path]]", "/api/x/a%2Fb/%C3%A9", ["/api/x", "/a/b/Ã©", "", "/api/x/a%2Fb/%C3%A9"]),
        ("/api/[...path]", "/api/y/../x", ["/api", "/x", "", "/api/x"]),
    ],
)
def test_the_path_is_split_where_the_parameters_of_the_route_begin(
    serve: Serve, route: str, target: str, seen: list[str]
) -> None:
    assert behind(serve, paths, route)(target).body.decode() == repr([*seen, seen[3]])


def test_a_path_before_the_whole_application_stays_before_that_of_the_route(serve: Serve) -> None:
    answer = behind(serve, paths, "/api/x/[...path]")(
        "/m n/api/x/y", environ={"SCRIPT_NAME": "/m n", "PATH_INFO": "/api/x/y", "RAW_URI": "/m%20n/api/x/y"}
    )
    target = "/m%20n/api/x/y"
    assert answer.body.decode() == repr(["/m n/api/x", "/y", "", target, target])


@pytest.mark.parametrize(
    ("target", "seen"),
    [
        ("/api/x/", ["/api/x", "/", "", "/api/x/"]),
        ("/api/x/login/?next=%2F", ["/api/x", "/login/", "next=%2F", "/api/x/login/?next=%2F"]),
        ("/api/x/a/./b/../", ["/api/x", "/a/", "", "/api/x/a/"]),
    ],
)
def test_a_slash_at_the_end_is_for_the_application_to_judge(
    serve: Serve, target: str, seen: list[str]
) -> None:
    client = serve(compose(with_cors())(wsgi(paths)), path="/api/x/[[...path]]")
    assert client(target).body.decode() == repr([*seen, seen[3]])


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/api/x//", 308),
        ("/api/x//login/", 308),
        ("/api/x/\\login/", 308),
        ("/api/x/%FF/", 308),
        ("/y/", 308),
    ],
)
def test_other_spellings_of_a_path_are_redirected_as_always(serve: Serve, target: str, status: int) -> None:
    assert serve(wsgi(paths), path="/api/x/[[...path]]")(target).status == status


def test_other_handlers_have_no_slash_at_the_end(serve: Serve) -> None:
    answer = serve(lambda req, res: res.json(1), path="/api/x/[[...path]]")("/api/x/login/")
    assert (answer.status, answer.header("Location")) == (308, "/api/x/login")


def test_an_application_that_wants_a_slash_at_the_end_gets_it(serve: Serve) -> None:
    """Flask and Django redirect to it, and without it the browser would go to and fro."""
    urls = Map([Rule("/login/", endpoint="login")])

    def app(environ: Environ, start_response: Start) -> Iterable[bytes]:
        try:
            endpoint, _ = urls.bind_to_environ(environ).match()
        except RequestRedirect as redirect:
            return redirect.get_response(environ)(environ, start_response)
        return Response(endpoint)(environ, start_response)

    client = behind(serve, app, "/api/admin/[[...path]]")
    answer = client("/api/admin/login")
    assert (answer.status, answer.header("Location")) == (308, "http://localhost/api/admin/login/")
    assert client("/api/admin/login/").body == b"login"


def test_alone_in_a_test_it_has_the_whole_path() -> None:
    assert SingleClient(wsgi(paths)).get("/a%2Fb/").text == repr(["", "/a/b/", "", "/a%2Fb/", "/a%2Fb/"])


# --- The request ------------------------------------------------------------------------------------------


def reading(read: Callable[[Any], object]) -> App:
    def app(environ: Environ, start_response: Start) -> Iterable[bytes]:
        result = read(environ["wsgi.input"])
        start_response("200 OK", [*TEXT])
        return [repr(result).encode()]

    return app


LINES = b"one\ntwo\nthree"
READS: dict[str, tuple[Callable[[Any], object], object]] = {
    "read(n)": (lambda body: [body.read(5), body.read(100), body.read(5)], [b"one\nt", b"wo\nthree", b""]),
    "readline": (
        lambda body: [body.readline(), body.readline(2), body.readline()],
        [b"one\n", b"tw", b"o\n"],
    ),
    "readlines": (lambda body: body.readlines(), [b"one\n", b"two\n", b"three"]),
    "iteration": (lambda body: list(body), [b"one\n", b"two\n", b"three"]),
}


@pytest.mark.parametrize("config", [STREAM, {}], ids=["stream", "parser"])
@pytest.mark.parametrize("chunked", [True, False])
@pytest.mark.parametrize("read", READS)
def test_the_body_is_read_in_every_way_and_never_beyond_its_end(
    serve: Serve, read: str, chunked: bool, config: Any
) -> None:
    way, seen = READS[read]
    body = Body(LINES if chunked else LINES + b"the next request")
    options: Any = {"chunked": True} if chunked else {"length": str(len(LINES))}
    client = serve(wsgi(reading(way)), config)
    assert client(method="POST", body=body, **options).body.decode() == repr(seen)


@pytest.mark.parametrize("config", [STREAM, {}], ids=["stream", "parser"])
def test_a_body_ends_by_itself_and_a_chunked_one_tells_its_length_once_it_is_known(
    serve: Serve, config: Any
) -> None:
    def app(environ: Environ, start_response: Start) -> Iterable[bytes]:
        seen = [environ["wsgi.input_terminated"], environ.get("CONTENT_LENGTH")]
        seen += ["HTTP_TRANSFER_ENCODING" in environ, environ["wsgi.input"].read()]
        start_response("200 OK", [*TEXT])
        return [repr(seen).encode()]

    client = serve(wsgi(app), config)
    seen = [True, None, True, b"abc"] if config else [True, "3", False, b"abc"]
    assert client(method="POST", body=b"abc", chunked=True).body.decode() == repr(seen)


def test_what_was_read_of_the_body_as_a_whole_is_read_again(serve: Serve) -> None:
    inner = wsgi(reading(lambda body: body.read()))

    def handler(req: Req, res: Res) -> None:
        assert req.rawBody == b"signed"
        inner(req, res)

    client = serve(handler, STREAM)
    assert client(method="POST", body=b"signed").body == b"b'signed'"


def test_a_stream_that_was_begun_is_not_passed_on_without_its_beginning(serve: Serve) -> None:
    inner = wsgi(reading(lambda body: body.read()))

    def handler(req: Req, res: Res) -> None:
        req.read(2)
        inner(req, res)

    answer = serve(handler, STREAM)(method="POST", body=b"abcd")
    assert answer.status == 500


def test_a_large_body_passes_in_pieces(serve: Serve) -> None:
    size = 3_000_000
    client = behind(serve, reading(lambda body: sum(map(len, iter(lambda: body.read(100_000), b"")))))
    assert client(method="POST", body=b"x" * size).body == str(size).encode()


def test_the_application_learns_that_the_client_left_before_its_body_was_whole(serve: Serve) -> None:
    caught: list[BaseException] = []

    def read(body: Any) -> object:
        try:
            return body.read(100)
        except OSError as error:
            caught.append(error)
            raise

    answer = serve(wsgi(reading(read)), STREAM)(method="POST", body=b"half", length="100")
    assert answer.status == 400
    assert isinstance(caught[0], ClientDisconnected)


def test_an_answer_before_the_body_was_read_reaches_a_client_that_still_sends(serve: Serve) -> None:
    body = Body(b"x" * 1000)
    answer = behind(serve, app_of(b"no", status="403 Forbidden"))(method="POST", body=body, length="1000")
    assert (answer.status, answer.body, body.unread()) == (403, b"no", b"")


def test_what_middleware_set_on_the_request_is_there(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JWT_SECRET", "5f0c1d7e-of-the-tests-2b94a6e8d3f7")

    def app(environ: Environ, start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", [*TEXT])
        return [str(environ["nextwsgi.request"].user["userId"]).encode()]

    client = serve(compose(with_auth)(wsgi(app)), STREAM)
    headers = {"Authorization": f"Bearer {sign_token({'userId': 7}, expiresIn=60)}"}
    assert client(headers=headers).body == b"7"
    assert client().status == 401


@pytest.mark.parametrize("config", [STREAM, {}], ids=["stream", "parser"])
def test_middleware_that_is_async_may_stand_around_it(serve: Serve, config: Any) -> None:
    async def measured(req: Req, res: Res, next: Any) -> None:
        await asyncio.sleep(0)
        await next()
        res.setHeader("X-Late", "too late")

    def streaming(environ: Environ, start_response: Start) -> Iterator[bytes]:
        write = start_response("200 OK", [*TEXT])
        write(b"read ")
        yield environ["wsgi.input"].read(300_000)

    client = serve(compose(measured)(wsgi(validator(streaming))), config)
    answer = client(method="POST", body=b"x" * 200_000)
    assert answer.body == b"read " + b"x" * 200_000
    assert answer.header("X-Late") is None


# --- The head ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "status", "reason"),
    [
        ("200 OK", 200, "OK"),
        ("299 Anything at all", 299, "Anything at all"),
        ("404 ", 404, "Not Found"),
        ("999 \xe9", 999, "\xe9"),
    ],
)
def test_status_and_phrase_are_those_of_the_application(
    serve: Serve, line: str, status: int, reason: str
) -> None:
    answer = serve(wsgi(app_of(b"x", status=line)))()
    assert (answer.status, answer.reason) == (status, reason)


def test_each_line_of_a_header_is_sent_and_nothing_is_added_to_the_content_type(serve: Serve) -> None:
    headers = [("Set-Cookie", "a=1"), ("Link", "<a>"), ("set-cookie", "b=2"), ("link", "<b>"), *TEXT]
    answer = behind(serve, app_of(b"x", headers=headers))()
    assert answer.all("Set-Cookie") == ["a=1", "b=2"]
    assert answer.all("Link") == ["<a>", "<b>"]
    assert answer.header("Content-Type") == "text/plain"
    assert answer.header("ETag") is None


def test_no_content_type_is_made_up(serve: Serve) -> None:
    for pieces in ([b"x"], [b"x", b"y"]):
        assert serve(wsgi(app_of(*pieces, headers=[])))().header("Content-Type") is None


def test_headers_that_stand_on_the_answer_already_stay(serve: Serve) -> None:
    headers = [("Set-Cookie", "b=2"), ("Vary", "Cookie"), ("X-Own", "app"), *TEXT]
    inner = wsgi(validator(app_of(b"x", headers=headers)))

    def handler(req: Req, res: Res) -> None:
        res.setHeader("Set-Cookie", "a=1").setHeader("X-Own", "outer").setHeader("X-More", "outer")
        res.setHeader("Vary", "Accept")
        inner(req, res)

    answer = serve(with_cors(origin=["https://a.example"])(handler))(headers={"Origin": "https://a.example"})
    assert answer.all("Set-Cookie") == ["a=1", "b=2"]
    assert answer.header("Vary") == "Accept, Cookie, Origin"
    assert (answer.header("X-Own"), answer.header("X-More")) == ("app", "outer")
    assert answer.header("Access-Control-Allow-Origin") == "https://a.example"


@pytest.mark.parametrize("status", ["200 OK\r\nX: y", "two hundred", "20 Short", "200 \u20ac"])
def test_a_status_that_is_none_is_an_error(serve: Serve, status: str) -> None:
    assert serve(wsgi(app_of(b"x", status=status)))().status == 500


@pytest.mark.parametrize("line", [("X", "a\r\nY: b"), ("X Y", "a"), ("X", "\u20ac")])
def test_a_header_that_must_not_leave_is_an_error(serve: Serve, line: tuple[str, str]) -> None:
    assert serve(wsgi(app_of(b"x", headers=[line])))().status == 500


# --- The body of the answer -------------------------------------------------------------------------------


@pytest.mark.parametrize("pieces", [[b"abc"], [b"a", b"", b"bc"], [b"", b"abc"], [b"abc", b""]])
def test_the_pieces_are_the_body(serve: Serve, pieces: list[bytes]) -> None:
    assert behind(serve, app_of(*pieces))().body == b"abc"


@pytest.mark.parametrize("pieces", [[], [b""], [b"", b""]])
def test_an_empty_answer_has_its_head(serve: Serve, pieces: list[bytes]) -> None:
    answer = behind(serve, app_of(*pieces, status="202 Accepted"))()
    assert (answer.status, answer.body) == (202, b"")


@pytest.mark.parametrize(
    ("method", "status", "length"),
    [("GET", "200 OK", "3"), ("HEAD", "200 OK", None), ("GET", "304 Not Modified", None)],
)
def test_the_length_of_a_body_that_is_whole_is_told(
    serve: Serve, method: str, status: str, length: str | None
) -> None:
    headers = [] if status.startswith("304") else TEXT
    answer = serve(wsgi(app_of(b"abc", status=status, headers=headers)))(method=method)
    assert answer.header("Content-Length") == length
    assert answer.body == (b"abc" if length else b"")


def test_head_keeps_the_length_that_the_application_says(serve: Serve) -> None:
    answer = behind(serve, app_of(headers=[*TEXT, ("Content-Length", "10")]))(method="HEAD")
    assert (answer.header("Content-Length"), answer.body) == ("10", b"")


def test_each_piece_leaves_when_it_is_there(serve: Serve) -> None:
    seen: list[list[bytes]] = []

    def app(environ: Environ, start_response: Start) -> Iterator[bytes]:
        start_response("200 OK", [*TEXT])
        for piece in (b"one", b"two"):
            yield piece
            seen.append([*client.answer.written])

    client = behind(serve, app)
    client()
    assert seen == [[b"one"], [b"one", b"two"]]


def test_start_response_may_be_called_with_the_first_piece(serve: Serve) -> None:
    def app(environ: Environ, start_response: Start) -> Iterator[bytes]:
        start_response("201 Created", [*TEXT])
        yield b"late"

    answer = behind(serve, app)()
    assert (answer.status, answer.body) == (201, b"late")


def test_what_is_written_comes_before_what_is_returned(serve: Serve) -> None:
    def app(environ: Environ, start_response: Start) -> Iterable[bytes]:
        write = start_response("200 OK", [*TEXT])
        write(b"")
        assert client.answer.status == 0
        write(b"a")
        write(b"b")
        assert client.answer.written == [b"a", b"b"]
        return [b"c"]

    client = behind(serve, app)
    assert client().body == b"abc"


def test_a_file_is_sent_by_the_file_wrapper_and_closed(serve: Serve) -> None:
    file = io.BytesIO(b"x" * 100_000)

    def app(environ: Environ, start_response: Start) -> Any:
        start_response("200 OK", [*TEXT])
        return environ["wsgi.file_wrapper"](file, 8192)

    assert len(behind(serve, app)().body) == 100_000
    assert file.closed


class Closing:
    """Pieces that tell whether they were closed."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)

    def close(self) -> None:
        self.closed += 1


def broken() -> Iterator[bytes]:
    yield b"half"
    raise ValueError("lost")


@pytest.mark.parametrize("pieces", [[b"a", b"b"], [], broken(), [b"a", "text"], ["text"]])
def test_what_the_application_returned_is_closed_once_whatever_happens(
    serve: Serve, pieces: Iterable[bytes]
) -> None:
    closing = Closing(pieces)

    def app(environ: Environ, start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", [*TEXT])
        return closing

    serve(wsgi(app)).exchange()
    assert closing.closed == 1


def test_a_client_that_leaves_has_the_pieces_closed(serve: Serve) -> None:
    closing = Closing([b"x"] * 100)

    def app(environ: Environ, start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", [*TEXT])
        return closing

    assert isinstance(serve(wsgi(app)).exchange(taken=2).failure, BrokenPipeError)
    assert closing.closed == 1


@pytest.mark.parametrize(("length", "sent"), [("2", b"ab"), ("9", b"abc")])
@pytest.mark.parametrize("pieces", [[b"abc"], [b"a", b"bc"]])
def test_an_answer_of_another_length_than_was_told_has_the_connection_cut(
    serve: Serve, pieces: list[bytes], length: str, sent: bytes
) -> None:
    answer = serve(wsgi(app_of(*pieces, headers=[*TEXT, ("Content-Length", length)]))).exchange()
    assert isinstance(answer.failure, BrokenAnswer)
    assert answer.body == sent


# --- Errors -----------------------------------------------------------------------------------------------


def failing(environ: Environ, start_response: Start) -> Iterable[bytes]:
    raise ValueError("lost")


def failing_after_the_start(environ: Environ, start_response: Start) -> Iterable[bytes]:
    start_response("200 OK", [("Set-Cookie", "a=1"), ("Content-Length", "3"), *TEXT])
    raise ValueError("lost")


def failing_at_the_first_piece(environ: Environ, start_response: Start) -> Iterator[bytes]:
    start_response("200 OK", [("Set-Cookie", "a=1"), *TEXT])
    yield b""
    raise ValueError("lost")


def never_starting(environ: Environ, start_response: Start) -> Iterable[bytes]:
    return [b"body"]


def never_starting_and_empty(environ: Environ, start_response: Start) -> Iterable[bytes]:
    return []


def starting_twice(environ: Environ, start_response: Start) -> Iterable[bytes]:
    start_response("200 OK", [*TEXT])
    start_response("201 Created", [*TEXT])
    return []


def giving_text(environ: Environ, start_response: Start) -> Iterable[Any]:
    start_response("200 OK", [*TEXT])
    return ["text"]


def returning_nothing(environ: Environ, start_response: Start) -> Any:
    start_response("200 OK", [*TEXT])


def exiting(environ: Environ, start_response: Start) -> Iterable[bytes]:
    sys.exit(3)


@pytest.mark.parametrize(
    "app",
    [
        failing,
        failing_after_the_start,
        failing_at_the_first_piece,
        never_starting,
        never_starting_and_empty,
        starting_twice,
        giving_text,
        returning_nothing,
        exiting,
    ],
    ids=lambda app: app.__name__,
)
def test_an_application_that_fails_before_its_first_byte_is_answered_500(serve: Serve, app: App) -> None:
    answer = serve(wsgi(app))()
    assert (answer.status, answer.body) == (500, b"Internal Server Error")
    assert answer.all("Set-Cookie") == []


def test_an_application_that_fails_after_its_first_byte_has_the_connection_cut(serve: Serve) -> None:
    def app(environ: Environ, start_response: Start) -> Iterable[bytes]:
        start_response("200 OK", [*TEXT])
        return broken()

    answer = serve(wsgi(app)).exchange()
    assert isinstance(answer.failure, BrokenAnswer)
    assert answer.body == b"half"


def with_error_page(before: bytes) -> App:
    """Make an application that answers its own errors, as PEP 3333 shows it."""

    def app(environ: Environ, start_response: Start) -> Iterable[bytes]:
        write = start_response("200 OK", [("X-Lost", "yes"), *TEXT])
        try:
            write(before)
            raise ValueError("lost")
        except ValueError:
            start_response("503 Sorry", [*TEXT], sys.exc_info())
            return [b"page"]

    return app


def test_an_error_page_takes_the_place_of_what_has_not_left(serve: Serve) -> None:
    answer = behind(serve, with_error_page(b""))()
    assert (answer.status, answer.reason, answer.body) == (503, "Sorry", b"page")
    assert answer.header("X-Lost") is None


def test_an_error_page_that_comes_too_late_raises_the_error_itself(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    answer: Answer = serve(wsgi(with_error_page(b"begun"))).exchange()
    assert isinstance(answer.failure, BrokenAnswer)
    assert answer.body == b"begun"
    assert "ValueError: lost" in caplog.text


# --- What is no application -------------------------------------------------------------------------------


@Request.application
def of_werkzeug(request: Request) -> Response:
    """Take a request, as the decorator's function does."""
    return Response(request.method)


def test_a_decorated_function_is_an_application_whatever_is_inside(serve: Serve) -> None:
    assert serve(wsgi(of_werkzeug))().body == b"GET"


def test_what_does_not_tell_its_parameters_is_taken() -> None:
    untold: Any = max  # as applications may be that are written in C
    assert callable(wsgi(untold))


async def asgi(scope: Any, receive: Any, send: Any) -> None:
    """Take what ASGI gives."""


async def awaited(environ: Any, start_response: Any) -> None:
    """Take what WSGI gives, and want to be awaited."""


@pytest.mark.parametrize("thing", [None, "module:app", asgi, awaited, lambda environ: []])
def test_what_is_no_wsgi_application_is_refused_when_the_server_starts(thing: Any) -> None:
    with pytest.raises(TypeError, match=r"wsgi\(\) takes a WSGI application, def app\(environ, start_"):
        wsgi(thing)

"""``with_cors``: on every answer, before body and authentication, for exactly the origins that were named."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextwsgi import ApiError
from nextwsgi.errors import RouteError
from nextwsgi.files import load_routes
from nextwsgi.middleware import Wrapper, compose, methods, with_cors
from nextwsgi.testing import Client
from tests.contract.client import Answer, Handler, Req, Res, Serve
from tests.contract.serving import Server, everything, gunicorn, write

HERE, OTHER, EVIL = "https://a.example", "https://b.example", "https://evil.example"
FROM_HERE, FROM_EVIL = {"Origin": HERE}, {"Origin": EVIL}
PREFLIGHT = FROM_HERE | {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-a"}
JSON = {"Content-Type": "application/json"}
ORIGIN, CREDENTIALS = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"


def hello(req: Req, res: Res) -> None:
    res.json({"body": req.body})


async def hello_async(req: Req, res: Res) -> None:
    res.json({"body": req.body})


def cors(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.lines if name.startswith("Access-Control-")}


def allowed(origin: Any, sent: str | None, **options: Any) -> str | None:
    """Give what a request of an origin is answered in Access-Control-Allow-Origin."""
    client = Client(with_cors(origin=origin, **options)(hello))
    found: str | None = client.get(headers={} if sent is None else {"Origin": sent}).headers.get(ORIGIN)
    return found


# --- On every answer --------------------------------------------------------------------------------------


def fail(req: Req, res: Res) -> None:
    raise RuntimeError("lost")


async def fail_async(req: Req, res: Res) -> None:
    raise ApiError(409, "Taken")


def stream(req: Req, res: Res) -> None:
    res.write("a")
    res.end("b")


async def stream_async(req: Req, res: Res) -> None:
    res.send(iter("ab"))


def empty(req: Req, res: Res) -> None:
    res.status(204).end()


def redirect(req: Req, res: Res) -> None:
    res.redirect("/elsewhere")


def own_vary(req: Req, res: Res) -> None:
    res.setHeader("Vary", "Accept-Language").send("x")


def nothing(req: Req, res: Res) -> None: ...


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
@pytest.mark.parametrize(
    "handler",
    [hello, hello_async, fail, fail_async, stream, stream_async, empty, redirect, own_vary, nothing],
)
def test_the_headers_are_on_every_answer(serve: Serve, handler: Handler, method: str) -> None:
    ask = serve(with_cors(origin=[HERE], credentials=True)(handler))
    answer = ask(method=method, headers=FROM_HERE)
    assert cors(answer) == {ORIGIN: HERE, CREDENTIALS: "true"}
    refused = ask(method=method, headers=FROM_EVIL)
    assert cors(refused) == {}
    vary = "Accept-Language, Origin" if handler is own_vary else "Origin"
    assert answer.all("Vary") == refused.all("Vary") == ask(method=method).all("Vary") == [vary]


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"body": b"{"}, 400),
        ({"body": b"x" * 2_000_000}, 413),
        ({"body": b"{}", "length": "5000000"}, 413),
        ({"body": b"{}", "length": "7"}, 400),
    ],
)
@pytest.mark.parametrize("handler", [hello, hello_async])
def test_the_headers_are_on_the_parsers_errors(
    serve: Serve, handler: Handler, options: dict[str, Any], status: int
) -> None:
    ask = serve(with_cors(origin=[HERE])(handler))
    answer = ask(method="POST", headers=FROM_HERE | JSON, **options)
    assert (answer.status, answer.header(ORIGIN), answer.all("Vary")) == (status, HERE, ["Origin"])


def test_the_headers_are_on_304(serve: Serve) -> None:
    ask = serve(with_cors(origin=[HERE, OTHER])(lambda req, res: res.send("same")))
    tag = ask().header("ETag") or ""
    answer = ask(headers={"Origin": OTHER, "If-None-Match": tag})
    assert (answer.status, answer.header(ORIGIN), answer.all("Vary")) == (304, OTHER, ["Origin"])


def test_the_headers_are_on_405(serve: Serve) -> None:
    answer = serve(with_cors(origin=HERE)(methods(GET=hello)))(method="PATCH", headers=FROM_HERE)
    assert (answer.status, answer.header(ORIGIN), answer.all("Vary")) == (405, HERE, ["Origin"])


@pytest.mark.parametrize("names", ["Accept", ["Accept", "Cookie"], "origin", "*", "Accept, Origin"])
def test_vary_is_added_to_and_never_lost(serve: Serve, names: str | list[str]) -> None:
    def handler(req: Req, res: Res) -> None:
        res.writeHead(200, {"vary": names} if isinstance(names, str) else {"Vary": [*names]})
        res.end()

    (line,) = serve(with_cors(origin=[HERE])(handler))().all("Vary")
    told = {name.strip().lower() for name in line.split(",")}
    given = {name.strip().lower() for name in (names if isinstance(names, list) else names.split(","))}
    assert told == ({"*"} if names == "*" else given | {"origin"})
    assert len(told) == len(line.split(","))


def test_vary_can_be_appended_to(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.appendHeader("Vary", "Accept")
        res.removeHeader("Vary")
        res.appendHeader("Vary", "Cookie")
        res.end()

    assert serve(with_cors(origin=[HERE])(handler))().all("Vary") == ["Cookie, Origin"]


# --- Preflight --------------------------------------------------------------------------------------------


def refuse(handler: Handler) -> Handler:
    @wraps(handler)
    def inner(req: Req, res: Res) -> None:
        res.status(401).json({"error": "Unauthorized"})

    return inner


def never(req: Req, res: Res) -> None:
    raise AssertionError("the handler ran")


async def never_async(req: Req, res: Res) -> None:
    raise AssertionError("the handler ran")


@pytest.mark.parametrize("body", [b"", b"{", b"x" * 2_000_000])
@pytest.mark.parametrize("handler", [never, never_async])
@pytest.mark.parametrize("parts", [(with_cors(origin=HERE), refuse), (refuse, with_cors(origin=HERE))])
def test_a_preflight_is_answered_before_body_and_authentication(
    serve: Serve, parts: tuple[Wrapper, ...], handler: Handler, body: bytes
) -> None:
    answer = serve(compose(*parts)(handler))(method="OPTIONS", headers=PREFLIGHT | JSON, body=body)
    assert (answer.status, answer.body, answer.header("Content-Length")) == (204, b"", None)
    assert cors(answer) == {
        ORIGIN: HERE,
        "Access-Control-Allow-Methods": "GET,HEAD,PUT,PATCH,POST,DELETE",
        "Access-Control-Allow-Headers": "x-a",
    }
    assert answer.all("Vary") == ["Origin, Access-Control-Request-Headers"]


def test_a_preflight_of_another_origin_is_answered_without_permission(serve: Serve) -> None:
    answer = serve(with_cors(origin=[HERE], allowedHeaders=["X-A"])(never))(
        method="OPTIONS", headers=PREFLIGHT | FROM_EVIL
    )
    assert (answer.status, cors(answer), answer.all("Vary")) == (204, {}, ["Origin"])


def test_other_statuses_have_a_length(serve: Serve) -> None:
    answer = serve(with_cors(optionsSuccessStatus=200)(never))(method="OPTIONS", headers=PREFLIGHT)
    assert (answer.status, answer.header("Content-Length")) == (200, "0")


def test_a_preflight_may_go_on(serve: Serve) -> None:
    ask = serve(with_cors(origin=HERE, preflightContinue=True)(methods(PUT=hello)))
    answer = ask(method="OPTIONS", headers=PREFLIGHT)
    assert (answer.status, answer.all("Allow"), answer.header(ORIGIN)) == (204, ["PUT"], HERE)
    assert ask(method="OPTIONS", headers=PREFLIGHT | JSON, body=b"{").status == 400


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_what_is_no_options_is_no_preflight(serve: Serve, method: str) -> None:
    answer = serve(with_cors(origin=HERE)(hello))(method=method, headers=PREFLIGHT)
    assert (answer.status, answer.body) == (200, serve(hello)(method=method).body)
    assert cors(answer) == {ORIGIN: HERE}


def test_options_without_a_method_asked_for_is_the_handlers(serve: Serve) -> None:
    answer = serve(with_cors(origin=HERE)(methods(PUT=hello)))(method="OPTIONS", headers=FROM_HERE)
    assert (answer.status, answer.all("Allow"), cors(answer)) == (204, ["PUT"], {ORIGIN: HERE})


@pytest.mark.parametrize(
    ("wanted", "sent"),
    [
        ("x-a", "x-a"),
        ("x-a, X-B,x-c", "x-a, X-B,x-c"),
        ("", None),
        ("x a", None),
        ("x-a,", None),
        ("x-a;b", None),
        ("\x7f", None),
        ("é", None),
        (",".join(["x"] * 5000), ",".join(["x"] * 5000)),
    ],
)
def test_only_names_of_headers_are_sent_back(serve: Serve, wanted: str, sent: str | None) -> None:
    headers = PREFLIGHT | {"Access-Control-Request-Headers": wanted}
    answer = serve(with_cors()(never))(method="OPTIONS", headers=headers)
    assert (answer.status, answer.header("Access-Control-Allow-Headers")) == (204, sent)


def test_methods_may_have_their_own(serve: Serve) -> None:
    ask = serve(methods(GET=with_cors()(hello), PUT=with_cors(origin=[HERE])(hello_async), POST=hello))
    assert ask(headers=FROM_EVIL).header(ORIGIN) == "*"
    assert ask(method="OPTIONS", headers=PREFLIGHT).header(ORIGIN) == HERE
    assert ask(method="OPTIONS", headers=PREFLIGHT | FROM_EVIL).header(ORIGIN) is None
    assert cors(ask(method="POST", headers=FROM_HERE)) == {}


def test_a_wrapper_without_wraps_only_delays_it(serve: Serve) -> None:
    def careless(handler: Handler) -> Handler:
        def inner(req: Req, res: Res) -> object:
            return handler(req, res)

        return inner

    ask = serve(careless(with_cors(origin=[HERE])(hello_async)))
    assert ask(headers=FROM_HERE).header(ORIGIN) == HERE
    assert ask(method="OPTIONS", headers=PREFLIGHT).status == 204


def test_an_origin_is_asked_for_once(serve: Serve) -> None:
    asked: list[object] = []

    def origin(sent: str | None) -> bool:
        asked.append(sent)
        return True

    serve(with_cors(origin=origin)(hello))(headers=FROM_HERE)
    serve(with_cors(origin=origin)(hello))()
    assert asked == [HERE, None]


def test_two_around_each_other_both_count(serve: Serve) -> None:
    ask = serve(compose(with_cors(exposedHeaders="X-A"), with_cors(origin=[HERE]))(hello))
    answer = ask(headers=FROM_HERE)
    assert cors(answer) == {ORIGIN: HERE, "Access-Control-Expose-Headers": "X-A"}
    assert ask(method="OPTIONS", headers=PREFLIGHT).header(ORIGIN) == "*"  # the outer one answers


def test_false_is_no_cors_at_all(serve: Serve) -> None:
    ask = serve(with_cors(origin=False)(methods(GET=hello)))
    answer = ask(method="OPTIONS", headers=PREFLIGHT)
    assert (answer.all("Allow"), cors(answer), answer.all("Vary")) == (["GET"], {}, [])
    assert cors(ask(headers=FROM_HERE)) == {}


# --- Origins ----------------------------------------------------------------------------------------------

SUBDOMAINS = re.compile(r"https://([a-z0-9-]+\.)*c\.example")


@pytest.mark.parametrize(
    ("origin", "sent", "found"),
    [
        ("*", None, "*"),
        ("*", "null", "*"),
        (HERE, None, HERE),
        (HERE, EVIL, HERE),
        ([HERE], None, None),
        ((HERE, OTHER), OTHER, OTHER),
        ({HERE, OTHER}, OTHER, OTHER),
        ([HERE], HERE.upper(), None),
        ([HERE], HERE + "/", None),
        ([HERE], HERE + ":443", None),
        ([HERE], f"{HERE}, {HERE}", None),
        ([HERE], f"{HERE},{EVIL}", None),
        ([HERE], "http://a.example", None),
        ([HERE], f"{HERE}.evil.example", None),
        (["http://localhost:3000"], "http://localhost:3000", "http://localhost:3000"),
        (["http://[::1]:3000"], "http://[::1]:3000", "http://[::1]:3000"),
        (["chrome-extension://abc"], "chrome-extension://abc", "chrome-extension://abc"),
        (SUBDOMAINS, "https://c.example", "https://c.example"),
        (SUBDOMAINS, "https://a.b.c.example", "https://a.b.c.example"),
        (SUBDOMAINS, "https://c.example.evil", None),
        (SUBDOMAINS, "https://evilc.example", None),
        (SUBDOMAINS, "https://c.example\n", None),
        ([HERE, SUBDOMAINS], "https://a.c.example", "https://a.c.example"),
        (True, EVIL, EVIL),
        (True, None, None),
        (True, "null", None),
        (True, "nonsense", None),
        (True, "https://a b", None),
        (True, "https://a,https://b", None),
        (True, "https://é", None),
        (True, "*", None),
        (["null"], "null", "null"),
        ("null", "null", "null"),
        ([], HERE, None),
    ],
)
def test_an_origin_is_matched_whole_and_to_the_letter(
    origin: Any, sent: str | None, found: str | None
) -> None:
    assert allowed(origin, sent) == found


@pytest.mark.parametrize(
    ("returned", "sent", "found"),
    [
        (True, HERE, HERE),
        (True, "null", None),
        (True, None, None),
        (False, HERE, None),
        (None, HERE, None),
        ("", HERE, None),
        (HERE, HERE, HERE),
        (HERE, EVIL, HERE),
        ("*", EVIL, "*"),
        ([HERE], HERE, HERE),
        ([HERE], EVIL, None),
        (["null"], "null", "null"),
        (SUBDOMAINS, "https://x.c.example", "https://x.c.example"),
    ],
)
def test_a_function_may_return_any_of_them(returned: Any, sent: str | None, found: str | None) -> None:
    assert allowed(lambda origin: returned, sent) == found


@pytest.mark.parametrize(
    ("sent", "found"), [(HERE, HERE), ("null", None), ("nonsense", None), ("a\x7fb", None), (None, None)]
)
def test_a_function_that_returns_what_it_is_given_lets_origins_through_alone(
    sent: str | None, found: str | None
) -> None:
    assert allowed(lambda origin: origin, sent) == found


def test_a_function_that_returns_nonsense_is_a_500(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    answer = serve(with_cors(origin=lambda origin: "a.example")(hello))(headers=FROM_HERE)
    assert (answer.status, answer.all("Vary")) == (500, ["Origin"])
    assert "did you mean 'https://a.example'?" in caplog.text


def test_a_function_may_let_anybody_in_but_not_with_credentials(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    assert allowed(lambda origin: True, EVIL, credentials=True) == EVIL
    answer = serve(with_cors(origin=lambda origin: "*", credentials=True)(hello))(headers=FROM_HERE)
    assert (answer.status, cors(answer)) == (500, {})
    assert "lets every site act as your user" in caplog.text


def test_a_list_that_changes_later_changes_nothing() -> None:
    origins = [HERE]
    client = Client(with_cors(origin=origins)(hello))
    origins.append(EVIL)
    assert client.get(headers=FROM_EVIL).headers.get(ORIGIN) is None


@given(st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0")), st.booleans())
def test_no_origin_makes_it_fail(sent: str, preflight: bool) -> None:
    headers = {"Origin": sent, "Access-Control-Request-Headers": sent}
    headers |= {"Access-Control-Request-Method": sent} if preflight else {}
    for wrapper in (
        with_cors(origin=True),
        with_cors(origin=[HERE]),
        with_cors(origin=lambda origin: origin),
    ):
        answer = Client(wrapper(hello)).options(headers=headers)
        assert answer.status in (200, 204)
        assert answer.headers.get(ORIGIN) in (None, sent)
        assert answer.headers.get("Vary", "").startswith("Origin")


# --- The holes of others ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin",
    [
        *("*", True, "null", ["null"], re.compile("https?://.*"), [HERE, re.compile(r"http(s)?:\/\/.+")]),
        re.compile("null|https://a\\.example"),
    ],
)
def test_cve_2024_25124_credentials_are_for_named_origins(origin: Any) -> None:
    """Fiber sent ``*`` or any origin back together with credentials."""
    with pytest.raises(ValueError, match="with credentials lets every site act as your user") as told:
        with_cors(origin=origin, credentials=True)
    one = [*origin][-1] if isinstance(origin, list) else origin
    assert str(told.value).startswith(f"with_cors: origin={one!r} with credentials ")
    assert str(told.value).endswith(" act as your user: name the origins that may")
    with_cors(origin=origin)
    with_cors(origin=SUBDOMAINS, credentials=True)


@pytest.mark.parametrize("vary", ["*", "X-Evil", "Origin, X-Evil"])
def test_cve_2025_71381_vary_holds_nothing_of_the_request(serve: Serve, vary: str) -> None:
    """Hono copied the request's Vary into the answer."""
    ask = serve(with_cors(origin=[HERE])(hello))
    for method in ("GET", "OPTIONS"):
        assert "X-Evil" not in str(ask(method=method, headers=PREFLIGHT | {"Vary": vary}).lines)
        assert ask(method=method, headers=PREFLIGHT | {"Vary": vary}).header("Vary") != "*"


def test_cve_2024_6221_no_private_network_is_opened(serve: Serve) -> None:
    """flask-cors let public sites reach private networks unless told otherwise."""
    headers = PREFLIGHT | {"Access-Control-Request-Private-Network": "true"}
    answer = serve(with_cors()(hello))(method="OPTIONS", headers=headers)
    assert "Private-Network" not in str(answer.lines)


def test_cve_2024_6839_a_route_has_its_own_rules_whatever_others_have(tmp_path: Path) -> None:
    """flask-cors chose among patterns of paths, and a laxer one could win."""
    source = (
        "from nextwsgi.middleware import with_cors\n@with_cors(origin={!r})\ndef handler(req, res): res.end()"
    )
    write(
        tmp_path,
        {"users": source.format([HERE]), "[id]": source.format([OTHER]), "Users": source.format("*")},
    )
    client = Client(tmp_path)
    for path, found in (("users", HERE), ("x", OTHER), ("Users", "*"), ("users%20", OTHER)):
        for origin in (HERE, OTHER, EVIL):
            answer = client.get(f"/api/{path}", headers={"Origin": origin})
            assert answer.headers.get(ORIGIN) == (found if found in ("*", origin) else None)


# --- Mistakes ---------------------------------------------------------------------------------------------


def refused(**options: Any) -> str:
    with pytest.raises((TypeError, ValueError)) as error:
        with_cors(**options)
    return str(error.value).removeprefix("with_cors: ")


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        ("https://a.example/", "did you mean 'https://a.example'?"),
        ("https://A.example/path?x", "did you mean 'https://a.example'?"),
        ("https://a.example:443", "did you mean 'https://a.example'?"),
        ("http://a.example:80", "did you mean 'http://a.example'?"),
        ("http://a.example:8080/", "did you mean 'http://a.example:8080'?"),
        ("a.example", "did you mean 'https://a.example'?"),
        ("localhost:3000", "did you mean 'https://localhost:3000'?"),
        (
            "https://*.a.example",
            'for many hosts write origin=re.compile(r"https://([a-z0-9-]+\\.)*example\\.com")',
        ),
        ("", "write its scheme and host, 'https://example.com'"),
        (" https://a.example", "write its scheme and host, 'https://example.com'"),
        ("https://a.example, https://b.example", "write its scheme and host, 'https://example.com'"),
        ("https://a.example\r\nX: 1", "write its scheme and host, 'https://example.com'"),
    ],
)
def test_an_origin_that_no_browser_sends_is_refused(origin: str, said: str) -> None:
    assert refused(origin=origin) == f"{origin!r} is no origin that a browser sends: {said}"
    assert refused(origin=[HERE, origin]) == f"{origin!r} is no origin that a browser sends: {said}"


KINDS = "origin must be an origin, a pattern, a list of them, True or False, not"
WHOLE = "must match a whole origin, scheme included"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"origin": ["*"]}, '"*" is no origin among others: write origin="*"'),
        ({"origin": None}, f"{KINDS} None"),
        ({"origin": 5}, f"{KINDS} 5"),
        ({"origin": [None]}, f"{KINDS} None"),
        ({"origin": {HERE: True}}, f"{KINDS} {{'https://a.example': True}}"),
        ({"origin": re.compile(r"\.example\.com$")}, f"'\\\\.example\\\\.com$' {WHOLE}: re.compile("),
        ({"origin": re.compile(rb"https://a")}, f"b'https://a' {WHOLE}"),
        ({"methods": ["get"]}, "methods are in capitals: 'GET', not 'get'"),
        ({"methods": "GET POST"}, "'GET POST' is no name for methods"),
        ({"methods": 5}, "methods must be a list of names, not 5"),
        ({"allowedHeaders": [5]}, "allowedHeaders must be a list of names, not [5]"),
        ({"allowedHeaders": "X-A,,X-B"}, "'' is no name for allowedHeaders"),
        ({"exposedHeaders": "X-A\r\nX-B: 1"}, "'X-A\\r\\nX-B: 1' is no name for exposedHeaders"),
        (
            {"origin": HERE, "credentials": True, "allowedHeaders": "*"},
            'with credentials "*" is a mere name to browsers: list the allowedHeaders',
        ),
        ({"credentials": "true"}, "credentials must be True or False, not 'true'"),
        ({"maxAge": "600"}, "maxAge must be a whole number of seconds, not '600'"),
        ({"maxAge": True}, "maxAge must be a whole number of seconds, not True"),
        ({"optionsSuccessStatus": 404}, "browsers take 200 to 299 as optionsSuccessStatus, not 404"),
        ({"optionsSuccessStatus": 300}, "browsers take 200 to 299 as optionsSuccessStatus, not 300"),
        ({"optionsSuccessStatus": True}, "browsers take 200 to 299 as optionsSuccessStatus, not True"),
        ({"optionsSuccessStatus": "204"}, "optionsSuccessStatus must be a number, not '204'"),
    ],
)
def test_a_mistake_is_told_at_import(options: dict[str, Any], said: str) -> None:
    assert refused(**options).startswith(said)


def test_an_async_function_for_the_origin_is_refused() -> None:
    async def origin(sent: str | None) -> bool:
        return True

    assert refused(origin=origin) == "origin is asked before the handler runs: its function must be def"


def test_a_function_with_a_callback_is_refused() -> None:
    said = "origin is called with the origin alone, and returns what is allowed"
    assert refused(origin=lambda origin, callback: callback(None, True)) == said


@pytest.mark.parametrize("status", [200, 299])
def test_what_is_no_mistake_is_taken(status: int) -> None:
    with_cors(optionsSuccessStatus=status)
    with_cors(origin=False, credentials=True)
    client = Client(with_cors(allowedHeaders="*", exposedHeaders="", methods="*")(hello))
    answer = client.options(headers=PREFLIGHT)
    assert answer.headers["Access-Control-Allow-Headers"] == "*"
    assert answer.headers["Access-Control-Allow-Methods"] == "*"
    assert "Access-Control-Expose-Headers" not in answer.headers
    assert (
        "Access-Control-Allow-Headers"
        not in Client(with_cors(allowedHeaders="")(hello)).options(headers=PREFLIGHT).headers
    )


def test_forgotten_brackets_are_told() -> None:
    message = "with_cors takes its options by name and the handler after them: with_cors()(handler)"
    forgetful: list[Callable[[], object]] = [
        lambda: with_cors(hello),  # type: ignore[arg-type]
        lambda: compose(with_cors)(hello),
    ]
    for forget in forgetful:
        with pytest.raises(TypeError, match=re.escape(message)):
            forget()


def test_the_start_names_the_file_of_a_mistake(tmp_path: Path) -> None:
    source = "from nextwsgi.middleware import with_cors\n\nhandler = with_cors(credentials=True)(print)\n"
    write(tmp_path, {"x": source})
    with pytest.raises(RouteError) as error:
        load_routes(tmp_path)
    assert "pages/api/x.py: it cannot be imported: ValueError: with_cors: origin='*' with credentials" in str(
        error.value
    )


# --- Over sockets -----------------------------------------------------------------------------------------

ROUTE = f"""
from nextwsgi.middleware import compose, with_cors

def with_auth(handler):
    def inner(req, res):
        return res.status(401).json({{"error": "Unauthorized"}})
    inner.__dict__.update(handler.__dict__)
    return inner

@compose(with_cors(origin=["{HERE}"], credentials=True, maxAge=600), with_auth)
async def handler(req, res):
    res.json(req.body)
"""


@pytest.fixture(scope="module", params=["sync", "gthread"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = tmp_path_factory.mktemp("cors")
    write(root, {"cors": ROUTE})
    with gunicorn(root, request.param, 4 if request.param == "gthread" else 1) as running:
        yield running


def exchange(
    server: Server, method: str, body: bytes, *, length: int | None = None, preflight: bool
) -> bytes:
    lines = [
        f"{method} /api/cors HTTP/1.1",
        "Host: localhost",
        f"Origin: {HERE}",
        *(["Access-Control-Request-Method: PUT"] if preflight else []),
        "Content-Type: application/json",
        f"Content-Length: {len(body) if length is None else length}",
        "Connection: close",
    ]
    with server.connection() as client:
        client.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        if length is not None:
            client.shutdown(socket.SHUT_WR)
        return everything(client)


@pytest.mark.parametrize("body", [b"", b"{broken", b"x" * 3_000_000])
def test_a_preflight_with_any_body_is_answered_by_gunicorn(server: Server, body: bytes) -> None:
    answer = exchange(server, "OPTIONS", body, preflight=True)
    head, _, rest = answer.partition(b"\r\n\r\n")
    assert (head[:12], rest) == (b"HTTP/1.1 204", b"")
    for line in (
        f"{ORIGIN}: {HERE}",
        f"{CREDENTIALS}: true",
        "Access-Control-Max-Age: 600",
        "Vary: Origin, Access-Control-Request-Headers",
    ):
        assert line.encode() in head.split(b"\r\n")


@pytest.mark.parametrize(("body", "status"), [(b"x" * 3_000_000, 413), (b"{broken", 400), (b"{}", 401)])
def test_errors_have_the_headers_under_gunicorn(server: Server, body: bytes, status: int) -> None:
    head = exchange(server, "POST", body, preflight=False).partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert head[0].startswith(f"HTTP/1.1 {status} ".encode())
    assert {f"{ORIGIN}: {HERE}".encode(), b"Vary: Origin"} <= set(head)


def test_a_body_that_breaks_off_has_them_too(server: Server) -> None:
    head = exchange(server, "POST", b"{", length=50, preflight=False).partition(b"\r\n\r\n")[0]
    assert head.startswith(b"HTTP/1.1 400 ")
    assert f"{ORIGIN}: {HERE}".encode() in head

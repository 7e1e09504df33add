"""``get_session``: the session of a Next.js front end, None for anything else, and never an exception."""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nextwsgi.auth
from nextwsgi.auth import get_session, get_token
from nextwsgi.auth.jwks import key_source
from nextwsgi.errors import BrokenAnswer
from nextwsgi.jsontext import stringify
from nextwsgi.testing import Client as Caller
from tests.contract.client import Client, Req, Res, Serve
from tests.unit.auth.making import ADA, NAME, SECRET, encoded, key, lasting, token
from tests.unit.auth.recorded import bearer, cookie
from tests.unit.auth.test_jwks import Shop, running

OTHER = "Vg2QYr3XfW8rP0nq7uTj5sKd9mLh4zBc"
USER = {"name": "Ada", "email": "ada@example.com", "image": None}


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("NEXTAUTH_SECRET", "AUTH_SECRET_1", "AUTH_URL", "NEXTAUTH_URL", "BETTER_AUTH_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AUTH_SECRET", SECRET)
    yield
    key_source.cache_clear()


def show(req: Req, res: Res) -> None:
    res.json([get_session(req), get_token(req)])


async def show_later(req: Req, res: Res) -> None:
    res.json([await get_session(req), await get_token(req)])


either = pytest.mark.parametrize("handler", [show, show_later])


def sent(client: Client, value: str, name: str = NAME) -> Any:
    """Give what a cookie is worth, as the handlers above show it."""
    answer = client(headers={"Cookie": f"{name}={value}"})
    assert answer.status == 200
    return answer.json()


# --- Who is told ------------------------------------------------------------------------------------------


@either
def test_a_cookie_is_a_session(serve: Serve, handler: Any) -> None:
    claims = lasting(exp=1_900_000_000, role="admin")
    session = {"user": USER, "expires": "2030-03-17T17:46:40.000Z"}
    assert sent(serve(handler), token(claims)) == [session, claims]


def test_the_end_of_a_session_is_in_utc_wherever_the_server_is(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "America/New_York")
        time.tzset()
        session, _ = sent(serve(show), token(lasting(exp=1_900_000_000)))
    time.tzset()
    assert session["expires"] == "2030-03-17T17:46:40.000Z"


@either
def test_without_a_cookie_there_is_none(serve: Serve, handler: Any) -> None:
    assert serve(handler)().json() == [None, None]


def test_the_object_of_javascript_becomes_a_keyword(serve: Serve) -> None:
    client = serve(lambda req, res: res.json(get_session(req=req)))
    assert sent(client, token())["user"] == USER


def test_the_name_of_the_cookie_is_part_of_its_key(serve: Serve) -> None:
    client = serve(show)
    secure = f"__Secure-{NAME}"
    assert sent(client, token(name=secure), secure)[0]["user"] == USER
    assert sent(client, token(), secure) == [None, None]
    assert sent(client, token(name=secure)) == [None, None]


def test_on_https_only_a_secure_cookie_counts(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTH_URL", "https://shop.example")
    assert sent(serve(show), token()) == [None, None]
    secure = f"__Secure-{NAME}"
    assert sent(serve(show), token(name=secure), secure)[0]["user"] == USER


def test_the_first_cookie_that_is_good_counts(serve: Serve) -> None:
    old = token(lasting(exp=1))
    new = token(lasting(name="Eve"), name=f"__Secure-{NAME}")
    for cookies, name in (
        (f"{NAME}={token()}; __Secure-{NAME}={new}", "Eve"),
        (f"{NAME}={token()}; __Secure-{NAME}={old}", "Ada"),
        (f"{NAME}={token()}; __Secure-{NAME}=x; next-auth.session-token=y", "Ada"),
    ):
        assert serve(show)(headers={"Cookie": cookies}).json()[0]["user"]["name"] == name


def test_a_secret_may_change_while_cookies_of_the_old_one_last(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, old = serve(show), token()
    monkeypatch.setenv("AUTH_SECRET", OTHER)
    assert sent(client, old) == [None, None]
    monkeypatch.setenv("AUTH_SECRET_1", SECRET)
    assert sent(client, old)[0]["user"] == USER
    assert sent(client, token(secret=OTHER))[0]["user"] == USER


def test_cookies_that_were_replaced_on_req_count(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        req.cookies = {NAME: token()}
        show(req, res)

    assert serve(handler)().json()[0]["user"] == USER


@either
def test_the_test_client_sends_sessions_too(handler: Any) -> None:
    assert Caller(handler).get(cookies={NAME: token()}).json()[0]["user"] == USER


# --- Who is not -------------------------------------------------------------------------------------------

now = time.time
HEADERS: dict[str, dict[str, Any]] = {
    "compressed": {"zip": "DEF"},
    "another kid": {"kid": "x"},
}
FORGED: dict[str, Callable[[], str]] = {
    **{name: partial(token, header=header) for name, header in HEADERS.items()},
    "another secret": lambda: token(secret=OTHER),
    "ended": lambda: token(lasting(exp=int(now()) - 16)),
    "no exp": lambda: token(ADA),
    "exp is null": lambda: token(lasting(exp=None)),
    "exp is true": lambda: token(lasting(exp=True)),
    "exp is text": lambda: token(lasting(exp="1900000000")),
    "exp is a list": lambda: token(lasting(exp=[1])),
    "exp is endless": lambda: token(b'{"exp":1e999}'),
    "exp has many digits": lambda: token(b'{"exp":1' + b"0" * 400 + b"}"),
    "exp has too many digits": lambda: token(b'{"exp":1' + b"0" * 5000 + b"}"),
    "exp is beyond dates": lambda: token(lasting(exp=253_402_300_800)),
    "nbf is to come": lambda: token(lasting(nbf=int(now()) + 60)),
    "nbf is text": lambda: token(lasting(nbf="1")),
    "a list": lambda: token([lasting()]),
    "no JSON": lambda: token(b"{"),
    "NaN": lambda: token(b'{"exp":NaN}'),
    "deep": lambda: token(b"[" * 40_000),
    "no UTF-8": lambda: token(b'{"exp":1900000000,"name":"\xff"}'),
    "a token within": lambda: token(token().encode()),
    "a database session": lambda: "3d1f6b1e-0c57-4f6e-9d2f-7a1f6f5b2a10",
    "a signed token": lambda: bearer("signed by hand").token,
    "too long": lambda: token(lasting(note="x" * 60_000)),
    "not ASCII": lambda: "é".encode().decode("latin-1") + token(),
    "NUL": lambda: token() + "%00",
    "half a surrogate": lambda: token() + "%ED%A0%80",
    "line end": lambda: token() + "%0A",
    "spaces": lambda: token().replace(".", ". "),
    "dots": lambda: "." * 60_000,
    "header is a list": lambda: encoded(b"[]") + token()[token().index(".") :],
    "header is no JSON": lambda: encoded(b"{") + "..AAAA.AAAA.AAAA",
    "header is no base64": lambda: "AAAAA..AAAA.AAAA.AAAA",
    "header is deep": lambda: encoded(b"[" * 760) + "..AAAA.AAAA.AAAA",
    "header is long": lambda: "A" * 2000 + "..AAAA.AAAA.AAAA",
    "header without alg": lambda: encoded(b'{"enc":"A256GCM"}') + "..AAAA.AAAA.AAAA",
    "enc is a list": lambda: encoded(b'{"alg":"dir","enc":["A256GCM"]}') + "..AAAA.AAAA.AAAA",
    "crit": lambda: encoded(b'{"alg":"dir","enc":"A256GCM","crit":["x"]}') + "..AAAA.AAAA.AAAA",
    "kid is a list": lambda: encoded(b'{"alg":"dir","enc":"A256GCM","kid":["x"]}') + "..AAAA.AAAA.AAAA",
    "iv is short": lambda: encoded(b'{"alg":"dir","enc":"A256GCM"}') + "..AAAA.AAAA.AAAA",
}


@either
@pytest.mark.parametrize("make", FORGED.values(), ids=FORGED)
def test_anything_else_is_none(serve: Serve, handler: Any, make: Callable[[], str]) -> None:
    assert sent(serve(handler), make()) == [None, None]


@pytest.mark.parametrize("at", range(5))
def test_a_token_that_was_cut_or_changed_is_none(serve: Serve, at: int) -> None:
    client, parts = serve(show), token().split(".")
    for changed in ("", "A", "AAAA", parts[at][:-1], parts[at] + "A", parts[at][1:], "é", "\x7f"):
        if changed != parts[at]:
            assert sent(client, ".".join([*parts[:at], changed, *parts[at + 1 :]])) == [None, None]


def test_fifteen_seconds_between_two_clocks_are_borne(serve: Serve) -> None:
    client = serve(show)
    assert sent(client, token(lasting(exp=now() - 13)))[0]["user"] == USER
    assert sent(client, token(lasting(nbf=now() + 13)))[0]["user"] == USER


def test_a_bomb_is_refused_at_once(serve: Serve) -> None:  # CVE-2024-28176
    bomb = token(b'{"exp":1900000000,"note":"' + b" " * 200_000 + b'"}', header={"zip": "DEF"})
    assert len(bomb) < 1000
    assert sent(serve(show), bomb) == [None, None]


def test_thousands_of_pieces_are_done_with_in_time(serve: Serve) -> None:
    cookies = "; ".join(f"{NAME}.{number}=AAAA" for number in range(20_000))
    before = time.perf_counter()
    assert serve(show)(headers={"Cookie": cookies}).json() == [None, None]
    assert time.perf_counter() - before < 1


text = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=200)
parts = st.text(st.sampled_from("AZaz09-_.=%{}\"'é"), max_size=120)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([NAME, f"{NAME}.0", f"{NAME}.1", "x"]), text | parts), max_size=4),
    text,
)
def test_no_header_makes_it_raise(cookies: list[tuple[str, str]], authorization: str) -> None:
    header = "; ".join(f"{name}={value}" for name, value in cookies)
    headers = {"Cookie": header, "Authorization": f"Bearer {authorization}"}
    assert Caller(show).get(headers=headers).json() == [None, None]


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_no_header_of_a_token_makes_it_raise(header: bytes) -> None:
    cookies = {NAME: f"{encoded(header)}..AAAA.AAAA.AAAA"}
    assert Caller(show).get(cookies=cookies).json() == [None, None]


# --- Better Auth ------------------------------------------------------------------------------------------


def signed(claims: dict[str, Any], url: str, **header: Any) -> tuple[str, dict[str, Any]]:
    """Sign claims for a server of keys, and give its set."""
    import jwt
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.from_private_bytes(key()[:32])
    public = json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(private.public_key()))
    entry = {**public, "alg": "EdDSA", "kid": "one"}
    origin = url.removesuffix("/api/auth/jwks")
    claims = {"sub": "1", "iss": origin, "aud": origin, "exp": int(now()) + 900, **claims}
    content = json.dumps(claims).encode()
    made = jwt.api_jws.encode(content, private, "EdDSA", headers={"kid": "one", "typ": None, **header})
    return made, {"keys": [entry]}


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def url(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with running(shop) as url:
        monkeypatch.setenv("BETTER_AUTH_URL", url.removesuffix("/api/auth/jwks"))
        yield url


def bearing(client: Client, value: str, scheme: str = "Bearer", **headers: str) -> Any:
    return client(headers={"Authorization": f"{scheme} {value}", **headers}).json()


@either
@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_a_token_of_better_auth_is_a_session(
    serve: Serve, handler: Any, scheme: str, shop: Shop, url: str
) -> None:
    claims = {"name": "Ada", "email": "ada@example.com", "image": None, "picture": "x", "exp": 1_900_000_000}
    made, shop.set = signed(claims, url)
    session, found = bearing(serve(handler), made, scheme)
    assert session == {"user": USER, "expires": "2030-03-17T17:46:40.000Z"}
    assert found["sub"] == "1"
    assert shop.asked == ["/api/auth/jwks"]


def test_the_header_counts_alone(serve: Serve, shop: Shop, url: str) -> None:
    made, shop.set = signed({"name": "Eve"}, url)
    client, own = serve(show), {"Cookie": f"{NAME}={token()}"}
    assert bearing(client, made, **own)[0]["user"] == {"name": "Eve"}
    for other in ("x", "x y", f"{made} y", f"X{made}", f"{made}X"):
        assert bearing(client, other, **own) == [None, None]
    assert bearing(client, "x", "Basic", **own)[0]["user"] == USER


def test_without_better_auth_the_header_says_nothing(serve: Serve) -> None:
    assert bearing(serve(show), "x", Cookie=f"{NAME}={token()}")[0]["user"] == USER


def test_better_auth_alone_needs_no_secret_and_reads_no_cookie(
    serve: Serve, shop: Shop, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AUTH_SECRET")
    made, shop.set = signed({"name": "Eve"}, url)
    assert bearing(serve(show), made)[0]["user"] == {"name": "Eve"}
    assert sent(serve(show), token()) == [None, None]


UNSIGNED: dict[str, dict[str, Any]] = {
    "ended": {"exp": 1},
    "no exp": {"exp": None},
    "nbf is to come": {"nbf": 9_999_999_999},
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "another audience": {"aud": "https://evil.example"},
    "the audience of cookies": {"aud": ["better-auth"]},
    "no audience": {"aud": None},
    "no sub": {"sub": None},
    "an empty sub": {"sub": ""},
    "sub is a number": {"sub": 1},
}


@pytest.mark.parametrize("claims", UNSIGNED.values(), ids=UNSIGNED)
def test_a_token_for_others_is_none(serve: Serve, shop: Shop, url: str, claims: dict[str, Any]) -> None:
    made, shop.set = signed(claims, url)
    assert bearing(serve(show), made) == [None, None]


def test_no_token_says_where_its_key_is(serve: Serve, shop: Shop, url: str) -> None:
    elsewhere = url.replace("/api/auth/jwks", "/evil")
    header = {"jku": elsewhere, "x5u": elsewhere, "jwk": shop.set["keys"][0], "kid": "unknown"}
    made, shop.set = signed({}, url, **header)
    assert bearing(serve(show), made) == [None, None]
    assert set(shop.asked) == {"/api/auth/jwks"}


@pytest.mark.parametrize(
    "header",
    [
        *({"alg": "none", "kid": "one"}, {"alg": "HS256", "kid": "one"}, {"alg": ["EdDSA"], "kid": "one"}),
        *({"alg": "EdDSA"}, {"alg": "EdDSA", "kid": ["one"]}, {"alg": "EdDSA", "kid": "x" * 300}),
        *({"alg": "EdDSA", "kid": "\n"}, {"alg": "EdDSA", "kid": "one", "crit": ["b64"], "b64": False}, []),
    ],
)
def test_a_header_that_names_no_key_of_ours_has_no_keys_fetched(
    serve: Serve, shop: Shop, url: str, header: object
) -> None:
    made, shop.set = signed({}, url)
    forged = f"{encoded(json.dumps(header).encode())}.{made.partition('.')[2]}"
    assert bearing(serve(show), forged) == [None, None]
    assert shop.asked == []


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_a_key_has_one_algorithm(serve: Serve, shop: Shop, url: str, algorithm: str) -> None:
    made, shop.set = signed({}, url)
    header = encoded(json.dumps({"alg": algorithm, "kid": "one"}).encode())
    assert bearing(serve(show), f"{header}.{made.partition('.')[2]}") == [None, None]


@pytest.mark.parametrize("value", ["", "x", "a.b", "a.b.c", "a.b.c.d", "." * 20_000, "é.é.é", "AAAAA.A.A"])
def test_what_is_no_token_has_no_keys_fetched(serve: Serve, shop: Shop, url: str, value: str) -> None:
    assert bearing(serve(show), value) == [None, None]
    assert shop.asked == []


def test_while_better_auth_is_away_nobody_is_told(
    serve: Serve, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(shop) as url:
        monkeypatch.setenv("BETTER_AUTH_URL", url.removesuffix("/api/auth/jwks"))
        made, shop.set = signed({"name": "Eve"}, url)
    assert bearing(serve(show), made) == [None, None]


# --- async def --------------------------------------------------------------------------------------------


def test_fetching_keys_does_not_stop_the_loop(serve: Serve, shop: Shop, url: str) -> None:
    made, shop.set = signed({"name": "Eve"}, url)

    def slowly(request: Any) -> None:
        time.sleep(0.3)
        shop.keys(request)

    shop.answer = slowly

    async def handler(req: Req, res: Res) -> None:
        async def count() -> int:
            turns = 0
            while not done.is_set():
                await asyncio.sleep(0.01)
                turns += 1
            return turns

        done = asyncio.Event()
        counting = asyncio.create_task(count())
        session = await get_session(req)
        done.set()
        res.json({"user": session["user"], "turns": await counting})

    answer = bearing(serve(handler), made)
    assert answer["user"] == {"name": "Eve"}
    assert answer["turns"] > 5


def test_who_forgets_await_is_told_and_lets_nobody_in(serve: Serve) -> None:
    async def handler(req: Req, res: Res) -> None:
        if not get_session(req):
            res.status(401).end()
        else:
            res.json("in")

    answer = serve(handler)()
    assert answer.status == 500
    with pytest.raises(TypeError, match=r"in async def, await it: await get_session\(req\)"):
        Caller(handler).get()


def let_in(found: object, res: Res) -> None:
    """Answer as a handler does that forgot ``await``: what it holds is not None."""
    res.setHeader("Set-Cookie", "seen=1")
    if found is None:
        res.status(401).end()
    else:
        res.json("secret")


async def forget(req: Req, res: Res) -> None:
    let_in(get_session(req), res)


async def forget_after_waiting(req: Req, res: Res) -> None:
    await asyncio.sleep(0)
    let_in(get_token(req), res)


@pytest.mark.parametrize(
    ("handler", "call"), [(forget, "get_session(req)"), (forget_after_waiting, "get_token(req)")]
)
def test_a_session_that_was_never_awaited_lets_nobody_in(
    serve: Serve, caplog: pytest.LogCaptureFixture, handler: Any, call: str
) -> None:
    answer = serve(handler)()
    assert (answer.status, answer.body) == (500, b"Internal Server Error")
    assert answer.header("Set-Cookie") is answer.header("Content-Type") is None
    assert f"{call} was not awaited: in async def, write await {call}" in caplog.text


def test_what_has_left_before_it_was_known_that_nothing_was_awaited_is_cut(serve: Serve) -> None:
    async def handler(req: Req, res: Res) -> None:
        get_session(req)
        res.write("half")

    with pytest.raises(BrokenAnswer):
        serve(handler)()


def test_a_session_that_was_awaited_later_is_one(serve: Serve) -> None:
    async def handler(req: Req, res: Res) -> None:
        session, claims = await asyncio.gather(get_session(req), get_token(req))
        res.json([session, claims])

    assert serve(handler)().json() == [None, None]


MISUSES: dict[str, Callable[[Any], object]] = {
    "an attribute": lambda found: found.user,
    "an item": lambda found: found["user"],
    "a truth": bool,
    "a loop": list,
    "a length": len,
    "a comparison": lambda found: found == None,  # noqa: E711 - what is written by hand
    "another": lambda found: found != None,  # noqa: E711
    "a member": lambda found: "user" in found,
    "a text": str,
    "a text among others": lambda found: f"{found}",
    "JSON": stringify,
}


@pytest.mark.parametrize("misuse", MISUSES.values(), ids=MISUSES)
def test_whatever_is_done_without_await_says_what_to_write(misuse: Callable[[Any], object]) -> None:
    async def handler(req: Req, res: Res) -> None:
        misuse(get_session(req))

    with pytest.raises(TypeError, match=r"in async def, await it: await get_session\(req\)"):
        Caller(handler).get()


def test_a_debugger_may_look_at_what_is_not_awaited(serve: Serve) -> None:
    async def handler(req: Req, res: Res) -> None:
        found = get_session(req)
        shown = repr(found), hasattr(found, "__wrapped__"), found in {found}
        await found
        res.json(shown)

    assert serve(handler)().json() == ["<get_session(req), which is not awaited>", False, True]


# --- Settings ---------------------------------------------------------------------------------------------


@either
def test_without_a_secret_the_first_call_says_what_to_set(
    handler: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AUTH_SECRET")
    with pytest.raises(ValueError, match="get_session has no AUTH_SECRET: put that of the"):
        Caller(handler).get()


@pytest.mark.parametrize("given", [None, {"req": 1}])
def test_what_is_no_request_is_told(given: Any) -> None:
    with pytest.raises(TypeError, match=r"get_session takes req, get_session\(req\), not (NoneType|dict)"):
        get_session(given)


def test_the_log_tells_why_without_the_token(
    serve: Serve, caplog: pytest.LogCaptureFixture, shop: Shop, url: str
) -> None:
    with caplog.at_level(logging.DEBUG, "nextwsgi"):
        sent(serve(lambda req, res: res.json(get_session(req))), token(secret=OTHER))
        bearing(serve(lambda req, res: res.json(get_session(req))), "x")
    said = [record.getMessage().partition(": ")[2] for record in caplog.records]
    assert said == [
        f"{NAME} makes no session: no secret of ours made it",
        "the Bearer token makes no session: it is no signed token",
    ]


def test_without_joserfc_the_import_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "joserfc", None)
    with pytest.raises(
        ModuleNotFoundError, match=r"^nextwsgi.auth needs joserfc: pip install 'nextwsgi\[auth\]'$"
    ):
        importlib.reload(nextwsgi.auth)


def test_real_cookies_are_read_through_an_application(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    real = cookie("5: ada, http://localhost:3000")
    monkeypatch.setattr(time, "time", lambda: float(real.now))
    monkeypatch.setenv("AUTH_SECRET", real.secrets[0])
    [(name, value)] = real.cookies.items()
    assert real.session is not None
    assert sent(serve(show), value, name)[0]["user"] == real.session["user"]

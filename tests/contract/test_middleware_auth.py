"""``with_auth``: a valid token gets in, from the header or the cookie, and nothing else does."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, assert_type

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nextwsgi import NextApiRequest, NextWSGI, RouteError
from nextwsgi.middleware import (
    AuthRequest,
    compose,
    methods,
    set_cookie,
    sign_token,
    with_auth,
    with_cors,
    with_rate_limit,
    with_validation,
)
from nextwsgi.testing import Client
from tests.contract.client import Answer, Res, Serve
from tests.unit.middleware.forgery import KEY, OTHER, encoded, forge, lasting

ROOT = Path(__file__).parents[2]
UNSAFE = ("POST", "PUT", "PATCH", "DELETE", "PROPFIND", "TRACE")
OWN = {"Host": "shop.example", "Origin": "https://shop.example"}


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JWT_SECRET", KEY.decode())


def show(req: Any, res: Res) -> None:
    res.json(req.user)


async def show_later(req: Any, res: Res) -> None:
    res.json(req.user)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def cookie(token: str, name: str = "token") -> dict[str, str]:
    return {"Cookie": f"{name}={token}"}


def refused(answer: Answer) -> bool:
    """Tell whether an answer is the one 401 there is."""
    if answer.status == 200:
        return False
    assert (answer.status, answer.reason) == (401, "Unauthorized")
    assert answer.all("WWW-Authenticate") == ["Bearer"]
    assert answer.json() == {"error": "Unauthorized"}
    return True


# --- Who gets in ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("handler", [show, show_later])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_token_in_the_header_gets_in(serve: Serve, handler: Any, method: str) -> None:
    claims = lasting(userId=7, email="ada@example.com")
    answer = serve(with_auth(handler))(method=method, headers=bearer(forge(claims)))
    assert (answer.status, answer.json()) == (200, claims)


@pytest.mark.parametrize("handler", [show, show_later])
def test_a_token_in_the_cookie_gets_in(serve: Serve, handler: Any) -> None:
    claims = lasting(userId=7)
    answer = serve(with_auth(handler))(headers=cookie(forge(claims)))
    assert (answer.status, answer.json()) == (200, claims)


@pytest.mark.parametrize(
    "scheme", ["Bearer", "bearer", "BEARER", "bEaReR", " Bearer", "Bearer  ", "Bearer \t"[:7]]
)
def test_the_scheme_s_case_and_spaces_do_not_matter(serve: Serve, scheme: str) -> None:
    assert serve(with_auth(show))(headers={"Authorization": f"{scheme} {forge(lasting())} "}).status == 200


def test_what_sign_token_signed_gets_in(serve: Serve) -> None:
    token = sign_token({"userId": 7, "email": "ada@example.com"}, expiresIn="7d")
    assert serve(with_auth(show))(headers=cookie(token)).json()["email"] == "ada@example.com"


def test_settings_come_before_the_handler(serve: Serve) -> None:
    handler = with_auth(secret=[KEY + OTHER, OTHER + KEY], cookie="session", algorithm="HS512")(show)
    ask = serve(handler)
    for key in (KEY + OTHER, OTHER + KEY):
        token = forge(lasting(), key=key, algorithm="HS512")
        assert ask(headers=cookie(token, "session")).status == 200
        assert refused(ask(headers=cookie(token)))
    assert refused(ask(headers=bearer(forge(lasting()))))
    assert serve(with_auth()(show))(headers=bearer(forge(lasting()))).status == 200


def test_it_is_a_decorator_too(serve: Serve) -> None:
    @with_auth
    def bare(req: Any, res: Res) -> None:
        res.json(req.user["userId"])

    @with_auth(cookie="session")
    async def settled(req: Any, res: Res) -> None:
        res.json(req.user["userId"])

    token = forge(lasting(userId=7))
    assert serve(bare)(headers=cookie(token)).json() == 7
    assert serve(settled)(headers=cookie(token, "session")).json() == 7


@pytest.mark.parametrize("handler", [show, show_later])
def test_it_is_one_of_several_in_compose(serve: Serve, handler: Any) -> None:
    def note(req: Any, res: Res, next: Any) -> object:
        res.setHeader("X-Noted", "yes")
        return next()

    ask = serve(compose(note, with_auth, note)(handler))
    assert ask(headers=bearer(forge(lasting()))).status == 200
    assert refused(ask())
    assert ask().header("X-Noted") == "yes"


def test_one_method_of_a_route_may_want_it(serve: Serve) -> None:
    ask = serve(methods(GET=lambda req, res: res.json("all"), DELETE=with_auth(show)))
    assert ask().json() == "all"
    assert refused(ask(method="DELETE"))
    assert ask(method="DELETE", headers=bearer(forge(lasting()))).status == 200


# --- Who does not -----------------------------------------------------------------------------------------

GOOD = lasting(userId=1)


def bad_tokens() -> dict[str, str]:
    head, body, signature = forge(GOOD).split(".")
    no_algorithm = encoded(b'{"alg":"none"}')
    return {
        "empty": "",
        "words": "undefined",
        "expired": forge({"exp": int(time.time()) - 1}),
        "without an end": forge({"userId": 1}),
        "not yet valid": forge(lasting(nbf=time.time() + 60)),
        "signed in the future": forge(lasting(iat=time.time() + 3600)),
        "of another secret": forge(GOOD, key=OTHER),
        "alg none": f"{no_algorithm}.{body}.",
        "alg none, signed": f"{no_algorithm}.{body}.{signature}",
        "another algorithm": forge(GOOD, algorithm="HS512"),
        "another payload": f"{head}.{encoded(b'{}')}.{signature}",
        "cut": forge(GOOD)[:-1],
        "no object": forge([1]),
        "wrong types": forge({"exp": "9999999999", "sub": 1}),
        "nested": forge(b"[" * 3000),
        "huge": "a." + "b" * 100_000 + ".c",
        "latin-1": forge(GOOD) + "é",
        "bytes": "\xff\xfe.\x80.\x80",
        "two": f"{forge(GOOD)}, {forge(GOOD)}",
        "quoted": f'"{forge(GOOD)}"',
    }


@pytest.mark.parametrize("name", [*bad_tokens()])
@pytest.mark.parametrize("handler", [show, show_later])
def test_every_bad_token_gets_the_same_answer(serve: Serve, handler: Any, name: str) -> None:
    token = bad_tokens()[name]
    ask = serve(with_auth(handler))
    assert refused(ask(headers=bearer(token)))
    if name != "quoted":  # a cookie may be
        assert refused(ask(headers=cookie(token)))
        assert refused(ask(method="POST", headers={**cookie(token), **OWN}))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic é"},
        {"Authorization": "Basic dXNlcjpwYXNz"},
        {"Authorization": forge(GOOD)},
        {"Authorization": f"Token {forge(GOOD)}"},
        {"Authorization": f"Bearer{forge(GOOD)}"},
        {"Authorization": f"Bearer\t{forge(GOOD)}"},
        {"Authorization": f"XBearer {forge(GOOD)}"},
        {"Authorization": f"Bearer {forge(GOOD)}X"},
        {"Authorization": f"Bearer X{forge(GOOD)}"},
        {"Authorization": f"Basic x, Bearer {forge(GOOD)}"},
        {"X-Authorization": f"Bearer {forge(GOOD)}"},
        {"Cookie": ""},
        {"Cookie": "token"},
        {"Cookie": "token="},
        {"Cookie": f"Token={forge(GOOD)}"},
        {"Cookie": f"token2={forge(GOOD)}"},
        {"Cookie": "token=%ED%A0%80"},
        {"Cookie": "token=%00"},
        {"Cookie": "token=%"},
        {"Cookie": "token=\xff\xfe"},
        {"Cookie": f"token=x; token={forge(GOOD)}"},
    ],
)
def test_what_holds_no_token_gets_that_answer_too(serve: Serve, headers: dict[str, str]) -> None:
    assert refused(serve(with_auth(show))(headers=headers))


def test_a_bearer_header_counts_alone(serve: Serve) -> None:
    ask = serve(with_auth(show))
    good = forge(GOOD)
    for header in ("Bearer", "Bearer x", f"Bearer {forge(GOOD, key=OTHER)}"):
        assert refused(ask(headers={"Authorization": header, **cookie(good)}))
    assert ask(headers={"Authorization": "Basic dXNlcjpwYXNz", **cookie(good)}).status == 200


def test_half_a_surrogate_pair_in_req_cookies_gets_it_too(serve: Serve) -> None:
    def replace(req: Any, res: Res, next: Any) -> object:
        req.cookies = {"token": "\ud800"}
        return next()

    assert refused(serve(compose(replace, with_auth)(show))())


def test_the_handler_is_not_called(serve: Serve) -> None:
    called: list[object] = []
    ask = serve(with_auth(lambda req, res: called.append(req)))
    assert refused(ask(headers=bearer("x")))
    assert called == []


def test_the_reason_is_in_the_log_at_debug_level_without_the_token(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "nextwsgi")
    token = forge(GOOD, key=OTHER)
    ask = serve(with_auth(show))
    ask(headers=bearer(token))
    ask(headers=cookie(forge({"exp": 1})))
    assert [record.levelname for record in caplog.records] == ["DEBUG", "DEBUG"]
    assert caplog.messages == [
        "pages/api/x.py answers 401: the token of the header: InvalidSignatureError",
        "pages/api/x.py answers 401: the token of the cookie: ExpiredSignatureError",
    ]
    assert token.split(".")[2] not in caplog.text


def test_nothing_is_logged_above_debug_level(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "nextwsgi")
    assert refused(serve(with_auth(show))(headers=bearer("x")))
    assert caplog.records == []


@settings(max_examples=300)
@given(
    st.dictionaries(st.sampled_from(["Authorization", "Cookie", "Origin"]), st.text(max_size=80)),
    st.booleans(),
)
def test_no_header_is_a_500(headers: dict[str, str], named: bool) -> None:
    latin = {name: value.encode("utf-8", "replace").decode("latin-1") for name, value in headers.items()}
    latin = {
        name: f"Bearer {value}" if named and name == "Authorization" else value
        for name, value in latin.items()
    }
    os.environ["JWT_SECRET"] = KEY.decode()
    assert Client(with_auth(show)).post(headers=latin).status == 401


# --- Cookies and other sites ------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")
@pytest.mark.parametrize("method", UNSAFE)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "https://shop.example.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Referer": "https://evil.example/shop.example"},
        {"Referer": ""},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
)
def test_a_cookie_with_a_request_of_another_site_is_403(
    serve: Serve, method: str, headers: dict[str, str]
) -> None:
    called: list[object] = []
    ask = serve(with_auth(lambda req, res: called.append(req)))
    answer = ask(method=method, headers={"Host": "shop.example", **headers, **cookie(forge(GOOD))})
    assert (answer.status, called) == (403, [])
    assert answer.json() == {
        "error": "Forbidden: send this from a page of this site, or the token as Authorization: Bearer"
    }
    assert answer.header("WWW-Authenticate") is None


def test_cve_2026_27978_a_sandboxed_page_is_another_site(serve: Serve) -> None:
    answer = serve(with_auth(show))(
        method="POST", headers={"Host": "shop.example", "Origin": "null", **cookie(forge(GOOD))}
    )
    assert answer.status == 403


@pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")
@pytest.mark.parametrize("method", UNSAFE)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://shop.example"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Referer": "https://shop.example/cart?x=1"},
        {},  # a program's: browsers say where a page is from
        {"Content-Type": "application/json"},
    ],
)
def test_a_cookie_with_a_request_of_the_site_itself_or_of_a_program_gets_in(
    serve: Serve, method: str, headers: dict[str, str]
) -> None:
    ask = serve(with_auth(show))
    assert (
        ask(method=method, headers={"Host": "shop.example", **headers, **cookie(forge(GOOD))}).status == 200
    )


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_what_changes_nothing_may_come_from_anywhere(serve: Serve, method: str) -> None:
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", **cookie(forge(GOOD))}
    assert serve(with_auth(show))(method=method, headers=headers).status == 200


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_token_in_the_header_may_come_from_anywhere(serve: Serve, method: str) -> None:
    # No page can make a browser send it.
    headers = {"Origin": "https://evil.example", **bearer(forge(GOOD))}
    assert serve(with_auth(show))(method=method, headers=headers).status == 200


def test_listed_origins_are_trusted(serve: Serve) -> None:
    ask = serve(with_auth(origins=["https://app.example"])(show))
    sent = {"Host": "internal:8000", **cookie(forge(GOOD))}
    assert ask(method="POST", headers={**sent, "Origin": "https://app.example"}).status == 200
    assert ask(method="POST", headers={**sent, "Origin": "https://shop.example"}).status == 403


def test_a_bad_cookie_of_another_site_is_401(serve: Serve) -> None:
    sent = {"Host": "shop.example", "Origin": "https://evil.example", **cookie("x")}
    assert refused(serve(with_auth(show))(method="POST", headers=sent))


def test_the_403_is_in_the_log_at_debug_level(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "nextwsgi")
    serve(with_auth(show))(method="POST", headers={"Origin": "null", **cookie(forge(GOOD))})
    assert caplog.messages == ["pages/api/x.py answers 403: the cookie came with a page of another site"]


# --- Mistakes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", ["secret", 5, ["x"], {"secret": "x"}])
def test_what_is_no_handler_is_a_type_error(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"^with_auth takes a handler, and settings by name, not ") as caught:
        with_auth(wrong)
    assert "secret" not in str(caught.value)
    with pytest.raises(TypeError, match=r"^with_auth takes a handler, def handler\(req, res\)"):
        with_auth()(wrong)


def test_a_handler_of_other_parameters_is_a_type_error() -> None:
    with pytest.raises(TypeError, match=r"^with_auth takes a handler, def handler\(req, res\)"):
        with_auth(lambda req: None)  # type: ignore[type-var]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"secret": 12345}, "secret must be text or bytes, or a list of them, not int"),
        ({"secret": {"a": "6pQyAZpWSmGBx0WJzyyWYLlxhJFkkqUh"}}, "secret must be text or bytes, or a list of"),
        ({"secret": [None]}, "secret must be text or bytes, or a list of them, not NoneType"),
        ({"algorithm": ["HS256"]}, "algorithm must be one of HS256, HS384, HS512: it is ['HS256']"),
        ({"algorithm": None}, "algorithm must be one of HS256, HS384, HS512: it is None"),
        ({"origins": None}, "origins must be a list, origins=['https://example.com'], not None"),
        ({"origins": 5}, "origins must be a list, origins=['https://example.com'], not 5"),
        ({"origins": [None]}, "origins takes 'https://example.com', without a path: None is none"),
        ({"cookie": 5}, "with_auth: cookie must be the name of a cookie, not 5"),
        ({"cookie": "my token;"}, "illegal cookie name: 'my token;'"),
        ({"cookie": ""}, "illegal cookie name: ''"),
        ({"algorithms": ["HS256"]}, "with_auth() has no option algorithms: did you mean algorithm?"),
        ({"origin": ["https://a.b"]}, "with_auth() has no option origin: did you mean origins?"),
        ({"zzz": 1}, "with_auth() has no option zzz: it takes secret, cookie, algorithm, origins"),
    ],
)
def test_a_setting_of_another_kind_is_told_in_its_own_words(settings: dict[str, Any], says: str) -> None:
    with pytest.raises((TypeError, ValueError)) as told:
        with_auth(**settings)
    assert str(told.value).startswith(says)


@pytest.mark.parametrize(
    ("function", "options", "meant"),
    [
        (with_cors, {"origins": []}, "origin"),
        (with_cors, {"max_age": 5}, "maxAge"),
        (with_rate_limit, {"limit": 1, "windowMs": 5}, "window"),
        (sign_token, {"expires_in": "7d"}, "expiresIn"),
        (with_validation, {"schemas": {}}, "schema"),
        (set_cookie, {"max_age": 5}, "maxAge"),
        (set_cookie, {"httponly": True}, "httpOnly"),
    ],
)
def test_names_of_other_libraries_lead_to_ours(function: Any, options: dict[str, Any], meant: str) -> None:
    with pytest.raises(TypeError, match=rf"\(\) has no option \w+: did you mean {meant}\?$"):
        function(**options)


@pytest.mark.parametrize("name", ["withAuth", "with_ratelimit", "setCookie", "Compose"])
def test_a_misspelt_import_is_told_the_name(name: str) -> None:
    with pytest.raises(ImportError, match=rf"^nextwsgi\.middleware has no {name}: it is called [a-z_]+$"):
        exec(f"from nextwsgi.middleware import {name}", {})


def test_a_name_like_no_other_is_no_attribute() -> None:
    from nextwsgi import middleware

    assert not hasattr(middleware, "with_nothing")
    with pytest.raises(ImportError, match=r"^cannot import name 'with_nothing'"):
        exec("from nextwsgi.middleware import with_nothing", {})


def test_a_wrapper_without_its_handler_is_named_as_it_was_written() -> None:
    wrapper: Any = with_auth(cookie="x")
    with pytest.raises(TypeError, match=r"with_auth takes other arguments; is it a wrapper, with_auth\("):
        methods(GET=wrapper)


def test_numbers_that_json_has_not_are_not_signed() -> None:
    for number in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="not JSON compliant"):
            sign_token({"x": number}, expiresIn=60)


def test_wrong_settings_are_refused_at_once() -> None:
    with pytest.raises(ValueError, match=r"^algorithm must be one of HS256"):
        with_auth(algorithm="none")
    with pytest.raises(ValueError, match=r"^secret is too short"):
        with_auth(secret="secret")
    with pytest.raises(ValueError, match=r"^origins cannot have"):
        with_auth(origins=["*"])
    with pytest.raises(TypeError, match=r"algorithms"):
        with_auth(algorithms=["HS256"])  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        (None, "JWT_SECRET is not set"),
        ("secret", "JWT_SECRET is too short, 6 bytes"),
        ("your-secret-key-" * 4, "others know"),
    ],
)
def test_a_secret_that_is_none_stops_the_start_and_tells_the_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, secret: str | None, reason: str
) -> None:
    monkeypatch.delenv("JWT_SECRET")
    if secret:
        monkeypatch.setenv("JWT_SECRET", secret)
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "pages/api").mkdir(parents=True)
    (tmp_path / "pages/api/me.py").write_text(
        "from nextwsgi.middleware import with_auth\n\n@with_auth\ndef handler(req, res): ...\n"
    )
    with pytest.raises(RouteError) as caught:
        NextWSGI(tmp_path)
    [problem] = caught.value.problems
    assert problem.startswith("pages/api/me.py: it cannot be imported: ValueError: ")
    assert reason in problem
    assert problem.endswith("python -c 'import secrets; print(secrets.token_urlsafe(32))' makes one (line 3)")


# --- Types and imports ------------------------------------------------------------------------------------


def typed(req: AuthRequest, res: Res) -> None:
    assert_type(req.user, dict[str, Any])


async def typed_later(req: AuthRequest, res: Res) -> None:
    assert_type(req.user, dict[str, Any])


async def types(req: AuthRequest, plain: NextApiRequest, res: Res) -> None:
    """Hold for mypy what it says of these; never called."""
    with_auth(typed)(req, res)
    with_auth(cookie="session")(typed)(req, res)
    await with_rate_limit(5)(with_auth(typed_later))(req, res)
    with_auth(typed)(plain, res)  # type: ignore[arg-type]
    with_auth(secret="x")(typed)(plain, res)  # type: ignore[arg-type]
    plain.user  # type: ignore[attr-defined]  # noqa: B018


def test_importing_the_middleware_imports_none_of_what_it_may_need() -> None:
    heavy = {"asyncio", "cryptography", "jwt", "limits", "marshmallow", "redis"}
    code = f"import sys, nextwsgi.middleware; print(sorted({heavy} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"

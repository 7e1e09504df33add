"""``set_cookie`` and ``delete_cookie``: what they send, what they keep, and what they refuse."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextwsgi.middleware import delete_cookie, set_cookie
from nextwsgi.node import parse_cookies
from nextwsgi.testing import Client
from tests.contract.client import Handler, Req, Res, Serve

EPOCH = "Expires=Thu, 01 Jan 1970 00:00:00 GMT"


def lines(work: Callable[[Res], object]) -> list[str]:
    """Give the Set-Cookie lines of an answer that ``work`` prepares."""

    def handler(req: Req, res: Res) -> None:
        work(res)
        res.end()

    return Client(handler).get().headers.getlist("Set-Cookie")


def line(name: str = "a", value: str = "1", **options: Any) -> str:
    (only,) = lines(lambda res: set_cookie(res, name, value, **options))
    return only


def refusal(name: Any = "a", value: Any = "1", **options: Any) -> str:
    """Give what is said of a cookie that is refused: nothing of it must be sent."""
    said: list[str] = []

    def work(res: Res) -> None:
        try:
            set_cookie(res, name, value, **options)
        except (TypeError, ValueError) as error:
            said.append(str(error))

    assert lines(work) == []
    return said[0]


# --- What is sent -----------------------------------------------------------------------------------------


def test_what_is_no_res_is_told() -> None:
    for wrong in ("token", object(), {}):
        with pytest.raises(
            TypeError, match=r"^set_cookie takes res first, set_cookie\(res, name, value\), not "
        ):
            set_cookie(wrong, "token", "1")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "option",
    [
        {"path": 5},
        {"domain": 5},
        {"secure": "false"},
        {"secure": None},
        {"httpOnly": "yes"},
        {"partitioned": "x", "secure": True},
    ],
)
def test_an_option_of_another_kind_is_told(serve: Serve, option: dict[str, Any]) -> None:
    name = next(iter(option))

    def handler(req: Req, res: Res) -> None:
        with pytest.raises(TypeError, match=rf"^set_cookie: {name} must be (text|True or False), not "):
            set_cookie(res, "token", "1", **option)
        res.end()

    assert serve(handler)().status == 200


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({}, "a=1; Path=/"),
        ({"path": None}, "a=1"),
        ({"path": "/api"}, "a=1; Path=/api"),
        ({"maxAge": 604800}, "a=1; Max-Age=604800; Path=/"),
        ({"maxAge": 1.9}, "a=1; Max-Age=1; Path=/"),
        ({"maxAge": 0}, "a=1; Max-Age=0; Path=/"),
        ({"maxAge": -1}, "a=1; Max-Age=-1; Path=/"),
        ({"expires": datetime(2030, 1, 2, 3, 4, 5)}, "a=1; Path=/; Expires=Wed, 02 Jan 2030 03:04:05 GMT"),
        (
            {"expires": datetime(2030, 1, 2, tzinfo=timezone(timedelta(hours=2)))},
            "a=1; Path=/; Expires=Tue, 01 Jan 2030 22:00:00 GMT",
        ),
        ({"domain": "example.com"}, "a=1; Domain=example.com; Path=/"),
        ({"domain": ".Example.com"}, "a=1; Domain=.Example.com; Path=/"),
        ({"domain": "localhost"}, "a=1; Domain=localhost; Path=/"),
        ({"httpOnly": True, "secure": True}, "a=1; Path=/; HttpOnly; Secure"),
        ({"sameSite": True}, "a=1; Path=/; SameSite=Strict"),
        ({"sameSite": "lax"}, "a=1; Path=/; SameSite=Lax"),
        ({"sameSite": "Strict"}, "a=1; Path=/; SameSite=Strict"),
        ({"sameSite": "none", "secure": True}, "a=1; Path=/; Secure; SameSite=None"),
        ({"sameSite": False}, "a=1; Path=/"),
        ({"partitioned": True, "secure": True}, "a=1; Path=/; Secure; Partitioned"),
        ({"priority": "high"}, "a=1; Path=/; Priority=High"),
        ({"priority": "Low"}, "a=1; Path=/; Priority=Low"),
    ],
)
def test_options_are_those_of_npm_cookie(options: dict[str, Any], sent: str) -> None:
    assert line(**options) == sent


def test_the_tutorials_cookie() -> None:
    sent = line("token", "e.y.J", httpOnly=True, maxAge=7 * 24 * 60 * 60, sameSite="strict")
    assert sent == "token=e.y.J; Max-Age=604800; Path=/; HttpOnly; SameSite=Strict"


@given(st.text(max_size=300))
def test_a_value_comes_back_as_it_was(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        assert "URI malformed" in refusal(value=value) or "surrogate" in refusal(value=value)
    else:
        sent = line(value=value)
        assert parse_cookies(sent.partition(";")[0]) == {"a": value}
        assert sent.isascii()


def test_a_deletion_has_the_place_of_the_cookie() -> None:
    def deletion(name: str, **options: Any) -> list[str]:
        return lines(lambda res: delete_cookie(res, name, **options))

    assert deletion("a") == [f"a=; Max-Age=0; Path=/; {EPOCH}"]
    assert deletion("a", path="/b", domain="c.d") == [f"a=; Max-Age=0; Domain=c.d; Path=/b; {EPOCH}"]
    assert deletion("__Host-a") == [f"__Host-a=; Max-Age=0; Path=/; {EPOCH}; Secure"]
    assert deletion("__secure-a") == [f"__secure-a=; Max-Age=0; Path=/; {EPOCH}; Secure"]
    assert deletion("a", partitioned=True) == [f"a=; Max-Age=0; Path=/; {EPOCH}; Secure; Partitioned"]


def test_a_deletion_is_in_the_past_wherever_the_server_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        deletion = lines(lambda res: delete_cookie(res, "a"))
    time.tzset()
    assert deletion == [f"a=; Max-Age=0; Path=/; {EPOCH}"]


# --- What is kept -----------------------------------------------------------------------------------------


def test_a_cookie_joins_those_that_were_set_by_hand() -> None:
    def work(res: Res) -> None:
        res.setHeader("Set-Cookie", "seen=1; Path=/")
        set_cookie(res, "token", "2")
        res.appendHeader("Set-Cookie", "last=3")
        set_cookie(res, "other", "4")

    assert lines(work) == ["seen=1; Path=/", "token=2; Path=/", "last=3", "other=4; Path=/"]


def test_a_cookie_joins_a_list_and_those_of_draft_mode(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.setHeader("set-cookie", ["a=1", "b=2"])
        res.setDraftMode()
        set_cookie(res, "c", "3")
        res.end()

    names = [text.partition("=")[0] for text in serve(handler)().all("Set-Cookie")]
    assert names == ["a", "b", "__prerender_bypass", "c"]


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        ({}, {}, False),
        ({"domain": "a.b"}, {"domain": ".A.B"}, False),
        ({"path": "/a"}, {"path": "/b"}, True),
        ({"path": None}, {"path": "/"}, True),
        ({"domain": "a.b"}, {}, True),
        ({"secure": True, "partitioned": True}, {"secure": True}, True),
        ({"secure": True, "partitioned": True}, {"secure": True, "partitioned": True}, False),
        ({"httpOnly": True}, {"maxAge": 5}, False),
    ],
)
def test_one_with_the_same_name_domain_and_path_gives_way(
    first: dict[str, Any], second: dict[str, Any], both: bool
) -> None:
    def work(res: Res) -> None:
        set_cookie(res, "a", "1", **first)
        set_cookie(res, "b", "1", **first)
        set_cookie(res, "a", "2", **second)

    values = [text.partition(";")[0] for text in lines(work)]
    assert values == (["a=1", "b=1", "a=2"] if both else ["b=1", "a=2"])


def test_a_value_that_was_set_by_hand_is_no_part_of_the_name() -> None:
    def work(res: Res) -> None:
        res.setHeader("Set-Cookie", ["token=a=b; Path=/", " token = c ;path=/", "other=token=1; Path=/"])
        set_cookie(res, "token", "2")

    assert lines(work) == ["other=token=1; Path=/", "token=2; Path=/"]


def test_names_differ_by_case() -> None:
    def work(res: Res) -> None:
        set_cookie(res, "a", "1")
        set_cookie(res, "A", "2")

    assert len(lines(work)) == 2


def test_a_cookie_stays_on_an_error(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        set_cookie(res, "a", "1")
        raise KeyError("lost")

    answer = serve(handler)()
    assert (answer.status, answer.all("Set-Cookie")) == (500, ["a=1; Path=/"])


async def async_handler(req: Req, res: Res) -> None:
    set_cookie(res, "a", "1")
    res.json({})


def stream(req: Req, res: Res) -> None:
    set_cookie(res, "a", "1")
    res.send(iter("xy"))


@pytest.mark.parametrize("handler", [async_handler, stream])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_cookie_is_on_every_kind_of_answer(serve: Serve, handler: Handler, method: str) -> None:
    assert serve(handler)(method=method).all("Set-Cookie") == ["a=1; Path=/"]


# --- What is refused --------------------------------------------------------------------------------------


def test_cve_2024_47764_no_part_can_add_an_attribute() -> None:
    """The package ``cookie`` before 0.7.0 let name, path and domain end the cookie."""
    payloads = ["userName=<script>; Max-Age=2592000; a", "a; Domain=evil.example", "/; Secure", "a\r\nb: c"]
    for payload in payloads:
        assert refusal(name=payload) == f"illegal cookie name: {payload!r}"
        assert "illegal cookie path" in refusal(path=payload) or "attribute" in refusal(path=payload)
        assert refusal(domain=payload) == f"illegal cookie domain: {payload!r}"
        assert "illegal cookie sameSite" in refusal(sameSite=payload)
        assert "illegal cookie priority" in refusal(priority=payload)
        assert parse_cookies(line(value=payload).partition(";")[0]) == {"a": payload}


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\0", "\x85", "\u2028", "\r\nSet-Cookie: b=2"])
def test_cve_2018_1000164_cve_2026_0672_no_part_can_end_the_line(end: str) -> None:
    """gunicorn let line breaks out of headers; so did http.cookies, CVE-2026-0672."""
    assert refusal(name=f"a{end}")
    assert refusal(path=f"/{end}")
    assert refusal(domain=f"a.example{end}")
    assert refusal(sameSite=f"lax{end}")
    assert refusal(priority=f"low{end}")
    assert line(value=end).isprintable()


def test_cve_2023_30861_a_cookie_makes_no_answer_one_for_shared_caches(serve: Serve) -> None:
    """Flask let caches keep answers that refreshed a session."""

    def handler(req: Req, res: Res) -> None:
        set_cookie(res, "session", "1", maxAge=60)
        res.json({})

    names = {name.lower() for name, _ in serve(handler)().lines}
    assert names == {"set-cookie", "content-type", "content-length", "etag"}


def test_no_character_of_unicode_leaves_a_cookies_part() -> None:
    for code in [*range(0x0, 0x180), 0x2028, 0xD800, 0xFF0E, 0x1F600]:
        character = chr(code)
        token = character.isascii() and (character.isalnum() or character in "!#$%&'*+-.^_`|~")
        if not token:
            assert refusal(name=f"a{character}b")
        if not (" " <= character <= "~") or character == ";":
            assert refusal(path=f"/{character}")
        if not (character.isascii() and (character.isalnum() or character in "-.")):
            assert refusal(domain=f"a{character}b.example")


@pytest.mark.parametrize(
    "domain", ["", ".", "..", "a..b", "-a.b", "a-.b", "a.b.", "a" * 64, "a.b:80", "[::1]"]
)
def test_what_is_no_domain_is_refused(domain: str) -> None:
    assert refusal(domain=domain) == f"illegal cookie domain: {domain!r}"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"name": ""}, "illegal cookie name: ''"),
        ({"name": 5}, "set_cookie takes a name and a value as text, not 5 and '1'"),
        ({"value": None}, "set_cookie takes a name and a value as text, not 'a' and None"),
        ({"value": 5}, "set_cookie takes a name and a value as text, not 'a' and 5"),
        ({"value": b"x"}, "set_cookie takes a name and a value as text, not 'a' and b'x'"),
        ({"maxAge": "7d"}, "set_cookie: maxAge must be a number of seconds, not '7d'"),
        ({"maxAge": True}, "set_cookie: maxAge must be a number of seconds, not True"),
        ({"maxAge": timedelta(days=7)}, "set_cookie: maxAge must be a number of seconds"),
        ({"maxAge": float("nan")}, "illegal cookie maxAge: nan"),
        ({"maxAge": float("inf")}, "illegal cookie maxAge: inf"),
        ({"expires": "tomorrow"}, "set_cookie: expires must be a datetime, not 'tomorrow'"),
        ({"path": "api"}, "illegal cookie path: 'api' does not begin with /"),
        ({"path": ""}, "illegal cookie path: '' does not begin with /"),
        ({"sameSite": "loose"}, "illegal cookie sameSite: 'loose'"),
        ({"priority": "urgent"}, "illegal cookie priority: 'urgent'"),
        ({"priority": 1}, "illegal cookie priority: 1"),
    ],
)
def test_a_mistake_is_told(options: dict[str, Any], said: str) -> None:
    assert refusal(**options).startswith(said)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"sameSite": "none"}, "sameSite='none' with secure=True"),
        ({"sameSite": "None"}, "sameSite='none' with secure=True"),
        ({"partitioned": True}, "partitioned with secure=True"),
        ({"name": "__Secure-a"}, "this prefix with secure=True"),
        ({"name": "__secure-a"}, "this prefix with secure=True"),
        ({"name": "__Host-a"}, "this prefix with secure=True"),
        ({"name": "__HOST-a", "secure": True, "path": "/api"}, "this prefix with path='/' and no domain"),
        ({"name": "__Host-a", "secure": True, "path": None}, "this prefix with path='/' and no domain"),
        ({"name": "__Host-a", "secure": True, "domain": "a.b"}, "this prefix with path='/' and no domain"),
    ],
)
def test_what_browsers_would_drop_is_refused(options: dict[str, Any], what: str) -> None:
    name = options.get("name", "a")
    assert refusal(**options) == f"the cookie {name!r}: browsers take {what} only"


def test_prefixed_cookies_by_the_rules_are_sent() -> None:
    assert line("__Host-a", secure=True) == "__Host-a=1; Path=/; Secure"
    assert line("__Secure-a", secure=True, domain="a.b") == "__Secure-a=1; Domain=a.b; Path=/; Secure"


def test_a_cookie_may_have_4096_bytes() -> None:
    assert line(value="x" * 4094).startswith("a=xxx")
    assert refusal(value="x" * 4095) == "the cookie 'a' is over 4096 bytes: browsers would drop it"
    assert "over 4096 bytes" in refusal(value="é" * 1000)


def test_a_cookie_after_the_answer_is_an_error(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    def handler(req: Req, res: Res) -> None:
        res.json({})
        set_cookie(res, "a", "1")

    assert serve(handler)().status == 200
    assert "set_cookie('a') comes after the answer: call it before res.json" in caplog.text


def test_dates_without_a_zone_are_utc() -> None:
    moment = datetime(2030, 1, 1)
    assert line(expires=moment) == line(expires=moment.replace(tzinfo=UTC))

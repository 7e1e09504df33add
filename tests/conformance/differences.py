"""Where nextwsgi answers otherwise than Next.js, and why. An entry that no longer holds fails the suite."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.conformance.exchange import Answer

GUNICORN = ("gunicorn-sync", "gunicorn-gthread")
WAITRESS = ("waitress",)
DEVELOPMENT = ("development",)
PRODUCTION = (*GUNICORN, *WAITRESS)
WITHOUT_SPACE = (*GUNICORN, *DEVELOPMENT)
ALL = (*PRODUCTION, *DEVELOPMENT)


# Stands for all fields: another answer altogether.
EVERYTHING = "*"


@dataclass(frozen=True)
class Difference:
    """One field of the answers to some exchanges that is not as Next.js sends it.

    `field` is a field of `comparison.mismatches`, or EVERYTHING. `ours` is its text in our answer: "" where
    it is absent, None where any text will do. Where the body is listed, its length may differ with it.
    """

    exchanges: tuple[str, ...]
    field: str
    ours: str | None
    reason: str
    servers: tuple[str, ...] = ALL


@dataclass(frozen=True)
class General:
    """One field that is not as Next.js sends it wherever its answer is of some kind.

    `ours` makes our text of the text of Next.js, or is None where any text will do. `witness` is an exchange
    that must show the difference, so that the entry goes when the difference does.
    """

    applies: Callable[[Answer], bool]
    field: str
    ours: Callable[[str], str] | None
    witness: str
    reason: str
    servers: tuple[str, ...] = ALL


def _page(answer: Answer) -> bool:
    return any(value.startswith("text/html;") for value in answer.values("content-type"))


def _compressible(answer: Answer) -> bool:
    return any(value.endswith("Accept-Encoding") for value in answer.values("vary"))


def _without_accept_encoding(text: str) -> str:
    return text.removesuffix("Accept-Encoding").removesuffix(", ").removesuffix("vary: ")


def _without_length(answer: Answer) -> bool:
    return not answer.values("content-length")


def _length(_: str) -> str:
    return "length"


def _unread(answer: Answer) -> bool:
    return answer.body.startswith((b"Invalid body", b"Body exceeded "))


def _failed(answer: Answer) -> bool:
    text = answer.body.decode("latin-1")
    return text == ERROR or (answer.status in (0, 500) and ERROR.startswith(text))


def _overflowing(answer: Answer) -> bool:
    return answer.extra != b""


def _previewing(answer: Answer) -> bool:
    return any(re.match("__prerender_bypass|__next_preview", line) for line in answer.values("set-cookie"))


def _lax(text: str) -> str:
    return text.replace("; Secure; SameSite=None", "; SameSite=Lax")


ERROR = "Internal Server Error"
UNREAD = (
    "An answer to a client that is still sending tells its length, so that the client knows its end at once."
)
ROUTES = "The development server lists the routes there are, as text or, for a browser, as a page."
BEYOND = "Next.js sends on beyond the length that it told. Here an answer ends where it said."
TOLD = "The development server tells whoever writes the handler what went wrong."
HTTP = "The development server has no TLS, and without it no browser keeps a Secure cookie. So does next dev."
NO_PAGES = "There are no pages: what an answer that no handler gave looks like is ours to choose."
PAGE = ("body", "header content-length", "header etag", "header x-powered-by")
ONE_PIECE = "waitress tells the length of an answer that is in one piece before it sends it."
GENERAL = [
    *[General(_page, field, None, "no_such_route", NO_PAGES) for field in PAGE],
    General(_page, "header cache-control", None, "encoded_letter_is_another_name", NO_PAGES),
    General(
        _compressible,
        "header vary",
        _without_accept_encoding,
        "static_route",
        "Next.js compresses for a client that accepts it, and says so. Here a proxy compresses, and says so.",
    ),
    General(_without_length, "framing", _length, "trailing_slash", ONE_PIECE, WAITRESS),
    General(_without_length, "header content-length", None, "trailing_slash", ONE_PIECE, WAITRESS),
    General(_unread, "framing", _length, "limit_ten_over", UNREAD, WITHOUT_SPACE),
    General(_unread, "header content-length", None, "limit_ten_over", UNREAD, WITHOUT_SPACE),
    General(_page, "header content-type", None, "no_such_route", ROUTES, DEVELOPMENT),
    General(_overflowing, "extra", lambda _: "", "framing_long", BEYOND),
    General(_failed, "body", None, "throw_error", TOLD, DEVELOPMENT),
    General(_failed, "header content-type", None, "throw_error", TOLD, DEVELOPMENT),
    General(_previewing, "header set-cookie", _lax, "draft_on", HTTP, DEVELOPMENT),
]


def _bodies(ours: dict[str, str], reason: str, servers: tuple[str, ...] = ALL) -> list[Difference]:
    """List the body of each of these exchanges, with its own text."""
    return [Difference((name,), "body", text, reason, servers) for name, text in ours.items()]


def _instead(
    names: list[str], ours: dict[str, str], reason: str, servers: tuple[str, ...] = ALL
) -> list[Difference]:
    """List these fields, with the same text for each of these exchanges."""
    return [Difference(tuple(names), field, text, reason, servers) for field, text in ours.items()]


def _refused(names: list[str], ours: dict[str, str], reason: str) -> list[Difference]:
    """List these exchanges as errors of ours, with these fields besides."""
    return [
        *_instead(names, {"status": "500", "reason": ERROR, **ours}, reason),
        Difference(tuple(names), "body", ERROR, reason, PRODUCTION),
        *[
            Difference(tuple(names), field, None, TOLD, DEVELOPMENT)
            for field in ("body", "header content-type")
        ],
    ]


def _shown(value: str | None) -> str:
    return json.dumps({"value": value}, separators=(",", ":"))


# --- JavaScript's own

PLAIN = "/api/req/query/plain"
JAVASCRIPT = [
    *_bodies(
        {
            "query_name_dunder_proto": (
                f'{{"query":{{"__proto__":"1","a":"2"}},"url":"{PLAIN}?__proto__=1&a=2"}}'
            ),
            "query_name_dunder_proto_twice": (
                f'{{"query":{{"__proto__":["1","2"]}},"url":"{PLAIN}?__proto__=1&__proto__=2"}}'
            ),
            "query_name_constructor": (
                '{"query":{"constructor":"1","toString":"2","hasOwnProperty":"3"},'
                f'"url":"{PLAIN}?constructor=1&toString=2&hasOwnProperty=3"}}'
            ),
            "parameter_name_dunder_proto": (
                '{"file":"routing/proto/[__proto__]","query":{"__proto__":"x"},"url":"/api/routing/proto/x"}'
            ),
        },
        "In JavaScript these are properties of every object, and get lost or mixed up with them.",
    ),
    *_bodies(
        {
            "json_number_beyond_safe_integers": '{"body":[9007199254740993,-9007199254740993]}',
            "json_number_of_20_digits": '{"body":[12345678901234567890]}',
            "json_number_of_22_digits": '{"body":[1234567890123456789012]}',
            "json_number_of_400_digits": '{"body":[' + "9" * 400 + "]}",
        },
        "JavaScript has no such integer and rounds it. Python has, so a handler gets the one that was sent.",
    ),
]

# --- Next.js's own

NEXT = [
    *_bodies(
        {
            "optional_catch_all_named_as_the_file": (
                '{"file":"routing/opt/[[...path]]","query":{"path":["[[...path]]"]},'
                '"url":"/api/routing/opt/[[...path]]"}'
            ),
        },
        "Next.js takes the name of the file, when a path spells it, for no parameters at all.",
    ),
    *_instead(
        ["double_slash_with_fragment"],
        {
            "header location": "location: /api/routing/static",
            "header refresh": "refresh: 0;url=/api/routing/static",
            "body": "/api/routing/static",
        },
        "A path ends before its fragment, which no client sends. Next.js keeps it in this one place.",
    ),
]

# --- WSGI's own

COMMA = (
    "A WSGI server joins the lines of a repeated header before anyone sees them, gunicorn without a space."
)
ONCE = "Node keeps the first of these headers; a WSGI server has joined them before anyone sees them."
UNDERSCORE = "WSGI cannot tell X_A from X-A, so the servers drop the name with the underscore."
LISTS = ("accept", "accept_language", "cache_control", "if_match", "if_none_match", "origin", "via")
SINGLES = (
    *("age", "authorization", "etag", "expires", "from", "if_modified_since", "if_unmodified_since"),
    *("last_modified", "location", "max_forwards", "proxy_authorization", "referer", "retry_after"),
    *("server", "user_agent"),
)
WSGI = [
    *_bodies(
        {
            "header_repeated_joined_with_comma": _shown("b,c,d"),
            "header_repeated_in_two_cases": _shown("b,c"),
            "header_repeated_with_commas_inside": _shown("b, c,d,e"),
            "header_repeated_with_an_empty_one": _shown("b,,c"),
            "header_repeated_apart": _shown("b,d"),
            **{f"header_{name}_repeated": _shown("one,two") for name in (*LISTS, "x_forwarded_for")},
            "cookie_header_twice": '{"a":"1,b=2"}',
            "cookie_header_twice_first_wins": '{"a":"1,a=2","b":"3"}',
            "cookie_header_itself_twice": _shown("a=1,b=2"),
        },
        COMMA,
        WITHOUT_SPACE,
    ),
    *_bodies(
        {
            "cookie_header_twice": '{"a":"1, b=2"}',
            "cookie_header_twice_first_wins": '{"a":"1, a=2","b":"3"}',
            "cookie_header_itself_twice": _shown("a=1, b=2"),
        },
        COMMA,
        WAITRESS,
    ),
    *_bodies({f"header_{name}_repeated": _shown("one,two") for name in SINGLES}, ONCE, WITHOUT_SPACE),
    *_bodies({f"header_{name}_repeated": _shown("one, two") for name in SINGLES}, ONCE, WAITRESS),
    *_bodies({"header_with_underscore": _shown(None)}, UNDERSCORE),
    *_bodies(
        {
            "header_x_forwarded_for_repeated": _shown(None),
            "forwarded_headers_as_sent": '{"host":null,"proto":null}',
        },
        "waitress drops the headers of proxies until it is told which proxy to trust.",
        WAITRESS,
    ),
    *_bodies(
        {
            "forwarded_headers_of_a_bare_get": '{"host":null,"proto":null}',
            "forwarded_host_follows_host": '{"host":null,"proto":null}',
        },
        "The server of Next.js makes these headers up. Under WSGI they come from a proxy or not at all.",
    ),
    *_bodies(
        {
            "echo_of_a_chunked_post": (
                '{"method":"POST","url":"/api/req/echo","httpVersion":"1.1","query":{},"cookies":{},'
                '"host":"localhost","accept":null,"type":"application/json","length":"7","body":{"a":1}}'
            ),
        },
        "waitress reads a chunked body to its end first, and then tells its length.",
        WAITRESS,
    ),
]

HOST = "A page of another site must not reach the development server by a name of its own (DNS rebinding)."
SERVED = [
    *[
        Difference(
            (
                *("trailing_slash_post", "trailing_slash_post_of_bad_json", "trailing_slash_chunked_post"),
                "double_slash_post",
            ),
            field,
            text,
            UNREAD,
            WITHOUT_SPACE,
        )
        for field, text in {"framing": "length", "header content-length": None}.items()
    ],
    Difference(
        (
            *("header_host_empty", "header_host_of_another", "forwarded_host_follows_host"),
            *("version_1_0_without_host", "version_1_0_without_host_echo"),
            *("trailing_slash_ignores_host", "absolute_target_of_another_host"),
        ),
        EVERYTHING,
        None,
        HOST,
        DEVELOPMENT,
    ),
]

# --- Safer here

STATIC = '{"file":"routing/static","query":{},"url":"/api/routing/static"}'
HANDLED = {
    "status": "200",
    "reason": "OK",
    "header content-type": "content-type: application/json; charset=utf-8",
    "header etag": 'etag: "<opaque>"',
    "header location": "",
    "header refresh": "",
}
ABSOLUTE = "Next.js sends a client that names the whole URL back to it, on any host. Here its path is routed."
ABSOLUTES = [
    f"absolute_target{of}"
    for of in ("", "_of_another_host", "_with_port", "_in_capitals", "_https", "_with_dot_segments", "_post")
]
CHARSET = "Only charsets that Python decodes in linear time: utf-8, us-ascii, iso-8859-1 and utf-16."
CHARSETS = (
    "utf8_in_the_name_of_an_alias",
    "iso_8859_15",
    "windows_1252",
    "utf7",
    "base64",
    "hex",
    "shift_jis",
    "gbk",
    "koi8_r",
)
INVALID = {
    "status": "400",
    "reason": "Invalid body",
    "body": "Invalid body",
    "header content-type": "",
    "header etag": "",
}
SAFER = [
    *_instead([f"text_charset_{name}" for name in CHARSETS], INVALID, CHARSET),
    *_instead([*ABSOLUTES, "absolute_target_with_query"], HANDLED, ABSOLUTE),
    *_bodies(dict.fromkeys(ABSOLUTES, STATIC), ABSOLUTE),
    *_bodies(
        {
            "absolute_target_with_query": (
                '{"file":"routing/static","query":{"a":"1","b":""},"url":"/api/routing/static?a=1&b="}'
            )
        },
        ABSOLUTE,
    ),
    *_instead(
        ["absolute_target_with_trailing_slash", "absolute_target_with_double_slash"],
        {
            "header location": "location: /api/routing/static",
            "header refresh": "refresh: 0;url=/api/routing/static",
            "body": "/api/routing/static",
        },
        ABSOLUTE,
    ),
]

# --- Answers that say what they are

FAILED = (
    "Next.js keeps the length that was announced, for an error text of another. Here the length is right."
)
CUT = "Next.js ends a broken answer as if it were whole, with its error text. Here the rest is seen to miss."
HEADS = "Node encodes the head like the text that follows it. Here a header is latin-1, whatever follows."
WAITING = "What a WSGI application returns leaves when it does: the end of an answer waits for its handler."
NO_BODY = "A server drops the length of an answer that has no body (RFC 9110, 8.6)."
FRAMED = "waitress sends no length with an answer that has no body."
ANSWERS = [
    *_bodies(
        {
            **{f"status_{code}_refused_by_json": ERROR for code in (0, 1, 99, 1000, 65536, -1)},
            **{
                f"status_set_{case}": ERROR for case in ("word", "bool", "null", "newline", "control", "wide")
            },
            "redirect_zero_status": ERROR,
            "throw_after_length": ERROR,
        },
        FAILED,
    ),
    *_refused(
        ["stream_fails_at_once"],
        {"complete": "True"},
        "Next.js never answers when a stream fails before its first piece.",
    ),
    *_bodies(
        {
            "throw_after_write": "half ",
            "throw_after_write_length": "half ",
            "throw_after_flush": "",
            "async_write_then_throw": "half ",
            "async_write_length_then_throw": "half ",
        },
        CUT,
    ),
    *_instead(
        ["throw_after_write", "throw_after_flush", "async_write_then_throw", "stream_fails_wrong_type"],
        {"complete": "False"},
        CUT,
    ),
    *_instead(["headers_latin1_json", "headers_latin1_send"], {"header x-own": "x-own: \xe9"}, HEADS),
    *_instead(["status_set_latin1"], {"reason": "Tr\xe8s bien"}, HEADS),
    *_instead(
        ["slow_answered", "slow_in_def_answered"],
        {
            "status": "0",
            "reason": "",
            "header content-type": "",
            "header etag": "",
            "body": "",
            "complete": "False",
        },
        WAITING,
    ),
    *_instead(
        ["framing_no_content", "informational_101_json"], {"header content-length": ""}, NO_BODY, PRODUCTION
    ),
    *[
        Difference((name,), "header content-length", "", FRAMED, WAITRESS)
        for name in ("etag_long_asked_again", "etag_string_star", "framing_not_modified")
    ],
    *_instead(
        ["framing_both", "json_own_encoding"],
        {"framing": "length"},
        "Transfer-Encoding is the business of a WSGI server; an answer that tells its length needs none.",
    ),
    *_instead(
        ["framing_upgrade"],
        {"header upgrade": ""},
        "The connection is the business of a WSGI server: an application must not set its headers.",
    ),
    *_refused(
        ["preview_path_bad"],
        {"header set-cookie": ""},
        "Next.js lets a path add attributes to its cookies.",
    ),
    *_instead(
        ["headers_cookie_number"],
        {"header set-cookie": "set-cookie: 42", "body": '{"got":[42],"has":true}'},
        "Next.js drops a cookie that is no string, without a word.",
    ),
    *_refused(
        ["json_value_bytes"],
        {"header etag": ""},
        "Node writes bytes as an object of numbers, which nobody means. Here they are no JSON.",
    ),
    *_bodies(
        {"json_value_integers": "[9007199254740993,123456789012345680000,1000000000000000000000]"},
        "JavaScript has no such integer and rounds it. Python has, so a client gets the one that was sent.",
    ),
    *_instead(
        ["headers_list_changed_later"],
        {"header x-own": "x-own: one"},
        "A header goes out as it was when it was set and checked; Next.js sends what became of the list.",
    ),
    *_instead(
        ["write_null"],
        {"body": '{"threw":true,"sent":false}'},
        "Next.js sends the head before it looks at what is written.",
    ),
    *_instead(
        ["writehead_empty_phrase"],
        {"reason": "Created"},
        "An empty phrase is none: Node's own stands for it, in writeHead as in statusMessage.",
    ),
]

DIFFERENCES: list[Difference] = [*JAVASCRIPT, *NEXT, *WSGI, *SERVED, *SAFER, *ANSWERS]


def listed(exchange: str, server: str) -> dict[str, Difference]:
    """Return the differences listed for one exchange on one server, by field."""
    found = (entry for entry in DIFFERENCES if exchange in entry.exchanges and server in entry.servers)
    return {entry.field: entry for entry in found}


def excused(expected: Answer, server: str, field: str, theirs: str, ours: str) -> bool:
    """Tell whether a general difference covers this field of an answer of that kind."""
    found = (entry for entry in GENERAL if entry.field == field and server in entry.servers)
    return any(
        entry.applies(expected) and (entry.ours is None or entry.ours(theirs) == ours) for entry in found
    )

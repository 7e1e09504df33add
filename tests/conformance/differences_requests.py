"""The differences in which route answers, and in what a handler is given."""

import json

from tests.conformance.difference import (
    DEVELOPMENT,
    EVERYTHING,
    GRANIAN,
    UNBUFFERED,
    UNREAD,
    WAITRESS,
    WITHOUT_SPACE,
    Difference,
    bodies,
    instead,
)


def _shown(value: str | None) -> str:
    return json.dumps({"value": value}, separators=(",", ":"))


# --- JavaScript's own

PLAIN = "/api/req/query/plain"
JAVASCRIPT = [
    *bodies(
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
    *bodies(
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
    *bodies(
        {
            "optional_catch_all_named_as_the_file": (
                '{"file":"routing/opt/[[...path]]","query":{"path":["[[...path]]"]},'
                '"url":"/api/routing/opt/[[...path]]"}'
            ),
        },
        "Next.js takes the name of the file, when a path spells it, for no parameters at all.",
    ),
    *instead(
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
    *bodies(
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
    *bodies(
        {
            "cookie_header_twice": '{"a":"1, b=2"}',
            "cookie_header_twice_first_wins": '{"a":"1, a=2","b":"3"}',
            "cookie_header_itself_twice": _shown("a=1, b=2"),
        },
        COMMA,
        WAITRESS,
    ),
    *bodies({f"header_{name}_repeated": _shown("one,two") for name in SINGLES}, ONCE, WITHOUT_SPACE),
    *bodies({f"header_{name}_repeated": _shown("one, two") for name in SINGLES}, ONCE, WAITRESS),
    *bodies({"header_with_underscore": _shown(None)}, UNDERSCORE),
    *bodies(
        {
            "header_x_forwarded_for_repeated": _shown(None),
            "forwarded_headers_as_sent": '{"host":null,"proto":null}',
        },
        "waitress drops the headers of proxies until it is told which proxy to trust.",
        WAITRESS,
    ),
    *bodies(
        {
            "forwarded_headers_of_a_bare_get": '{"host":null,"proto":null}',
            "forwarded_host_follows_host": '{"host":null,"proto":null}',
        },
        "The server of Next.js makes these headers up. Under WSGI they come from a proxy or not at all.",
    ),
    *bodies(
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
MARKS = "granian refuses a target with raw quotes, angles or backticks, which the URL standard has encoded."
SERVED = [
    *instead(
        [
            *("query_quotes", "query_angles", "url_encodes_some_marks_of_the_path"),
            *("value_with_angles_raw", "value_with_caret_and_backtick_raw"),
        ],
        {"status": "400", "body": "", "header content-type": "", "header etag": ""},
        MARKS,
        GRANIAN,
    ),
    *[
        Difference(
            (
                *("trailing_slash_post", "trailing_slash_post_of_bad_json", "trailing_slash_chunked_post"),
                "double_slash_post",
            ),
            field,
            text,
            UNREAD,
            UNBUFFERED,
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
    *instead([f"text_charset_{name}" for name in CHARSETS], INVALID, CHARSET),
    *instead([*ABSOLUTES, "absolute_target_with_query"], HANDLED, ABSOLUTE),
    *bodies(dict.fromkeys(ABSOLUTES, STATIC), ABSOLUTE),
    *bodies(
        {
            "absolute_target_with_query": (
                '{"file":"routing/static","query":{"a":"1","b":""},"url":"/api/routing/static?a=1&b="}'
            )
        },
        ABSOLUTE,
    ),
    *instead(
        ["absolute_target_with_trailing_slash", "absolute_target_with_double_slash"],
        {
            "header location": "location: /api/routing/static",
            "header refresh": "refresh: 0;url=/api/routing/static",
            "body": "/api/routing/static",
        },
        ABSOLUTE,
    ),
]

REQUESTS: list[Difference] = [*JAVASCRIPT, *NEXT, *WSGI, *SERVED, *SAFER]

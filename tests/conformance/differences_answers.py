"""The differences in what a handler answers: here an answer is what it says it is."""

from tests.conformance.difference import (
    ERROR,
    GRANIAN,
    PRODUCTION,
    WAITRESS,
    Difference,
    bodies,
    instead,
    refused,
)

FAILED = (
    "Next.js keeps the length that was announced, for an error text of another. Here the length is right."
)
CUT = "Next.js ends a broken answer as if it were whole, with its error text. Here the rest is seen to miss."
HEADS = "Node encodes the head like the text that follows it. Here a header is latin-1, whatever follows."
WAITING = "What a WSGI application returns leaves when it does: the end of an answer waits for its handler."
NO_BODY = "A server drops the length of an answer that has no body (RFC 9110, 8.6)."
FRAMED = "waitress and granian send no length with an answer that has no body."
INTERIM = (
    "granian answers 500 where the one answer is interim (1xx). Next.js sends it, and the client waits on."
)
ANSWERS: list[Difference] = [
    *bodies(
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
    *refused(
        ["stream_fails_at_once"],
        {"complete": "True"},
        "Next.js never answers when a stream fails before its first piece.",
    ),
    *bodies(
        {
            "throw_after_write": "half ",
            "throw_after_write_length": "half ",
            "throw_after_flush": "",
            "async_write_then_throw": "half ",
            "async_write_length_then_throw": "half ",
        },
        CUT,
    ),
    *instead(
        ["throw_after_write", "throw_after_flush", "async_write_then_throw", "stream_fails_wrong_type"],
        {"complete": "False"},
        CUT,
    ),
    *instead(["headers_latin1_json", "headers_latin1_send"], {"header x-own": "x-own: \xe9"}, HEADS),
    *instead(["status_set_latin1"], {"reason": "Tr\xe8s bien"}, HEADS),
    *instead(
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
    *instead(["framing_no_content"], {"header content-length": ""}, NO_BODY),
    *instead(["informational_101_json"], {"header content-length": ""}, NO_BODY, PRODUCTION),
    *[
        Difference((name,), "header content-length", "", FRAMED, (*WAITRESS, *GRANIAN))
        for name in ("etag_long_asked_again", "etag_string_star", "framing_not_modified")
    ],
    *instead(
        [f"informational_{status}_{way}" for status in (100, 103, 199) for way in ("json", "end")],
        {
            "status": "500",
            "reason": ERROR,
            "framing": "length",
            "header content-length": "content-length: 0",
            "complete": "True",
        },
        INTERIM,
        GRANIAN,
    ),
    *instead(
        ["framing_list"],
        {"header content-length": "content-length: 4"},
        "granian sends one line of a length that was set twice.",
        GRANIAN,
    ),
    *instead(
        ["framing_both", "json_own_encoding"],
        {"framing": "length"},
        "Transfer-Encoding is the business of a WSGI server; an answer that tells its length needs none.",
    ),
    *instead(
        ["framing_upgrade"],
        {"header upgrade": ""},
        "The connection is the business of a WSGI server: an application must not set its headers.",
    ),
    *refused(
        ["preview_path_bad"],
        {"header set-cookie": ""},
        "Next.js lets a path add attributes to its cookies.",
    ),
    *instead(
        ["headers_cookie_number"],
        {"header set-cookie": "set-cookie: 42", "body": '{"got":[42],"has":true}'},
        "Next.js drops a cookie that is no string, without a word.",
    ),
    *refused(
        ["json_value_bytes"],
        {"header etag": ""},
        "Node writes bytes as an object of numbers, which nobody means. Here they are no JSON.",
    ),
    *bodies(
        {"json_value_integers": "[9007199254740993,123456789012345680000,1000000000000000000000]"},
        "JavaScript has no such integer and rounds it. Python has, so a client gets the one that was sent.",
    ),
    *instead(
        ["headers_list_changed_later"],
        {"header x-own": "x-own: one"},
        "A header goes out as it was when it was set and checked; Next.js sends what became of the list.",
    ),
    *instead(
        ["write_null"],
        {"body": '{"threw":true,"sent":false}'},
        "Next.js sends the head before it looks at what is written.",
    ),
    *instead(
        ["writehead_empty_phrase"],
        {"reason": "Created"},
        "An empty phrase is none: Node's own stands for it, in writeHead as in statusMessage.",
    ),
]

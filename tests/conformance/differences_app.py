"""The differences of route handlers in app/, and of edge routes."""

from tests.conformance.difference import (
    DEVELOPMENT,
    ERROR,
    EVERYTHING,
    GRANIAN,
    GUNICORN,
    PRODUCTION,
    TOLD,
    UNBUFFERED,
    UNREAD,
    WAITRESS,
    WITHOUT_SPACE,
    Difference,
    instead,
)

# granian has reason phrases of its own, which is listed for all answers.
REASONED = (*GUNICORN, *WAITRESS, *DEVELOPMENT)
HTTP = "The development server has no TLS, and without it no browser keeps a Secure cookie. So does next dev."
HERE = (
    "Next.js sends its own address, which a client behind a proxy cannot reach. Here the Location of a"
    " redirect within the application is a path."
)
UTF8 = "Node sends it as UTF-8 where a body follows, and as latin-1 where none does. Here it is latin-1."
NOTHING_LEFT = "Nothing is left of an answer that failed: no header that was set before it did."
FIRST = (
    "A stream that fails before its first piece is an error like others: Next.js hangs up without an answer."
)
ILLEGAL = "A part of a cookie that would end it, or begin another attribute, is refused (CVE-2024-47764)."
PARAMS = "params is {} where a path has none, and not undefined."
TRACE = "TRACE is answered as other methods that no route handler can have: Next.js fails on it."
ANSWER = "An edge route that returns no Response is an error, as in app/: Next.js sends an empty 200."
JOINED = "gunicorn and Werkzeug's server join the lines of a repeated header without a space."
TYPED = "The text of an error has no content type, as that of other routes in pages/api."


TARGETS = "granian refuses a target with characters that have to be encoded."

UNREAD_BODIES = [
    f"app_{kind}_{name}" for kind in ("def", "async") for name in ("unread", "is_null", "get_with_body")
]
FAILED_LATE = ["app_type_read", "app_header_control", "app_header_delete_char"]
FAILED_FIRST = ["app_stream_fails_first", "app_stream_async_fails_first"]
EVIL = ["app_jar_path_evil", "app_jar_name_evil"]
TRACED = {"status": "400", "reason": "Bad Request"}
NO_LAX = "__prerender_bypass=<opaque>; Path=/; HttpOnly; SameSite=lax"
NO_LAX_OFF = "__prerender_bypass=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=lax"


def _failed(names: list[str], body: str, reason: str) -> list[Difference]:
    """List these exchanges as errors of ours, which the development server tells more of."""
    told = [
        Difference(tuple(names), field, None, TOLD, DEVELOPMENT) for field in ("body", "header content-type")
    ]
    return [
        *instead(names, {"status": "500"}, reason),
        *instead(names, {"reason": ERROR}, reason, REASONED),
        Difference(tuple(names), "body", body, reason, PRODUCTION),
        *told,
    ]


APP: list[Difference] = [
    Difference(("app_status_next_redirect_here",), "header location", "location: /x?y=1", HERE),
    Difference(("app_status_phrase_latin",), "reason", "d\xe9j\xe0", UTF8, REASONED),
    Difference(("app_header_latin",), "header x-a", "x-a: \xe9", UTF8),
    *instead(FAILED_LATE, {"header content-type": ""}, NOTHING_LEFT, PRODUCTION),
    *instead(FAILED_LATE, {"case content-type": "Content-Type"}, TOLD, DEVELOPMENT),
    *instead(FAILED_FIRST, {"status": "500", "reason": ERROR, "complete": "True"}, FIRST),
    *instead(FAILED_FIRST, {"framing": "chunked"}, FIRST, UNBUFFERED),
    *instead(UNREAD_BODIES, {"framing": "length"}, UNREAD, UNBUFFERED),
    *[Difference((name,), "header content-length", None, UNREAD, UNBUFFERED) for name in UNREAD_BODIES],
    *[
        Difference((name,), EVERYTHING, None, TARGETS, GRANIAN)
        for name in ("app_url_quote", "app_search_quote")
    ],
    Difference(
        ("app_headers_repeated",),
        "body",
        '{"next":["1,2",null,null,"a=1",null],"request":["1,2",null,null,"a=1",null]}',
        JOINED,
        WITHOUT_SPACE,
    ),
    *[
        Difference((f"app_draft_{name}",), "header set-cookie", text, HTTP, DEVELOPMENT)
        for name, text in (
            ("on", f"set-cookie: {NO_LAX}"),
            ("off", f"set-cookie: {NO_LAX_OFF}\nset-cookie: after=1; Path=/"),
        )
    ],
    *_failed(EVIL, "", ILLEGAL),
    *instead(EVIL, {"header set-cookie": ""}, ILLEGAL),
    *instead(EVIL, {"header content-type": ""}, ILLEGAL, PRODUCTION),
    *instead(EVIL, {"case content-type": "Content-Type"}, TOLD, DEVELOPMENT),
    *instead(["app_path_param_none"], {"status": "200"}, PARAMS),
    *instead(["app_path_param_none"], {"reason": "OK"}, PARAMS, REASONED),
    *instead(
        ["app_path_param_none"],
        {"body": "{}", "header content-type": "content-type: application/json"},
        PARAMS,
        PRODUCTION,
    ),
    *instead(["app_method_TRACE"], {"status": "400"}, TRACE),
    *instead(["app_method_TRACE"], {"reason": "Bad Request"}, TRACE, REASONED),
    *instead(["app_method_TRACE"], {"framing": "chunked"}, TRACE, UNBUFFERED),
    *instead(["app_method_TRACE"], {"header content-type": ""}, TRACE, PRODUCTION),
    *_failed(["edge_nothing"], ERROR, ANSWER)[:-1],
    Difference(("edge_nothing",), "header content-type", None, TOLD, DEVELOPMENT),
    *instead(["edge_nothing"], {"header x-middleware-next": ""}, ANSWER),
    *instead(["edge_throws"], {"framing": "chunked"}, TYPED, UNBUFFERED),
    *instead(["edge_throws"], {"header content-type": ""}, TYPED, PRODUCTION),
]

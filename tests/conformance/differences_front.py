"""The differences of answers where there is a next.config or a proxy."""

from tests.conformance.difference import (
    DEVELOPMENT,
    EVERYTHING,
    PRODUCTION,
    UNBUFFERED,
    UNREAD,
    WITHOUT_SPACE,
    Difference,
)

HOSTS = "The development server answers to its own host alone, so that no other site reads what it shows."
HOP_BY_HOP = (
    "What is for one connection alone (RFC 9110, 7.6.1) is not passed on to another origin, credentials for a"
    " proxy least of all."
)
FAILED = "An error is told as that of a handler is, in plain text."
NAMES = "A name in another case is the same name."

FRONT = [
    Difference(
        (
            "front_headers_by_host",
            "front_headers_by_host_with_port",
            "front_redirect_by_host",
            "front_redirect_by_another_host",
        ),
        EVERYTHING,
        None,
        HOSTS,
        DEVELOPMENT,
    ),
    *[
        Difference(
            (
                "front_redirect_of_a_post",
                "proxy_answer_to_a_post",
                "proxy_reads_the_body",
                "proxy_info_of_a_post",
                "slash_post_without",
            ),
            field,
            None,
            UNREAD,
            UNBUFFERED,
        )
        for field in ("framing", "header content-length")
    ],
    Difference(
        ("front_outside_hop_by_hop",),
        "body",
        '{"method": "GET", "url": "/echo", "headers": [["x-proxy", "yes"]], "body": ""}',
        HOP_BY_HOP,
    ),
    Difference(("proxy_throw",), "header content-type", "", FAILED, PRODUCTION),
    Difference(("proxy_throw",), "framing", "chunked", FAILED, UNBUFFERED),
    *[
        Difference((name,), f"case {ours.lower()}", ours, NAMES, WITHOUT_SPACE)
        for name, ours in [("proxy_cookie_for_a_route_handler", "Set-Cookie"), ("proxy_away", "refresh")]
    ],
]

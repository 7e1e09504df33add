"""proxy: what it answers, where it sends to, what it changes, and which requests it sees."""

from tests.conformance.exchange import Exchange, at, chunked, get, head, post, request

JSON = "application/json"

OWN = [
    *[
        get(f"proxy_{mode}", f"/api/show?m={mode}")
        for mode in (
            "answer",
            "json",
            "cookies",
            "redirect",
            "clone",
            "away",
            "plain",
            "stream",
            "none",
            "throw",
        )
    ],
    head("proxy_answer_to_head", "/api/show?m=answer"),
    get("proxy_answer_where_nothing_is", "/nothing?m=json"),
    get("proxy_answer_for_a_file", "/api/pub.txt?m=json"),
    get("proxy_answer_before_a_rewrite", "/b/5?m=json"),
    get("proxy_answer_before_another_origin", "/up/echo?m=json"),
    get("proxy_answer_after_a_redirect", "/old/5?m=json"),
    post("proxy_answer_to_a_post", "/api/show?m=json", '{"a":1}', JSON),
    request("proxy_answer_to_options", "OPTIONS", "/api/show?m=json"),
]

ON = [
    get("proxy_rewrite", "/api/show?m=rewrite&a=1"),
    get("proxy_rewrite_where_nothing_is", "/nothing?m=rewrite"),
    get("proxy_rewrite_to_nothing", "/api/show?m=nowhere"),
    get("proxy_rewrite_to_a_rewrite", "/api/show?m=on"),
    get("proxy_outside", "/api/show?m=outside"),
    post("proxy_outside_post", "/api/show?m=outside", "text", "text/plain"),
    get("proxy_headers", "/api/show?m=headers", {"X-Del": "1", "X-Kept": "2"}),
    get("proxy_headers_for_a_route_handler", "/api/app/1?m=headers", {"X-Del": "1", "X-Kept": "2"}),
    get("proxy_headers_where_nothing_is", "/nothing?m=headers"),
    get("proxy_headers_for_another_origin", "/up/echo?m=headers", {"X-Del": "1"}),
    get("proxy_cookie", "/api/show?m=cookie", {"Cookie": "a=1"}),
    get("proxy_cookie_for_a_route_handler", "/api/app/1?m=cookie"),
    get("proxy_cookie_of_the_client", "/api/show", {"Cookie": "a=1"}),
    get("proxy_before_a_file", "/api/pub.txt"),
    post("proxy_before_a_post", "/api/show", '{"a":1}', JSON),
    post("proxy_reads_the_body", "/api/show?m=body", '{"a":1}', JSON),
    post("proxy_reads_the_body_first", "/api/show?m=read", '{"a":1}', JSON),
    chunked("proxy_reads_a_chunked_body_first", "/api/show?m=read", [b'{"a"', b":1}"], JSON),
    post("proxy_reads_the_body_of_a_route_handler_first", "/api/app/1?m=read", "text", "text/plain"),
    get("proxy_reads_no_body", "/api/show?m=body"),
]

SEES = [
    get("proxy_info", "/api/show?m=info&a=%20b", {"Cookie": "a=1; b=%20", "X-User": "ada"}),
    post("proxy_info_of_a_post", "/api/show?m=info", "x", "text/plain"),
    get("proxy_info_of_a_deep_path", "/a/x%20y/z%2Fa?m=info"),
    get("proxy_info_of_double_slashes", "/api//show?m=info"),
    get("proxy_info_of_a_slash_at_the_end", "/api/show/?m=info"),
    get("proxy_info_in_capitals", "/API/show?m=info"),
    get("proxy_info_of_an_encoded_letter", "/api/%73how?m=info"),
    get("proxy_info_of_the_root", "/?m=info"),
    get("proxy_not_for_a_file", "/file.txt?m=json"),
    get("proxy_for_a_condition", "/none/1?m=info", {"X-Ask": "1"}),
    get("proxy_not_without_its_header", "/none/1?m=info"),
    get("proxy_not_with_its_cookie", "/none/1?m=info", {"X-Ask": "1", "Cookie": "not=1"}),
    get(
        "proxy_not_passed_by_a_header",
        "/api/show?m=json",
        {"X-Middleware-Subrequest": "proxy:proxy:proxy:proxy:proxy"},
    ),
    get(
        "proxy_not_passed_by_a_rewrite_header",
        "/api/show?m=json",
        {"X-Middleware-Rewrite": "/x", "X-Middleware-Next": "1"},
    ),
    get(
        "proxy_not_passed_by_an_override",
        "/api/show?m=info",
        {"X-Middleware-Override-Headers": "x-user", "X-Middleware-Request-X-User": "eve"},
    ),
]

EXCHANGES: list[Exchange] = at("plain", [*OWN, *ON, *SEES])

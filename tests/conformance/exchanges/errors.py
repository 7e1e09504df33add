"""Exceptions before, after and in the middle of an answer."""

from dataclasses import replace

from tests.conformance.exchange import Exchange, get, head, post

BEFORE = [
    "error",
    "teapot",
    "caught_by_nobody",
    "after_headers",
    "after_phrase",
    "after_length",
    "after_cookies",
    "after_204",
    "name_missing",
    "member_missing",
    "method_missing",
]
ASYNC = [
    "rejects",
    "rejects_later",
    "inner_rejects",
    "answers",
    "answers_then_throws",
    "caught",
    "twice",
    "at_once",
    "finally_runs",
]
AFTER = [
    "end",
    "json",
    "send",
    "no_content",
    "redirect",
    "write",
    "writehead",
    "flush",
    "write_length",
    "write_end",
]


def _cut(exchange: Exchange) -> Exchange:
    # Next.js may leave it hanging.
    return replace(exchange, timeout=1.5)


EXCHANGES = [
    *[get(f"throw_{case}", f"/api/errors/before?case={case}") for case in BEFORE],
    *[
        get(f"throw_the_{value}", f"/api/errors/thrown?value={value}")
        for value in ("text", "number", "null", "object")
    ],
    *[get(f"async_{case}", f"/api/errors/async?case={case}") for case in ASYNC],
    *[_cut(get(f"throw_after_{case}", f"/api/errors/after?case={case}")) for case in AFTER],
    *[
        _cut(head(f"throw_after_{case}_head", f"/api/errors/after?case={case}"))
        for case in ("json", "write", "writehead")
    ],
    *[
        _cut(get(f"async_{case}", f"/api/errors/async-after?case={case}"))
        for case in ("write_then_throw", "write_length_then_throw", "writes")
    ],
    *[
        get(f"return_{value}", f"/api/errors/return?value={value}")
        for value in ("object", "text", "number", "false", "list")
    ],
    head("throw_error_head", "/api/errors/before?case=error"),
    post("throw_error_post", "/api/errors/before?case=error"),
    get("throw_error_conditional", "/api/errors/before?case=error", [("If-None-Match", "*")]),
]

"""`res.write`, `res.end`, `res.flushHeaders`: bodies sent by hand, and what comes too late."""

from tests.conformance.exchange import get, head

END = [
    "nothing",
    "null",
    "string",
    "empty_string",
    "buffer",
    "empty_buffer",
    "lone",
    "twice",
    "twice_with_status",
    "write_after",
    "typed",
    "number",
    "zero",
    "object",
    "array",
    "true",
    "false",
    "uncaught",
]

WRITE = [
    "pieces",
    "buffers",
    "empty",
    "empty_between",
    "lone",
    "then_end",
    "then_json",
    "then_send",
    "then_json_uncaught",
    "then_redirect",
    "then_status",
    "then_header",
    "then_remove",
    "then_append",
    "then_writehead",
    "then_draft",
    "typed",
    "with_length",
    "flushed",
    "flushed_then_json",
    "number",
    "null",
    "object",
    "true",
]

EXCHANGES = [
    *[get(f"end_{case}", f"/api/res/end?case={case}") for case in END],
    *[get(f"write_{case}", f"/api/res/write?case={case}") for case in WRITE],
    *[
        head(f"end_{case}_head", f"/api/res/end?case={case}")
        for case in ("nothing", "string", "typed", "twice")
    ],
    *[
        head(f"write_{case}_head", f"/api/res/write?case={case}")
        for case in ("pieces", "then_end", "with_length")
    ],
    head("write_flushed_head", "/api/res/write?case=flushed"),
]

"""`res.writeHead` in its forms."""

from tests.conformance.exchange import get, head

CASES = [
    "status",
    "phrase",
    "headers",
    "both",
    "null_headers",
    "empty_phrase",
    "list",
    "length",
    "no_content",
    "not_modified",
    "text_status",
    "alone",
    "merges",
    "over_status",
    "twice",
    "after_end",
    "then_set",
    "then_json",
    "then_send",
    "then_status",
    "phrase_kept",
    "phrase_over",
    "read_back",
    "read_back_alone",
    "bad_status",
    "big_status",
    "zero_status",
    "word_status",
    "bad_phrase",
    "bad_name",
    "bad_value",
    "undefined_value",
    "wide_value",
]

EXCHANGES = [
    *[get(f"writehead_{case}", f"/api/res/writehead?case={case}") for case in CASES],
    *[
        head(f"writehead_{case}_head", f"/api/res/writehead?case={case}")
        for case in ("status", "headers", "length")
    ],
]

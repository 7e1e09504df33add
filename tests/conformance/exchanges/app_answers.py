"""What a route handler may return: bodies, statuses, headers, streams."""

from dataclasses import replace

from tests.conformance.exchange import Exchange, get, head

TYPES = [
    "text",
    "empty_text",
    "nothing",
    "null",
    "bytes",
    "number",
    "true",
    "blob",
    "blob_bare",
    "params",
    "own",
    "json",
    "json_null",
    "json_text",
    "json_own",
    "next_json",
    "next_text",
    "json_204",
    "clone",
    "read",
    "big",
    "next_rewrite",
    "next_next",
]
STATUSES = ["s200", "s201", "s204", "s205", "s206", "s299", "s304", "s400", "s401", "s404", "s418"]
STATUSES += ["s426", "s451", "s500", "s503", "s599"]
STATUSES += ["bad0", "bad100", "bad101", "bad199", "bad600", "bad1000"]
ENDS = [
    "text",
    "fraction",
    "body204",
    "body205",
    "body304",
    "phrase",
    "phrase_latin",
    "phrase_wide",
    "phrase_line",
    "redirect",
    "redirect_303",
    "redirect_bad",
    "redirect_relative",
    "next_redirect",
    "next_redirect_301",
    "next_redirect_init",
    "next_redirect_bad",
    "next_redirect_relative",
    "next_redirect_here",
    "error",
]
HEADERS = [
    "dict",
    "pairs",
    "headers",
    "cookies",
    "trimmed",
    "empty",
    "number",
    "latin",
    "wide",
    "line",
    "feed",
    "nul",
    "control",
    "delete_char",
    "name_space",
    "name_empty",
    "name_colon",
    "name_wide",
    "length",
    "length_more",
    "encoding",
    "chunked",
    "etag",
    "vary",
    "cache",
    "cors",
    "location",
    "three",
    "text",
    "append",
    "set",
    "delete",
    "delete_type",
    "vary_append",
]
STREAMS = ["pieces", "typed", "empty", "fails_midway", "fails_first", "status", "read", "tee"]


def _cut(exchange: Exchange) -> Exchange:
    # Next.js may leave it hanging.
    return replace(exchange, timeout=3.0)


EXCHANGES = [
    *[get(f"app_type_{case}", f"/api/app/types?case={case}") for case in TYPES],
    *[get(f"app_status_{case}", f"/api/app/status?case={case}") for case in [*STATUSES, *ENDS]],
    *[get(f"app_header_{case}", f"/api/app/headers?case={case}") for case in HEADERS],
    *[_cut(get(f"app_stream_{case}", f"/api/app/stream?case={case}")) for case in STREAMS],
    *[_cut(get(f"app_stream_async_{case}", f"/api/app/stream-async?case={case}")) for case in STREAMS],
    *[
        head(f"app_type_{case}_head", f"/api/app/types?case={case}")
        for case in ("text", "json", "bytes", "null")
    ],
    *[head(f"app_status_{case}_head", f"/api/app/status?case={case}") for case in ("s204", "redirect")],
    *[head(f"app_stream_{case}_head", f"/api/app/stream?case={case}") for case in ("pieces", "fails_first")],
    get("app_header_etag_fresh", "/api/app/headers?case=etag", {"If-None-Match": '"x"'}),
    get("app_type_gzip", "/api/app/types?case=text", {"Accept-Encoding": "identity"}),
]

"""ETag and If-None-Match: which answers carry one, and when it is 304."""

from tests.conformance.exchange import Exchange, get, head, request

JSON = get("etag_json", "/api/res/etag?as=json")
SEND = get("etag_send", "/api/res/etag?as=send")

CONDITIONS = {
    "same": [("If-None-Match", "<etag>")],
    "weak": [("If-None-Match", "W/<etag>")],
    "star": [("If-None-Match", "*")],
    "other": [("If-None-Match", '"other"')],
    "empty": [("If-None-Match", "")],
    "first_of_list": [("If-None-Match", '<etag>, "b"')],
    "last_of_list": [("If-None-Match", '"a", W/"b",<etag>')],
    "list_with_tabs": [("If-None-Match", '"a"\t,\t<etag>')],
    "list_with_spaces": [("If-None-Match", '"a"  ,  <etag>  ,  "b"')],
    "list_with_gaps": [("If-None-Match", ",,<etag>,,")],
    "star_in_list": [("If-None-Match", '"a", *')],
    "padded": [("If-None-Match", "   <etag>   ")],
    "unquoted": [("If-None-Match", "other")],
    "lower_weak": [("If-None-Match", "w/<etag>")],
    "repeated": [("If-None-Match", '"a"'), ("If-None-Match", "<etag>")],
    "no_cache": [("If-None-Match", "<etag>"), ("Cache-Control", "no-cache")],
    "no_cache_among": [("If-None-Match", "<etag>"), ("Cache-Control", "max-age=0, no-cache")],
    "no_cache_upper": [("If-None-Match", "<etag>"), ("Cache-Control", "No-Cache")],
    "no_cache_value": [("If-None-Match", "<etag>"), ("Cache-Control", 'no-cache="x"')],
    "no_store": [("If-None-Match", "<etag>"), ("Cache-Control", "no-store")],
    "max_age_zero": [("If-None-Match", "<etag>"), ("Cache-Control", "max-age=0")],
    "pragma": [("If-None-Match", "<etag>"), ("Pragma", "no-cache")],
    "modified_since": [("If-None-Match", "<etag>"), ("If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT")],
    "modified_since_bad": [("If-None-Match", "<etag>"), ("If-Modified-Since", "yesterday")],
    "modified_since_empty": [("If-None-Match", "<etag>"), ("If-Modified-Since", "")],
    "star_modified_since": [("If-None-Match", "*"), ("If-Modified-Since", "Thu, 01 Jan 2099 00:00:00 GMT")],
    "only_modified_since": [("If-Modified-Since", "Thu, 01 Jan 2099 00:00:00 GMT")],
    "if_match": [("If-Match", '"other"')],
    "range": [("Range", "bytes=0-1")],
}

WAYS = ["empty", "buffer", "typed", "long", "own", "cookie", "phrase"]


def _asked_again(way: str) -> Exchange:
    target = f"/api/res/etag?as={way}"
    return get(f"etag_{way}_asked_again", target, [("If-None-Match", "<etag>")], after=get("", target))


def _with_status(status: int) -> Exchange:
    target = f"/api/res/etag?as=json&status={status}"
    return get(f"etag_with_status_{status}", target, [("If-None-Match", "<etag>")], after=JSON)


def _with_method(method: str) -> Exchange:
    target, headers = "/api/res/etag?as=json", [("If-None-Match", "<etag>")]
    return request(f"etag_with_{method.lower()}", method, target, headers, after=JSON)


EXCHANGES = [
    JSON,
    SEND,
    *[get(f"etag_{way}", f"/api/res/etag?as={way}") for way in [*WAYS, "end", "own_end"]],
    *[
        get(f"etag_if_{name}", "/api/res/etag?as=json", lines, after=JSON)
        for name, lines in CONDITIONS.items()
    ],
    *[_asked_again(way) for way in WAYS],
    *[_with_status(status) for status in (201, 204, 304, 400, 404, 500)],
    *[_with_method(method) for method in ("HEAD", "POST", "PUT", "DELETE", "OPTIONS")],
    get("etag_of_another_body", "/api/res/etag?as=send", [("If-None-Match", "<etag>")], after=JSON),
    get("etag_by_hand_is_not_asked_for", "/api/res/etag?as=own", [("If-None-Match", '"by-hand"')]),
    get("etag_end_asked_for", "/api/res/etag?as=own_end", [("If-None-Match", '"by-hand"')]),
    get("etag_end_star", "/api/res/etag?as=end", [("If-None-Match", "*")]),
    head("etag_head", "/api/res/etag?as=json"),
    get("etag_null_star", "/api/res/send?value=null", [("If-None-Match", "*")]),
    get("etag_stream_star", "/api/res/send?value=generator", [("If-None-Match", "*")]),
    get("etag_array_star", "/api/res/send?value=array", [("If-None-Match", "*")]),
    get("etag_string_star", "/api/res/send?value=string&type=text/x-own&length=11", [("If-None-Match", "*")]),
]

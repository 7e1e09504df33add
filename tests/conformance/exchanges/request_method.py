"""req.method, req.httpVersion, the other attributes of req, and the whole of it at once."""

from tests.conformance.exchange import Exchange, chunked, get, head, post, request

METHOD = "/api/req/method"
ECHO = "/api/req/echo"
JSON = "application/json"

METHODS = "GET POST PUT PATCH DELETE OPTIONS TRACE PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK"
RARE = "SEARCH QUERY REPORT PURGE LINK UNLINK BIND M-SEARCH MKACTIVITY SOURCE ACL SUBSCRIBE NOTIFY"


def _named(method: str) -> str:
    return method.lower().replace("-", "_")


EXCHANGES = [
    *[request(f"method_{_named(method)}", method, METHOD) for method in f"{METHODS} {RARE}".split()],
    head("method_head", METHOD),
    head("method_head_with_query", "/api/req/query/plain?a=1"),
    *[
        request(f"method_{_named(method)}_with_body", method, ECHO, {"Content-Type": JSON}, '{"a":[1,"x"]}')
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "QUERY")
    ],
    request("method_head_with_body", "HEAD", ECHO, {"Content-Type": JSON}, '{"a":1}'),
    request("version_1_0", "GET", METHOD, version="HTTP/1.0"),
    request("version_1_0_post", "POST", ECHO, {"Content-Type": JSON}, '{"a":1}', version="HTTP/1.0"),
    Exchange("version_1_0_without_host", f"GET {METHOD} HTTP/1.0\r\n\r\n".encode()),
    Exchange("version_1_0_without_host_echo", f"GET {ECHO} HTTP/1.0\r\n\r\n".encode()),
    get("echo_of_a_get", f"{ECHO}?a=1&a=2&b", {"Cookie": "c=3; d=%20", "Accept": "*/*"}),
    post("echo_of_a_json_post", f"{ECHO}?a=1", '{"b": [1, 2.5, null]}', JSON, {"Cookie": "c=3"}),
    post("echo_of_a_form_post", ECHO, "a=1&a=2&b=+", "application/x-www-form-urlencoded"),
    post("echo_of_a_text_post", ECHO, "caf\u00e9", "text/plain"),
    post("echo_of_an_untyped_post", ECHO, "abc"),
    post("echo_of_an_empty_post", ECHO),
    chunked("echo_of_a_chunked_post", ECHO, [b'{"a":', b"1}"], JSON),
    request("echo_of_a_delete", "DELETE", f"{ECHO}?id=1"),
    get("preview_is_off", "/api/req/preview"),
    get("preview_is_off_with_a_made_up_cookie", "/api/req/preview", {"Cookie": "__prerender_bypass=abc"}),
    get(
        "preview_is_off_with_two_made_up_cookies",
        "/api/req/preview",
        {"Cookie": "__prerender_bypass=abc; __next_preview_data=def"},
    ),
    get("own_attributes", "/api/req/own"),
    get("own_attributes_with_query", "/api/req/own?page=3&x=y", {"Cookie": "theme=light"}),
    post("own_attributes_with_body", "/api/req/own", '{"a":1}', JSON),
]

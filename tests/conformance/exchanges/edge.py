"""Routes of pages/api with config.runtime "edge"."""

from tests.conformance.exchange import chunked, get, post, request

EDGE = "/api/edge"
METHODS = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "PROPFIND"]
CASES = ["text", "json", "cookie", "redirect", "nothing", "throws", "empty", "phrase", "url"]

EXCHANGES = [
    *[request(f"edge_method_{method}", method, f"{EDGE}?a=1") for method in METHODS],
    post("edge_post", f"{EDGE}?a=1", "héllo", "text/plain"),
    post("edge_post_json", EDGE, '{"a": 1}', "application/json"),
    post("edge_post_bad_json", EDGE, "{", "application/json"),
    post("edge_post_empty", EDGE),
    chunked("edge_post_chunked", EDGE, [b"ab", b"c"]),
    post("edge_post_big", EDGE, b"x" * 1_200_000),
    get("edge_query", f"{EDGE}?a=1&a=2&b=%C3%A9+x&c"),
    get("edge_param", f"{EDGE}/one/42"),
    get("edge_param_query", f"{EDGE}/one/42?a=1"),
    get("edge_param_wins", f"{EDGE}/one/42?id=7"),
    get("edge_param_encoded", f"{EDGE}/one/a%2Fb%20c"),
    get("edge_param_bad", f"{EDGE}/one/%FF"),
    get("edge_all", f"{EDGE}/all/a/b"),
    *[get(f"edge_{case}", f"{EDGE}/cases?case={case}&b=%20") for case in CASES],
]

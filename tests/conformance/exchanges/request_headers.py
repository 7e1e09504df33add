"""req.headers."""

from tests.conformance.exchange import Exchange, get, post, request

Lines = list[tuple[str, str]]


def _value(name: str, of: str, *lines: tuple[str, str]) -> Exchange:
    """Ask for the value of one header as the handler sees it."""
    return get(f"header_{name}", f"/api/req/header/{of}", lines)


def _repeated(header: str) -> Exchange:
    lines = [(header, "one"), (header, "two")]
    return _value(f"{header.lower().replace('-', '_')}_repeated", header.lower(), *lines)


ONCE_ONLY = [
    "Accept",
    "Accept-Language",
    "Age",
    "Authorization",
    "Cache-Control",
    "ETag",
    "Expires",
    "From",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Unmodified-Since",
    "Last-Modified",
    "Location",
    "Max-Forwards",
    "Origin",
    "Proxy-Authorization",
    "Referer",
    "Retry-After",
    "Server",
    "User-Agent",
    "Via",
    "X-Forwarded-For",
]

EXCHANGES = [
    get("headers_of_a_bare_get", "/api/req/headers"),
    get("headers_in_mixed_case", "/api/req/headers", {"X-Mixed-Case": "A", "x-lower": "B", "X-UPPER": "C"}),
    post("headers_of_a_post", "/api/req/headers", '{"a":1}', "application/json"),
    post("headers_of_an_empty_post", "/api/req/headers"),
    get(
        "headers_of_a_browser",
        "/api/req/headers",
        {
            "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)",
            "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "en,de;q=0.5",
            "Referer": "http://localhost/a?b=c",
            "Upgrade-Insecure-Requests": "1",
            "Sec-Fetch-Mode": "navigate",
        },
    ),
    _value("absent", "x-absent"),
    _value("plain", "x-a", ("X-A", "b")),
    _value("empty", "x-a", ("X-A", "")),
    _value("of_spaces", "x-a", ("X-A", "   ")),
    _value("is_trimmed", "x-a", ("X-A", "  b c  ")),
    _value("is_trimmed_of_tabs", "x-a", ("X-A", "\t b\t \t")),
    _value("inner_spaces_stay", "x-a", ("X-A", "b   c\td")),
    _value("latin_1", "x-a", ("X-A", "caf\xe9")),
    _value("utf8_is_read_as_latin_1", "x-a", ("X-A", "caf\xc3\xa9")),
    _value("all_of_latin_1", "x-a", ("X-A", "".join(map(chr, range(0xA0, 0x100))))),
    _value("upper_controls_of_latin_1", "x-a", ("X-A", "b\x80\x85\x9fc")),
    _value("no_break_space_at_the_ends", "x-a", ("X-A", "\xa0b\xa0")),
    _value("quotes_and_commas", "x-a", ("X-A", '"b, c", d; e=f')),
    _value("percent_stays", "x-a", ("X-A", "%41%ZZ+")),
    _value("colon_in_the_value", "x-a", ("X-A", "b: c:d")),
    _value("repeated_joined_with_comma", "x-a", ("X-A", "b"), ("X-A", "c"), ("X-A", "d")),
    _value("repeated_in_two_cases", "x-a", ("X-A", "b"), ("x-a", "c")),
    _value("repeated_with_commas_inside", "x-a", ("X-A", "b, c"), ("X-A", "d,e")),
    _value("repeated_with_an_empty_one", "x-a", ("X-A", "b"), ("X-A", ""), ("X-A", "c")),
    _value("repeated_apart", "x-a", ("X-A", "b"), ("X-B", "c"), ("X-A", "d")),
    *[_repeated(header) for header in ONCE_ONLY],
    _value("with_underscore", "x_a", ("X_A", "b")),
    _value("with_underscore_is_not_with_dash", "x-a", ("X_A", "b")),
    _value("with_digits", "x-1", ("X-1", "b")),
    _value("with_marks", "x!a", ("X!A", "b")),
    _value("host", "host"),
    _value("host_with_port", "host", ("Host", "localhost:3000")),
    _value("host_in_capitals", "host", ("Host", "LOCALHOST")),
    _value("host_of_another", "host", ("Host", "evil.example")),
    _value("host_empty", "host", ("Host", "")),
    _value("authorization", "authorization", ("Authorization", "Bearer abc.def.ghi")),
    _value("authorization_latin_1", "authorization", ("Authorization", "Basic \xe9")),
    _value("content_type_of_a_get", "content-type", ("Content-Type", "text/plain")),
    _value("content_length_of_a_get", "content-length"),
    _value("transfer_encoding_of_a_get", "transfer-encoding"),
    _value("connection", "connection"),
    _value("te", "te", ("TE", "trailers")),
    _value("accept_encoding", "accept-encoding", ("Accept-Encoding", "gzip")),
    _value("if_none_match", "if-none-match", ("If-None-Match", '"abc"')),
    _value("range", "range", ("Range", "bytes=0-3")),
    _value("proxy_which_cgi_would_misread", "proxy", ("Proxy", "http://evil.example")),
    _value("wsgi_version_is_no_environment", "wsgi.version", ("wsgi.version", "b")),
    _value("long", "x-a", ("X-A", "b" * 4000)),
    request("header_content_type_of_a_post", "POST", "/api/req/header/content-type", {"Content-Type": "a/b"}),
    post(
        "header_content_type_kept_as_sent",
        "/api/req/header/content-type",
        "{}",
        "Application/JSON ; Charset=UTF-8",
    ),
    post("header_content_length_of_a_post", "/api/req/header/content-length", "12345", "text/plain"),
    post("header_content_length_of_an_empty_post", "/api/req/header/content-length"),
    get("forwarded_headers_of_a_bare_get", "/api/req/forwarded"),
    get(
        "forwarded_headers_as_sent",
        "/api/req/forwarded",
        {"X-Forwarded-Host": "a.example", "X-Forwarded-Proto": "https"},
    ),
    get("forwarded_host_follows_host", "/api/req/forwarded", {"Host": "b.example:8080"}),
]

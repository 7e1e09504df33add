"""`export const config`: the body parser's limits, the answer's limit, what is unknown."""

from tests.conformance.exchange import Exchange, chunked, get, post

LIMITS = [
    "limit-number",
    "limit-text",
    "limit-upper",
    "limit-off",
    "limit-on",
    "limit-zero",
    "empty",
    "empty-api",
    "external",
    "external-off",
    "max-duration",
]

# Each parser with the sizes of the bodies sent to it, most of them at the limit and one over.
PARSERS = {
    "parser-on": [0, 10, 1048576, 1048577],
    "parser-off": [0, 10, 1048577],
    "parser-empty": [10, 1048577],
    "parser-number": [0, 9, 10, 11],
    "parser-text": [0, 9, 10, 11],
    "parser-digits": [10, 11],
    "parser-kb": [1024, 1025],
    "parser-fraction": [512, 513],
    "parser-spaced": [1024, 1025],
    "parser-zero": [0, 1, 1048576, 1048577],
    "parser-zero-text": [0, 1],
    "parser-float": [10, 11],
}


def _sized(route: str, size: int) -> Exchange:
    name = f"config_{route.replace('-', '_')}_{size}"
    return post(name, f"/api/config/{route}", b"x" * size, "text/plain")


EXCHANGES = [
    *[get(f"config_{route.replace('-', '_')}", f"/api/config/{route}") for route in LIMITS],
    get("config_limit_number_under", "/api/config/limit-number?size=99"),
    get("config_limit_number_at", "/api/config/limit-number?size=100"),
    *[_sized(route, size) for route, sizes in PARSERS.items() for size in sizes],
    chunked("config_parser_number_chunked_10", "/api/config/parser-number", [b"xxxxx", b"xxxxx"]),
    chunked("config_parser_number_chunked_11", "/api/config/parser-number", [b"xxxxx", b"xxxxxx"]),
    post("config_parser_number_json_over", "/api/config/parser-number", '{"a":12345}', "application/json"),
    get("config_parser_off_get", "/api/config/parser-off"),
    post("config_read_by_hand", "/api/config/read-by-hand", b"a\x00\xffb"),
    post("config_read_by_hand_json", "/api/config/read-by-hand", "{bad", "application/json"),
    get("config_read_by_hand_get", "/api/config/read-by-hand"),
    chunked("config_read_by_hand_chunked", "/api/config/read-by-hand", [b"one ", b"two"]),
    post("config_read_in_def", "/api/config/read-in-def", b"x" * 100_000),
    chunked("config_read_in_def_chunked", "/api/config/read-in-def", [b"x" * 5000] * 10),
]

"""All areas: functions by the rows they are in, and what is asked over HTTP."""

from tests.programme.nextjs import bodies, functions, routing
from tests.programme.nextjs.calls import CALLS
from tests.programme.nextjs.requests import REQUESTS

ALL = {area.name: area for area in (*functions.AREAS, *bodies.AREAS, *routing.AREAS)}

_ROWS = {
    "query": ("parse_query", "serialize_query", "encode_uri_component", "decode_component"),
    "form": ("parse_form",),
    "json": ("parse_json", "stringify"),
    "body": ("body", "parse_content_type"),
    "cookies": ("parse_cookies", "serialize_cookie"),
    "sizes": ("parse_size", "format_size"),
    "fresh": ("is_fresh", "reason"),
    "routing": ("conflicts", "match"),
}
SERVED = {site.name: site for site in (CALLS, REQUESTS)}
FUNCTIONS = {row: [ALL[name] for name in names] for row, names in _ROWS.items()}

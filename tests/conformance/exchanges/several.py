"""More than one answer to one request, and what a handler can see of its answer."""

from tests.conformance.exchange import Exchange, get

ANSWERS = ["json_twice", "send_twice", "json_then_throw_caught"]
SECOND = [
    "json_json",
    "json_send",
    "json_send_null",
    "json_end",
    "json_write",
    "json_redirect",
    "json_status",
    "json_header",
    "json_bad_header",
    "json_remove",
    "json_append",
    "json_writehead",
    "json_flush",
    "json_draft",
    "json_clear",
    "send_json",
    "end_json",
    "end_send",
    "end_send_null",
    "end_end",
    "end_end_number",
    "end_write",
    "end_write_number",
    "redirect_json",
    "redirect_redirect",
]
STATES = ["fresh", "headers_set", "head_written", "flushed", "written"]
AFTERWARDS = ["ended", "json", "sent", "redirected", "no_content"]


def _told(route: str, name: str) -> Exchange:
    first = get(name, f"/api/res/{route}?case={name}")
    return get(f"{route}_{name}_told", f"/api/res/{route}?case=told&name={name}", after=first)


EXCHANGES = [
    *[get(f"several_{case}", f"/api/res/several?case={case}") for case in [*ANSWERS, *SECOND]],
    *[_told("several", name) for name in SECOND],
    *[get(f"state_{case}", f"/api/res/state?case={case}") for case in STATES],
    *[_told("state", name) for name in AFTERWARDS],
]

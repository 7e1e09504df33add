"""Draft mode and preview mode: the cookies they set, and those that come back."""

from tests.conformance.exchange import Exchange, get

DRAFT = [
    "on",
    "off",
    "alone",
    "truthy",
    "redirect",
    "after_cookie",
    "after_cookies",
    "before_cookie",
    "on_and_off",
    "with_headers",
    "after_json",
    "clear_then_draft",
]

DATA = [
    "set",
    "string",
    "null",
    "list",
    "max_age",
    "max_age_zero",
    "max_age_float",
    "max_age_negative",
    "max_age_text",
    "path",
    "path_bad",
    "path_newline",
    "both",
    "after_cookies",
    "twice",
    "redirect",
    "empty",
    "small",
    "large",
    "huge",
    "chained",
    "set_then_clear",
    "clear",
    "clear_path",
    "clear_twice",
    "clear_after_cookie",
]

COOKIES = {
    "none": "a=1",
    "bypass_garbage": "__prerender_bypass=garbage",
    "bypass_empty": "__prerender_bypass=",
    "data_garbage": "__next_preview_data=garbage",
    "data_empty": "__next_preview_data=",
    "both_garbage": "__prerender_bypass=x; __next_preview_data=y",
    "bypass_garbage_data_empty": "__prerender_bypass=x; __next_preview_data=",
}

ON = get("", "/api/preview/draft?case=on")


def _read(name: str, cookie: str, route: str = "read") -> Exchange:
    return get(f"preview_{route.replace('-', '_')}_{name}", f"/api/preview/{route}", [("Cookie", cookie)])


def _back(name: str, case: str, cookie: str = "<cookies>") -> Exchange:
    first = get("", f"/api/preview/{case}")
    return get(f"preview_back_{name}", "/api/preview/read", [("Cookie", cookie)], after=first)


EXCHANGES = [
    *[get(f"draft_{case}", f"/api/preview/draft?case={case}") for case in DRAFT],
    *[get(f"preview_{case}", f"/api/preview/data?case={case}") for case in DATA],
    get("preview_read_without_cookies", "/api/preview/read"),
    *[_read(name, cookie) for name, cookie in COOKIES.items()],
    _read("both_garbage", COOKIES["both_garbage"], "untouched"),
    _read("both_garbage", COOKIES["both_garbage"], "read-late"),
    _back("draft", "draft?case=on"),
    _back("draft_off", "draft?case=off"),
    _back("draft_among_others", "draft?case=on", "a=1; <cookies>; b=2"),
    _back("draft_with_garbage_data", "draft?case=on", "<cookies>; __next_preview_data=garbage"),
    _back("draft_with_empty_data", "draft?case=on", "<cookies>; __next_preview_data="),
    _back("draft_changed", "draft?case=on", "<cookies>0"),
    _back("data", "data?case=set"),
    _back("data_string", "data?case=string"),
    _back("data_null", "data?case=null"),
    _back("data_list", "data?case=list"),
    _back("data_empty_string", "data?case=empty"),
    _back("data_changed", "data?case=set", "<cookies>0"),
    _back("data_expired", "data?case=max_age_zero"),
    _back("data_valid_a_minute", "data?case=max_age"),
    _back("data_twice", "data?case=twice"),
    *[
        get(f"revalidate_{name}", f"/api/preview/revalidate{query}")
        for name, query in (("nothing", ""), ("relative", "?path=post"))
    ],
]

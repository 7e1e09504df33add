"""What a route handler is told of its request: URL, headers, cookies, draft mode."""

from tests.conformance.exchange import get, post

REQUEST = "/api/app/request"
COOKIES = "/api/app/cookies"
URLS = {
    "plain": "",
    "space": "&a=%20b",
    "plus": "&a=+b",
    "bare": "&c",
    "empty_pairs": "&&&=v",
    "repeated": "&id=1&id=2&id=",
    "latin": "&id=%C3%A9",
    "bad_escape": "&id=%ZZ%",
    "bad_bytes": "&id=%FF",
    "brackets": "&a[]=1&b[c]=2",
    "semicolon": "&a=1;b=2",
    "quote": "&a='\"<>`",
    "next_internal": "&nxtPid=1&id=2",
}
SENT = {
    "one": "a=1",
    "several": "a=1; b=2; c=3",
    "repeated": "a=1; a=2; b=3",
    "encoded": "a=%C3%A9%20x",
    "undecodable": "a=%ZZ; b=1",
    "quoted": 'a="1"; b=2',
    "no_value": "a; b=",
    "no_name": "=1; a=2",
    "no_space": "a=1;b=2",
    "spaces": " a = 1 ;  b=2",
    "equals": "a=b=c",
    "empty_parts": "; a=1;; b=2;",
    "comma": "a=1, b=2",
    "utf8": "a=\xc3\xa9",
    "evil_name": "a b=1; (x)=2",
    "long": "a=" + "x" * 3000,
}
READ = ["url", "parts", "search", "all", "get", "url_search", "changed_search", "clone"]
JAR = ["several", "both", "raw_alone", "redirected", "set", "http_only", "all_options", "expires_number"]
JAR += ["max_age_zero", "max_age_negative", "encoded", "empty", "number", "same_site_true", "path_empty"]
JAR += ["path_evil", "name_evil", "name_line", "domain_line", "delete", "delete_options", "own_set"]
JAR += ["own_options", "own_twice", "own_delete", "own_delete_twice"]
NAMED = {"X-A": "1", "X-B": " two ", "User-Agent": "mine", "Content-Type": "a/b"}

EXCHANGES = [
    *[get(f"app_url_{name}", f"{REQUEST}?case=url{query}") for name, query in URLS.items()],
    *[get(f"app_search_{name}", f"{REQUEST}?case=search{query}") for name, query in URLS.items()],
    *[get(f"app_request_{case}", f"{REQUEST}?case={case}&id=1&id=2") for case in READ],
    get("app_headers", f"{REQUEST}?case=shown_headers", NAMED),
    get(
        "app_headers_repeated",
        f"{REQUEST}?case=shown_headers",
        [("X-A", "1"), ("X-A", "2"), ("Cookie", "a=1")],
    ),
    get("app_headers_latin", f"{REQUEST}?case=shown_headers", {"X-A": "\xe9"}),
    get("app_headers_none", f"{REQUEST}?case=shown_headers"),
    get("app_headers_changed", f"{REQUEST}?case=changed_headers"),
    get("app_draft", f"{REQUEST}?case=draft"),
    get("app_draft_on", f"{REQUEST}?case=draft_on"),
    get("app_draft_off", f"{REQUEST}?case=draft_off"),
    get("app_draft_forged", f"{REQUEST}?case=draft", {"Cookie": "__prerender_bypass=x"}),
    get(
        "app_draft_kept",
        f"{REQUEST}?case=draft",
        {"Cookie": "<cookies>"},
        after=get("", f"{REQUEST}?case=draft_on"),
    ),
    *[get(f"app_cookies_{name}", f"{COOKIES}?case=read", {"Cookie": text}) for name, text in SENT.items()],
    get("app_cookies_none", f"{COOKIES}?case=read"),
    *[get(f"app_jar_{case}", f"{COOKIES}?case={case}", {"Cookie": "q=1; c=2"}) for case in JAR],
    get("app_jar_sent_one", f"{COOKIES}?case=sent_one", {"Cookie": "p=0; q=1; r=2"}),
    post("app_request_no_post", REQUEST),
]

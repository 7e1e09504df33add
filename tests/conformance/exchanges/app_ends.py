"""How else a route handler may end: redirects, not found, errors; and what it leaves behind."""

from tests.conformance.exchange import get, head, post

NAVIGATION = ["redirect", "absolute", "relative", "parent", "double", "empty", "semicolons", "latin", "wide"]
NAVIGATION += ["line", "spaces", "permanent", "not_found", "caught", "finally_runs", "found_cookies"]
ERRORS = ["throws", "rejects", "after_cookies", "nothing", "promised", "text", "object", "number", "class"]
AFTER = ["works", "fails", "fails_later", "several", "bad", "throws"]

EXCHANGES = [
    *[get(f"app_navigation_{case}", f"/api/app/navigation?case={case}") for case in NAVIGATION],
    post("app_navigation_post", "/api/app/navigation"),
    head("app_navigation_head", "/api/app/navigation?case=redirect"),
    *[get(f"app_error_{case}", f"/api/app/errors?case={case}") for case in ERRORS],
    get("app_error_no_case", "/api/app/errors"),
    head("app_error_head", "/api/app/errors?case=throws"),
    *[get(f"app_after_{case}", f"/api/app/after?case={case}") for case in AFTER],
]

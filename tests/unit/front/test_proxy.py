"""Which requests a proxy is for: no spelling of a path leads around its matcher."""

from __future__ import annotations

import time

import pytest

from nextwsgi.front.conditions import Facts
from nextwsgi.front.proxy import Proxy, read_matchers

FACTS = Facts({}, {}, {})


def is_for(matcher: object, path: str, base: str = "") -> bool:
    matchers, problems = read_matchers({"matcher": matcher}, base)
    assert not problems
    return Proxy(lambda _: None, "proxy.py", matchers).is_for(path, FACTS)


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/api/admin",
            "/api/admin/x",
            "/API/Admin/x",
            "/api/%61dmin/x",
            "/%61%70i/admin",
            "/api%2Fadmin%2fx",
        ),
        *("/api%2f%2fadmin/x", "/api%5Cadmin/x", "/x%2f..%2fapi/admin", "/api/admin/%ff", "/%61pi/admin/%ff"),
        *("/%61pi/admin/a%0ab", "/api/admi%6E%2Fa%0Ab", "/api%2fadmin%2f%c3%28"),
        *(
            "/_next/data/b1/api/admin/x.json",
            "/_next/data/b1/api/%61dmin.json",
            "/%5Fnext/data/b/api/admin.json",
        ),
        *("/api/admin.rsc", "/api/admin.json", "/api/admin.segments/a/b.segment.rsc", "/api/admin/index"),
    ],
)
@pytest.mark.parametrize("matcher", ["/api/admin/:path*", "/api/admin(.*)", "/((?!public).*)"])
def test_no_spelling_leads_around_a_matcher(matcher: str, path: str) -> None:
    assert is_for(matcher, path)


@pytest.mark.parametrize("path", ["/api/%2561dmin/x", "/api/admins", "/api", "/api/admin;a", "/api/admin%00"])
def test_another_path_is_another_path(path: str) -> None:
    assert not is_for("/api/admin/:path*", path)


@pytest.mark.parametrize("path", ["/", "/index", "/index.rsc", "/_next/data/b1/index.json"])
def test_the_root_has_other_names(path: str) -> None:
    assert is_for("/", path)


def test_a_page_s_data_is_below_the_base_path() -> None:
    assert is_for("/secret", "/base/_next/data/b1/secret.json", "/base")


@pytest.mark.parametrize("piece", [".segments/", "%2e", "/_next/data/", "a-"])
def test_a_long_path_is_judged_at_once(piece: str) -> None:
    begun = time.monotonic()
    is_for(
        ["/:a-:b-:c", "/api/:path*/x", "/((?!api).*)z"], "/" + piece * (8000 // len(piece)) + ".segment.rsc"
    )
    assert time.monotonic() - begun < 2

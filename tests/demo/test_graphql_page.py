"""The page that a browser gets at /api/graphql: it needs nothing from elsewhere, and runs what is written."""

import os
import time
from collections.abc import Iterator
from json import dumps, loads
from typing import Any

import pytest

from tests.demo.chromium import PROGRAM, Page, open_page
from tests.demo.serving import gunicorn

pytestmark = pytest.mark.skipif(
    PROGRAM is None and not os.environ.get("CI"), reason="there is no chromium; with CI set this would fail"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run ``gunicorn wsgi:app`` with a database of its own."""
    with gunicorn(tmp_path_factory.mktemp("graphql")) as site:
        yield site.origin


@pytest.fixture(scope="module")
def browser() -> Iterator[Page]:
    with open_page() as page:
        yield page


@pytest.fixture
def page(browser: Page, server: str) -> Page:
    """Open the page and wait until it has read the schema."""
    browser.call("Page.navigate", url=f"{server}/api/graphql")
    _until(browser, "document.querySelector('#fields button')")
    return browser


def _until(page: Page, condition: str) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if page.run(f"document.readyState === 'complete' && Boolean({condition})"):
            return
        time.sleep(0.02)
    raise AssertionError(f"the page never came to {condition}")


def _run(page: Page, query: str | None = None, variables: object = None) -> tuple[str, Any]:
    """Press Run, and give the line that tells how it went and the result."""
    if query is not None:
        page.run(f"document.getElementById('query').value = {dumps(query)}")
        text = "" if variables is None else dumps(variables)
        page.run(f"document.getElementById('variables').value = {dumps(text)}")
    page.run("document.querySelector('#operation button').click()")
    _until(page, "document.querySelector('#status strong')")
    status = page.run("document.querySelector('#status').textContent")
    return status, loads(page.run("document.querySelector('#result').textContent"))


def test_the_page_runs_its_first_query(page: Page) -> None:
    status, result = _run(page)
    assert status.startswith("Done200")
    assert "users" in result["data"]


def test_each_field_of_the_schema_writes_an_operation_that_runs(page: Page) -> None:
    buttons = "[...document.querySelectorAll('#fields button')]"
    names = page.run(f"{buttons}.map(button => button.textContent)")
    assert names[:4] == ["users", "user", "posts", "post"]
    told = {}
    for name in names:
        page.run(f"{buttons}.find(button => button.textContent === {dumps(name)}).click()")
        _, result = _run(page)
        told[name] = [error["extensions"]["code"] for error in result.get("errors", [])]
    assert told == {
        **{name: [] for name in ("users", "user", "posts", "post")},
        **{"createUser": [], "updateUser": ["UNAUTHENTICATED"], "deleteUser": ["UNAUTHENTICATED"]},
        **{"createPost": [], "deletePost": []},
    }


def test_who_logs_in_on_the_site_writes_in_the_own_name(page: Page) -> None:
    person = {"name": "Ada", "email": "writer@example.com", "password": "correct horse"}
    for path in ("register", "login"):
        sent = dumps(
            {"method": "POST", "headers": {"Content-Type": "application/json"}, "body": dumps(person)}
        )
        assert page.run(f"fetch('/api/auth/{path}', {sent}).then(answer => answer.ok)")
    mutation = "mutation ($t: String!) { createPost(title: $t, content: $t) { title author { name } } }"
    markup = "<img src=x onerror=document.title=1>"
    _, result = _run(page, mutation, {"t": markup})
    assert result["data"]["createPost"] == {"title": markup, "author": {"name": "Ada"}}
    assert page.run("document.querySelector('#result img')") is None


def test_what_is_wrong_is_shown(page: Page) -> None:
    status, result = _run(page, "{ nonsense }")
    assert status.startswith("1 error400")
    assert result["errors"][0]["message"] == "Cannot query field 'nonsense' on type 'Query'."


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_fits_the_screen(page: Page, scheme: str, width: int) -> None:
    page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    page.call(
        "Emulation.setDeviceMetricsOverride", width=width, height=700, deviceScaleFactor=1, mobile=False
    )
    _run(page)
    assert page.run("document.documentElement.scrollWidth <= innerWidth")

"""public/index.html: the front page, in a real browser where there is one."""

import os
import re
import time
from collections.abc import Iterator
from json import dumps, loads
from pathlib import Path

import pytest

from nextwsgi import NextWSGI
from nextwsgi.testing import Client
from tests.demo.chromium import PROGRAM, Page, open_page
from tests.demo.conftest import ROOT
from tests.demo.serving import gunicorn

needs_chromium = pytest.mark.skipif(
    PROGRAM is None and not os.environ.get("CI"), reason="there is no chromium; with CI set this would fail"
)


def test_the_page_and_its_parts_are_served(demo: Client) -> None:
    page = demo.get("/")
    assert page.headers["Content-Type"] == "text/html; charset=UTF-8"
    for name in ("style.css", "page.js", "chat.js", "contact.js", "upload.js", "examples.js", "icon.svg"):
        assert demo.get(f"/{name}").status == 200


def test_the_page_needs_nothing_from_elsewhere() -> None:
    for file in (each for each in (ROOT / "public").iterdir() if each.is_file()):
        found = re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"']*", file.read_text())
        assert [each for each in found if not each.startswith("http://www.w3.org/")] == []


def test_the_list_of_routes_is_the_table(demo: Client) -> None:
    paths = sorted(route.path for route in NextWSGI(ROOT).table.routes)
    assert demo.get("/api/routes").json() == paths


def test_the_page_has_an_example_for_each_route(demo: Client) -> None:
    text = (ROOT / "public" / "examples.js").read_text()
    assert sorted(re.findall(r'^  "(/[^"]+)": \{', text, re.MULTILINE)) == demo.get("/api/routes").json()


# --- In a browser -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run ``gunicorn wsgi:app`` with a database of its own."""
    with gunicorn(tmp_path_factory.mktemp("page")) as site:
        yield site.origin


@pytest.fixture(scope="module")
def browser() -> Iterator[Page]:
    with open_page() as page:
        yield page


@pytest.fixture
def page(browser: Page, server: str) -> Page:
    """Open the front page and wait until it has listed the routes."""
    browser.call("Page.navigate", url=server)
    _until(browser, "document.querySelector('#routes button[aria-pressed=true]')")
    return browser


def _until(page: Page, condition: str) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if page.run(f"document.readyState === 'complete' && Boolean({condition})"):
            return
        time.sleep(0.02)
    raise AssertionError(f"the page never came to {condition}")


def _choose(page: Page, route: str) -> None:
    buttons = "[...document.querySelectorAll('#routes button')]"
    page.run(f"{buttons}.find(button => button.textContent === {dumps(route)}).click()")


def _set(page: Page, field: str, value: str) -> None:
    found = f"document.getElementById({dumps(field)})"
    page.run(f"{found}.value = {dumps(value)}; {found}.dispatchEvent(new Event('change'))")


def _send(page: Page) -> str:
    """Press Send, and give the line that tells how it went."""
    page.run("document.querySelector('#request button').click()")
    _until(page, "document.querySelector('#status strong')")
    return str(page.run("document.querySelector('#status').textContent"))


def _body(page: Page) -> str:
    return str(page.run("document.querySelector('#answer-body').textContent"))


@needs_chromium
def test_the_page_lists_the_routes(page: Page, demo: Client) -> None:
    listed = page.run("[...document.querySelectorAll('#routes button')].map(b => b.textContent)")
    assert listed == demo.get("/api/routes").json()


@needs_chromium
def test_a_route_can_be_called(page: Page) -> None:
    assert re.fullmatch(r"200 OK[0-9.]+ ms37 bytes", _send(page))
    assert _body(page) == '{\n  "message": "Hello from Next.js API!"\n}'
    headers = page.run("document.querySelector('#answer-headers').textContent")
    assert "content-typeapplication/json; charset=utf-8" in headers


@needs_chromium
def test_a_route_is_called_with_its_example(page: Page) -> None:
    _choose(page, "/api/echo/[[...path]]")
    assert _send(page).startswith("200 OK")
    assert '"name": "Ada"' in _body(page)


@needs_chromium
def test_the_examples_log_in_open_what_is_protected_and_log_out(page: Page) -> None:
    steps = [
        ("/api/protected", "401 Unauthorized"),
        ("/api/auth/register", "201 Created"),
        ("/api/auth/login", "200 OK"),
        ("/api/protected", "200 OK"),
        ("/api/complex", "200 OK"),
        ("/api/auth/logout", "200 OK"),
        ("/api/complex", "401 Unauthorized"),
    ]
    for route, status in steps:
        _choose(page, route)
        assert (route, _send(page).startswith(status)) == (route, True)
    assert page.run("document.cookie") == ""


@needs_chromium
def test_method_path_headers_and_body_can_be_edited(page: Page) -> None:
    _set(page, "method", "PATCH")
    _set(page, "path", "/api/echo/x?y=1")
    _set(page, "headers", "X-Test: yes\nContent-Type: text/plain")
    _set(page, "body", "text")
    assert _send(page).startswith("200 OK")
    for shown in ('"method": "PATCH"', '"url": "/api/echo/x?y=1"', '"x-test": "yes"', '"body": "text"'):
        assert shown in _body(page)


@needs_chromium
def test_markup_in_an_answer_is_shown_and_not_run(page: Page) -> None:
    markup = "<img src=x onerror=document.title=1>"
    _set(page, "method", "POST")
    _set(page, "path", "/api/echo")
    _set(page, "body", markup)
    _send(page)
    assert markup in _body(page)
    assert page.run("document.querySelector('#answer img')") is None


@needs_chromium
@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("headers", "no colon", 'No answer"no colon" is no header: write Name: value'),
        ("path", "//example.invalid/", "No answerthe path must be one of this server"),
    ],
)
def test_what_cannot_be_sent_is_explained(page: Page, field: str, value: str, says: str) -> None:
    _set(page, field, value)
    assert _send(page) == says


# --- The contact form -------------------------------------------------------------------------------------


def _fill(page: Page, **values: str) -> None:
    for name, value in {"name": "Ada", "email": "ada@example.org", "message": "Hello", **values}.items():
        page.run(f"document.querySelector('#contact [name={name}]').value = {dumps(value)}")


def _submit(page: Page) -> None:
    """Press the button, which a browser first checks the fields for."""
    page.run("document.querySelector('#contact button').click()")


def _told(page: Page, kind: str) -> str:
    """Give what the page says of the message, once it says it."""
    _until(page, f"document.querySelector('#contact-answer.{kind}')")
    return str(page.run("document.querySelector('#contact-answer').textContent"))


def _message(page: Page) -> str:
    return str(page.run("document.querySelector('#contact [name=message]').value"))


@needs_chromium
def test_the_contact_form_tells_the_id_of_the_message_and_is_empty_again(page: Page) -> None:
    _fill(page, message="one\ntwo")
    _submit(page)
    assert re.fullmatch(
        r"Contact form submitted successfully\. Its number is [0-9a-f-]{36}\.", _told(page, "good")
    )
    assert _message(page) == ""


@needs_chromium
def test_the_contact_form_shows_what_is_wrong_and_keeps_what_was_written(page: Page) -> None:
    _fill(page, email="ada@example")  # which a browser takes
    _submit(page)
    assert _told(page, "bad") == "Invalid email format"
    assert _message(page) == "Hello"
    assert page.run("document.querySelector('#contact button').disabled") is False


@needs_chromium
@pytest.mark.parametrize("field", ["name", "email", "message"])
def test_the_contact_form_is_not_sent_without_its_fields(page: Page, field: str) -> None:
    _fill(page, **{field: ""})
    _submit(page)
    assert page.run("document.querySelector('#contact').checkValidity()") is False
    assert page.run("document.querySelector('#contact-answer').textContent") == ""


@needs_chromium
def test_the_contact_form_works_without_javascript(page: Page, server: str) -> None:
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.call("Page.navigate", url=server)
        _until(page, "document.querySelector('#contact')")
        _fill(page, message="one\ntwo")
        _submit(page)
        _until(page, "location.pathname === '/api/contact'")
        shown = loads(page.run("document.body.innerText"))
    finally:
        page.call("Emulation.setScriptExecutionDisabled", value=False)
    assert shown["message"] == "Contact form submitted successfully"
    assert len(shown["id"]) == 36


# --- The upload form --------------------------------------------------------------------------------------

SIZE = 3_000_000


@pytest.fixture
def picture(tmp_path: Path) -> Iterator[Path]:
    """Make a file to upload; what a test uploads is removed."""
    folder = ROOT / "public" / "uploads"
    known = set(folder.glob("*"))
    file = tmp_path / "My cat.PNG"
    file.write_bytes(b"x" * SIZE)
    yield file
    for each in set(folder.glob("*")) - known:
        each.unlink()


def _pick(page: Page, file: Path) -> None:
    page.run(
        "for (const [k, v] of [['name', 'Ada'], ['email', 'ada@example.org']]) upload.elements[k].value = v"
    )
    root = page.call("DOM.getDocument")["root"]["nodeId"]
    found = page.call("DOM.querySelector", nodeId=root, selector="#upload [type=file]")
    page.call("DOM.setFileInputFiles", nodeId=found["nodeId"], files=[str(file)])


def _slow_down(page: Page, upload: int) -> None:
    page.call("Network.enable")
    page.call(
        "Network.emulateNetworkConditions",
        **{"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": upload},
    )


def _uploaded(page: Page, kind: str) -> str:
    _until(page, f"document.querySelector('#upload-answer.{kind}')")
    return str(page.run("document.querySelector('#upload-answer').textContent"))


@needs_chromium
def test_a_file_is_uploaded_while_a_bar_tells_how_far_it_is(page: Page, picture: Path) -> None:
    _slow_down(page, 3_000_000)
    try:
        _pick(page, picture)
        page.run("window.seen = []; setInterval(() => seen.push(upload.querySelector('progress').value), 10)")
        page.run("upload.querySelector('button').click()")
        assert page.run(
            "upload.querySelector('button').disabled && !document.querySelector('progress').hidden"
        )
        told = _uploaded(page, "good")
    finally:
        _slow_down(page, -1)
    seen = page.run("seen")
    assert len({value for value in seen if 0 < value < 1}) > 1
    assert seen == sorted(seen)
    assert re.fullmatch(r"My cat\.PNG, 3,000,000 bytes, is now [0-9a-f]{32}\.png", told)
    assert page.run("document.querySelector('progress').hidden && !upload.elements.file.value")
    assert (
        page.run(
            "fetch(document.querySelector('#upload-answer a').href).then(a => a.blob()).then(b => b.size)"
        )
        == SIZE
    )


@needs_chromium
def test_an_upload_can_be_cancelled_and_leaves_nothing(page: Page, picture: Path) -> None:
    folder = ROOT / "public" / "uploads"
    known = set(folder.glob("*"))
    _slow_down(page, 200_000)
    try:
        _pick(page, picture)
        page.run("upload.querySelector('button').click()")
        _until(page, "document.querySelector('progress').value > 0")
        page.run("upload.querySelectorAll('button')[1].click()")
        assert _uploaded(page, "moved") == "It was cancelled."
    finally:
        _slow_down(page, -1)
    end = time.monotonic() + 10
    while set(folder.glob("*")) != known:
        assert time.monotonic() < end
        time.sleep(0.02)


@needs_chromium
def test_a_file_that_is_too_large_is_not_even_sent(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "film.mp4"
    with file.open("wb") as stream:
        stream.truncate(11_000_000)
    _pick(page, file)
    page.run("upload.querySelector('button').click()")
    assert _uploaded(page, "bad") == "film.mp4 is over 10 MB"


@needs_chromium
def test_the_upload_form_shows_what_the_server_says(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "empty.txt"
    file.touch()
    _pick(page, file)
    page.run("upload.querySelector('button').click()")
    assert _uploaded(page, "bad") == "The file is empty"
    assert page.run("upload.elements.name.value") == "Ada"


@needs_chromium
def test_the_upload_form_works_without_javascript(page: Page, server: str, picture: Path) -> None:
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.call("Page.navigate", url=server)
        _until(page, "document.querySelector('#upload')")
        _pick(page, picture)
        page.run("upload.querySelector('button').click()")
        _until(page, "location.pathname === '/api/upload'")
        shown = loads(page.run("document.body.innerText"))
    finally:
        page.call("Emulation.setScriptExecutionDisabled", value=False)
    assert (shown["message"], shown["file"]["size"]) == ("File uploaded successfully", SIZE)


@needs_chromium
def test_the_example_of_an_upload_is_one(page: Page, picture: Path) -> None:  # noqa: ARG001 - it cleans up
    _choose(page, "/api/upload")
    assert _send(page).startswith("200 OK")
    assert '"originalName": "notes.txt"' in _body(page)


# --- Everything -------------------------------------------------------------------------------------------


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_fits_the_screen(page: Page, scheme: str, width: int) -> None:
    page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    page.call(
        "Emulation.setDeviceMetricsOverride", width=width, height=700, deviceScaleFactor=1, mobile=False
    )
    _choose(page, "/api/echo/[[...path]]")
    _send(page)
    assert page.run("document.documentElement.scrollWidth <= innerWidth")

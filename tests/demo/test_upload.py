"""lib/uploads.py and pages/api/upload.py: the upload form."""

import re
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib.uploads import LIMIT, SAFE
from nextwsgi.testing import Answer, Client
from tests.demo.conftest import ROOT

PATH = "/api/upload"
FOLDER = ROOT / "public" / "uploads"
TYPE = {"Content-Type": "multipart/form-data; boundary=xx"}


@pytest.fixture(autouse=True)
def before() -> Iterator[set[Path]]:
    """List the files that were uploaded before a test, and remove those that come with it."""
    known = set(FOLDER.glob("*"))
    yield known
    for file in new(known):
        file.unlink()


def part(name: str, content: bytes, filename: str | None = None, kind: str = "image/png") -> bytes:
    file = "" if filename is None else f'; filename="{filename}"\r\nContent-Type: {kind}'
    return f'--xx\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + content + b"\r\n"


def form(filename: str = "cat.png", content: bytes = b"meow", **fields: str) -> bytes:
    texts = {"name": "Ada", "email": "ada@example.org", **fields}
    parts = [part(name, text.encode()) for name, text in texts.items() if text]
    return b"".join([*parts, part("file", content, filename), b"--xx--\r\n"])


def upload(demo: Client, body: bytes) -> Answer:
    return demo.post(PATH, body=body, headers=TYPE)


def new(before: set[Path]) -> list[Path]:
    return sorted(set(FOLDER.glob("*")) - before)


def test_an_upload_is_kept_told_and_served(demo: Client, before: set[Path]) -> None:
    answer = upload(demo, form())
    [file] = new(before)
    told = answer.json()
    at = told["file"].pop("uploadedAt")
    assert (answer.status, told) == (
        200,
        {
            "message": "File uploaded successfully",
            "file": {
                "originalName": "cat.png",
                "fileName": file.name,
                "size": 4,
                "type": "image/png",
                "uploadedBy": {"name": "Ada", "email": "ada@example.org"},
            },
        },
    )
    assert file.read_bytes() == b"meow"
    assert abs(datetime.fromisoformat(at) - datetime.now(UTC)) < timedelta(seconds=60)
    served = demo.get(f"/uploads/{file.name}")
    assert (served.status, served.body, served.headers["Content-Type"]) == (200, b"meow", "image/png")
    assert served.headers["X-Content-Type-Options"] == "nosniff"


# CVE-2025-46653: formidable's names could be guessed.
def test_cve_2025_46653_the_name_of_a_file_cannot_be_guessed(demo: Client) -> None:
    names = {upload(demo, form()).json()["file"]["fileName"] for _ in range(20)}
    assert len(names) == 20
    assert all(re.fullmatch(r"[0-9a-f]{32}\.png", name) for name in names)


@pytest.mark.parametrize("ending", sorted(SAFE))
def test_a_safe_ending_is_kept(demo: Client, ending: str) -> None:
    assert upload(demo, form(f"a.b{ending.upper()}")).json()["file"]["fileName"].endswith(ending)


@pytest.mark.parametrize("ending", sorted(SAFE))
def test_no_safe_ending_is_served_as_what_runs_scripts(demo: Client, ending: str) -> None:
    name = upload(demo, form(f"a{ending}")).json()["file"]["fileName"]
    kind = demo.get(f"/uploads/{name}").headers["Content-Type"]
    assert not re.search("html|xml(?!formats)|svg|javascript|css|wasm", kind)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "a.html",
            "a.HTM",
            "a.svg",
            "a.xhtml",
            "a.xml",
            "a.js",
            "a.mjs",
            "a.css",
            "a.wasm",
            "a.svgz",
            "a.mht",
        ),
        *("a.png.html", "a.php", "a", ".png", "a.", "", "a.png/", "a.html;.", "a.html%00", "a.swf", "a.exe"),
        *("a.html ", "a.p\u00e4ng", ".htaccess"),
    ],
)
def test_another_ending_goes_and_the_file_is_downloaded(demo: Client, name: str) -> None:
    told = upload(demo, form(name, b"<script>alert(1)</script>")).json()["file"]["fileName"]
    assert re.fullmatch("[0-9a-f]{32}(?:[.]png)?", told)
    served = demo.get(f"/uploads/{told}")
    assert served.headers["Content-Type"] in ("application/octet-stream", "image/png")
    assert served.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "name", ["../../evil.png", "/etc/evil.png", "..\\..\\evil.png", "C:\\evil.png", "a\0/../evil.png"]
)
def test_no_name_leads_out_of_the_folder(demo: Client, before: set[Path], name: str) -> None:
    assert upload(demo, form(name)).status == 200
    assert len(new(before)) == 1
    assert not any((FOLDER / above / "evil.png").exists() for above in (".", "..", "../.."))


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (part("name", b"Ada") + part("email", b"a@b.co") + b"--xx--", 400, "No file uploaded"),
        (part("other", b"x", "a.png") + b"--xx--", 400, "No file uploaded"),
        (form(content=b""), 400, "The file is empty"),
        (form(filename="", content=b""), 400, "The file is empty"),
        (form()[:-10], 400, "The multipart body ends before its closing delimiter"),
        (b"nothing", 400, "The multipart body ends before its closing delimiter"),
        (b"", 400, "No file uploaded"),
        (form(content=b"x" * (LIMIT + 1)), 413, "The file is over 10MB (maxFileSize)"),
        (part("file", b"x", "a.png") * 2 + b"--xx--", 413, "More than 1 files (maxFiles)"),
        (part("a", b"") * 1001 + b"--xx--", 413, "More than 1000 fields (maxFields)"),
        (form(name=""), 400, "Missing required fields"),
        (form(email=""), 400, "Missing required fields"),
    ],
)
def test_what_is_refused_says_why_and_keeps_nothing(
    demo: Client, before: set[Path], body: bytes, status: int, error: str
) -> None:
    answer = upload(demo, body)
    assert (answer.status, answer.json()["error"], new(before)) == (status, error, [])


def test_long_fields_are_refused_before_they_fill_the_memory(demo: Client, before: set[Path]) -> None:
    body = form(name="x" * (20 * 1024 * 1024 - 1))
    tracemalloc.start()
    try:
        answer = upload(demo, body)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    error = "The fields are over 10KB (maxFieldsSize)"
    assert (answer.status, answer.json()["error"], new(before)) == (413, error, [])
    assert peak < len(body) / 10  # without the limit it is three times the body


def test_a_file_may_be_as_large_as_the_limit(demo: Client) -> None:
    assert upload(demo, form(content=b"x" * LIMIT)).json()["file"]["size"] == LIMIT


def test_the_page_knows_the_limit() -> None:
    assert f'data-limit="{LIMIT}"' in (ROOT / "public" / "index.html").read_text()


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("multipart/form-data", "x", 400),
        ("text/plain", "x", 415),
        ("application/json", '{"name": 5, "email": [], "file": [{}]}', 400),
        ("application/json", "[]", 400),
        ("application/x-www-form-urlencoded", "name=Ada&email=a%40b.co&file=x", 400),
        ("application/octet-stream", "x", 400),
    ],
)
def test_a_body_of_another_type_is_refused(
    demo: Client, before: set[Path], kind: str, body: str, status: int
) -> None:
    answer = demo.post(PATH, body=body, headers={"Content-Type": kind})
    assert (answer.status, next(iter(answer.json())), new(before)) == (status, "error", [])


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_only_post_is_allowed(demo: Client, method: str) -> None:
    answer = demo.request(method, PATH)
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")


def test_a_client_may_send_a_hundred_an_hour(demo: Client) -> None:
    assert {demo.post(PATH, body="", headers=TYPE).status for _ in range(100)} == {400}
    answer = upload(demo, form())
    assert (answer.status, answer.json()) == (429, {"error": "Too many requests"})

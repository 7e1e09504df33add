"""``nextwsgi.formidable``: uploads, as a handler sees them."""

import asyncio
import errno
import hashlib
import io
import logging
import math
import os
import re
import stat
import threading
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nextwsgi.errors import ApiError, ClientDisconnected
from nextwsgi.formidable import FormidableError, formidable
from nextwsgi.formidable import files as stored
from tests.contract.client import Answer, Body, Req, Res, Serve

OFF = {"api": {"bodyParser": False}}
TYPE = {"Content-Type": "multipart/form-data; boundary=xx"}
Parse = Callable[..., Answer]


def part(name: str, content: bytes, filename: str | None = None) -> bytes:
    file = "" if filename is None else f'; filename="{filename}"\r\nContent-Type: text/plain'
    return f'--xx\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + content + b"\r\n"


END = b"--xx--\r\n"
BODY = part("name", b"Ada") + part("file", b"abc", "a.txt") + END


def left(folder: Path) -> list[str]:
    return sorted(str(each.relative_to(folder)) for each in folder.glob("uploads/**/*"))


@pytest.fixture(params=["def", "async def"])
def parse(request: pytest.FixtureRequest, serve: Serve) -> Parse:
    """Send a body to a form with these options, in each kind of handler; the answer shows what came."""

    def ask(body: bytes | Body = BODY, headers: dict[str, str] | None = None, **options: Any) -> Answer:
        length = "1000000" if isinstance(body, Body) else None
        options = {"uploadDir": "uploads", **options}

        def handler(req: Req, res: Res) -> None:
            fields, files = formidable(**options).parse(req)
            res.json({"fields": fields, "files": files})

        async def async_handler(req: Req, res: Res) -> None:
            fields, files = await formidable(**options).parse(req)
            res.json({"fields": fields, "files": files})

        client = serve(handler if request.param == "def" else async_handler, OFF)
        return client.exchange(
            method="POST", headers=TYPE if headers is None else headers, body=body, length=length
        )

    return ask


# --- What comes -------------------------------------------------------------------------------------------


def test_fields_and_files_are_lists_by_name(parse: Parse, tmp_path: Path) -> None:
    body = part("a", b"1") + part("a", b"2") + part("f", b"x", "a.txt") + part("f", b"yz", "b") + END
    told = parse(body).json()
    assert told["fields"] == {"a": ["1", "2"]}
    [first, second] = told["files"]["f"]
    assert (first["originalFilename"], first["size"], second["size"]) == ("a.txt", 1, 2)
    assert left(tmp_path) == sorted(f"uploads/{each['newFilename']}" for each in (first, second))
    assert Path(second["filepath"]).read_bytes() == b"yz"


def test_a_file_tells_all_that_npm_does(serve: Serve, tmp_path: Path) -> None:
    def handler(req: Req, res: Res) -> None:
        _, files = formidable(uploadDir="uploads", keepExtensions=True, hashAlgorithm="sha256").parse(req)
        [file] = files["file"]
        assert file.originalFilename == "a.txt"
        assert re.fullmatch(r"[a-z0-9]{25}\.txt", file.newFilename)
        assert file.filepath == str(tmp_path / "uploads" / file.newFilename)
        assert (file.mimetype, file.size) == ("text/plain", 3)
        assert file.hash == hashlib.sha256(b"abc").hexdigest()
        assert file.lastModifiedDate is not None
        assert abs(file.lastModifiedDate - datetime.now(UTC)) < timedelta(seconds=60)
        res.json(file)

    told = serve(handler, OFF)(method="POST", headers=TYPE, body=BODY).json()
    assert sorted(told) == [
        "filepath",
        "hash",
        "mimetype",
        "mtime",
        "newFilename",
        "originalFilename",
        "size",
    ]
    assert told["mtime"].endswith("Z")


def test_a_form_serves_many_requests(serve: Serve) -> None:
    form = formidable(uploadDir="uploads", maxFiles=1)

    def handler(req: Req, res: Res) -> None:
        _, files = form.parse(req)
        res.json(len(files["file"]))

    client = serve(handler, OFF)
    assert [client(method="POST", headers=TYPE, body=BODY).body for _ in range(3)] == [b"1"] * 3


def test_what_parse_gives_may_be_awaited(serve: Serve) -> None:
    async def later(parsed: Any) -> Any:
        return await parsed

    def handler(req: Req, res: Res) -> None:
        fields, _ = asyncio.run(later(formidable(uploadDir="uploads").parse(req)))
        res.json(fields)

    assert serve(handler, OFF)(method="POST", headers=TYPE, body=BODY).json() == {"name": ["Ada"]}


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 1_000_000])
def test_a_file_has_the_bytes_that_were_sent(parse: Parse, size: int) -> None:
    content = os.urandom(size)
    [file] = parse(part("f", content, "a") + END).json()["files"]["f"]
    assert Path(file["filepath"]).read_bytes() == content


def test_a_request_without_a_body_has_nothing(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.json(formidable().parse(req))

    assert serve(handler, OFF)().json() == [{}, {}]
    assert serve(handler, OFF)(environ={"wsgi.input_terminated": True}).json() == [{}, {}]


# --- Where files go ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("folder", "mode"), [("public/uploads", 0o644), ("uploads", 0o600), ("publication", 0o600)]
)
def test_a_file_is_its_owners_unless_everybody_may_fetch_it(parse: Parse, folder: str, mode: int) -> None:
    [file] = parse(uploadDir=f"./{folder}/new").json()["files"]["file"]
    assert stat.S_IMODE(os.stat(file["filepath"]).st_mode) == mode


def test_files_go_to_the_folder_for_temporary_ones(
    parse: Parse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    monkeypatch.chdir("/")

    [file] = parse(uploadDir=str(tmp_path / "tmp")).json()["files"]["file"]
    assert file["filepath"].startswith(f"{tmp_path}/tmp/")


def test_without_a_folder_it_is_that_for_temporary_files(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))

    def handler(req: Req, res: Res) -> None:
        res.json(formidable().parse(req).files)

    [file] = serve(handler, OFF)(method="POST", headers=TYPE, body=BODY).json()["file"]
    assert file["filepath"] == f"{tmp_path}/tmp/{file['newFilename']}"


@pytest.mark.parametrize("there", ["file", "link", "broken link"])
def test_no_file_is_written_over(parse: Parse, tmp_path: Path, there: str) -> None:
    (tmp_path / "uploads").mkdir()
    other = tmp_path / "other"
    if there != "broken link":
        other.write_text("kept")
    place = tmp_path / "uploads" / "a.txt"
    place.hardlink_to(other) if there == "file" else place.symlink_to(other)
    answer = parse(filename=lambda name, ext, part, form: "a.txt")
    assert (answer.status, answer.body) == (409, b"A file of that name is there already")
    assert left(tmp_path) == ["uploads/a.txt"]
    assert not other.exists() if there == "broken link" else other.read_text() == "kept"


@pytest.fixture(params=["unnamed", "named"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write files before they have a name, as Linux can, or under their name from the beginning."""
    stored._nameless.cache_clear()
    if request.param == "named":
        monkeypatch.setattr(stored, "_nameless", lambda folder: False)


@pytest.mark.usefixtures("kind")
def test_a_name_that_is_taken_meanwhile_is_not_written_over(
    parse: Parse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "a.txt").write_text("kept")
    monkeypatch.setattr(os.path, "lexists", lambda path: False)
    assert parse(filename=lambda *given: "a.txt").status == 409
    assert (tmp_path / "uploads" / "a.txt").read_text() == "kept"
    assert left(tmp_path) == ["uploads/a.txt"]


@pytest.mark.usefixtures("kind")
def test_files_are_the_same_on_every_disk(parse: Parse, tmp_path: Path) -> None:
    [file] = parse(uploadDir="public/uploads", hashAlgorithm="md5").json()["files"]["file"]
    assert Path(file["filepath"]).read_bytes() == b"abc"
    assert stat.S_IMODE(os.stat(file["filepath"]).st_mode) == 0o644
    assert file["hash"] == hashlib.md5(b"abc").hexdigest()
    assert [each.name for each in (tmp_path / "public" / "uploads").iterdir()] == [file["newFilename"]]


def test_where_a_file_needs_a_name_it_has_one_from_the_beginning(
    parse: Parse, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored._nameless.cache_clear()
    monkeypatch.delattr(os, "O_TMPFILE")
    assert parse().status == 200


def test_half_a_file_cannot_be_fetched(serve: Serve, tmp_path: Path) -> None:
    content = part("f", b"x" * 200_000, "a") + END
    body = Slow(content)
    seen: list[list[str]] = []

    def handler(req: Req, res: Res) -> None:
        formidable(uploadDir="uploads").parse(req)
        seen.append(left(tmp_path))
        res.end()

    def look() -> None:
        assert body.waiting.wait(10)
        seen.append(left(tmp_path))
        body.go.set()

    stored._nameless.cache_clear()
    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(look)
        serve(handler, OFF)(method="POST", headers=TYPE, body=body, length=str(len(content)))
        looking.result()
    assert [len(each) for each in seen] == [0, 1]


def test_a_function_names_files(parse: Parse) -> None:
    def rename(name: str, ext: str, part: Any, form: Any) -> str:
        assert form.options.keepExtensions
        return f"{part.name}-{name}{ext.upper()}"

    [file] = parse(filename=rename, keepExtensions=True).json()["files"]["file"]
    assert file["newFilename"] == "file-a.TXT"


# CVE-2023-29159: names that lead out of a folder.
@pytest.mark.parametrize(
    "name", ["../a", "/etc/a", "../uploads2/a", "a/b", "..", ".", "", "a\\b", "..\\a", "a" * 300]
)
def test_cve_2023_29159_no_name_leads_out_of_the_folder(parse: Parse, tmp_path: Path, name: str) -> None:
    answer = parse(filename=lambda *given: name)
    assert (answer.status, answer.body) == (400, b"The file's name cannot be used")
    assert [each.name for each in tmp_path.rglob("*") if each.is_file()] == []


@pytest.mark.parametrize(
    "name",
    [
        "../../a.txt",
        "/etc/a.txt",
        "..\\a.txt",
        "a\0/../b.txt",
        ".../...//a.txt",
        "%2e%2e%2fa.txt",
        "a/../../a.txt",
    ],
)
@pytest.mark.parametrize("keep", [True, False])
def test_the_clients_name_never_chooses_the_place(
    parse: Parse, tmp_path: Path, name: str, keep: bool
) -> None:
    [file] = parse(part("f", b"x", name) + END, keepExtensions=keep).json()["files"]["f"]
    assert left(tmp_path) == [f"uploads/{file['newFilename']}"]
    assert re.fullmatch("[a-z0-9]{25}[.a-z]*", file["newFilename"])


# CVE-2025-66221, CVE-2026-21860: names that are devices where the server runs on Windows.
@pytest.mark.parametrize("name", ["CON", "nul.txt", "COM1 ", "aux/../a.txt", "CON.tar.gz", "lpt1:"])
def test_cve_2025_66221_cve_2026_21860_a_name_of_the_client_opens_no_device(parse: Parse, name: str) -> None:
    [file] = parse(part("f", b"x", name) + END, keepExtensions=True).json()["files"]["f"]
    assert re.fullmatch("[a-z][a-z0-9]{24}[.a-z]*", file["newFilename"])
    assert Path(file["filepath"]).read_bytes() == b"x"


# CVE-2025-46653: formidable's names could be guessed.
def test_cve_2025_46653_names_cannot_be_guessed(parse: Parse) -> None:
    body = part("f", b"x", "a") * 100 + END
    names = {file["newFilename"] for file in parse(body).json()["files"]["f"]}
    assert len(names) == 100
    assert len({name[:9] for name in names}) == 100


# --- What is refused --------------------------------------------------------------------------------------


def _raise(error: BaseException) -> Callable[..., Any]:
    def fail(*given: object) -> Any:
        raise error

    return fail


FIRST = part("first", b"kept until then", "a")
FAILING: dict[str, tuple[bytes | Body, dict[str, Any], int]] = {
    "truncated": (FIRST + part("f", b"abc", "a"), {}, 400),
    "cut in a head": (FIRST + b"--xx\r\nContent-Disp", {}, 400),
    "a broken part": (FIRST + b"--xx\r\n\r\nabc\r\n" + END, {}, 400),
    "no boundary": (BODY, {"headers": {"Content-Type": "multipart/form-data"}}, 400),
    "no content type": (BODY, {"headers": {}}, 400),
    "another type": (BODY, {"headers": {"Content-Type": "text/plain"}}, 415),
    "an empty file": (FIRST + part("f", b"", "a") + END, {}, 400),
    "a small file": (FIRST + part("f", b"x", "a") + END, {"minFileSize": 2}, 400),
    "a large file": (FIRST + part("f", b"x" * 200_000, "a") + END, {"maxFileSize": 199_999}, 413),
    "large files": (
        FIRST + part("f", b"x" * 100, "a") + END,
        {"maxFileSize": 100, "maxTotalFileSize": 114},
        413,
    ),
    "a large field": (FIRST + part("f", b"x" * 101) + END, {"maxFieldsSize": 100}, 413),
    "many fields": (FIRST + part("f", b"") * 1001 + END, {}, 413),
    "many files": (FIRST + part("f", b"x", "a") + END, {"maxFiles": 1}, 413),
    "many parts": (
        FIRST + part("f", b"x", "a") * 1000 + END,
        {"filter": lambda part: part.name == "first"},
        413,
    ),
    "an encoding": (FIRST + part("f", b"x", 'a"\r\nContent-Transfer-Encoding: "x') + END, {}, 415),
    "a name": (FIRST + END, {"filename": lambda *given: "a/b"}, 400),
    "the client left": (Body(FIRST + b"--xx"), {}, 400),
    "the client was cut off": (Body(FIRST + b"--xx", at_end=OSError(5, "gone")), {}, 400),
    "a filter's answer": (FIRST + END, {"filter": _raise(ApiError(403, "No"))}, 403),
    "a filter's error": (FIRST + END, {"filter": _raise(KeyError("a"))}, 500),
    "a filter's end": (FIRST + END, {"filter": _raise(SystemExit(1))}, 500),
    "no name": (FIRST + END, {"filename": lambda *given: None}, 500),
}


@pytest.mark.parametrize("name", FAILING)
def test_an_upload_that_fails_is_answered_and_leaves_no_file(parse: Parse, tmp_path: Path, name: str) -> None:
    body, options, status = FAILING[name]
    assert (parse(body, **options).status, left(tmp_path)) == (status, [])


def test_a_later_failure_removes_what_came_before(parse: Parse, tmp_path: Path) -> None:
    seen = []

    def check(part: Any) -> bool:
        seen.append(left(tmp_path))
        if part.name == "f":
            raise ValueError("no")
        return True

    assert parse(FIRST + part("f", b"x", "a") + END, filter=check).status == 500
    assert (len(seen[1]), left(tmp_path)) == (1, [])


def test_what_is_filtered_out_is_not_kept(parse: Parse, tmp_path: Path) -> None:
    told = parse(
        FIRST + part("f", b"x", "a.exe") + END, filter=lambda part: not part.originalFilename.endswith(".exe")
    )
    assert list(told.json()["files"]) == ["first"]
    assert len(left(tmp_path)) == 1


def test_an_error_tells_its_status_and_the_reason(parse: Parse) -> None:
    answer = parse(maxFileSize=2)
    says = "The file is over 2B (maxFileSize)"
    assert (answer.status, answer.reason, answer.body.decode()) == (413, says, says)


def test_an_error_has_the_numbers_of_npm(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        with pytest.raises(FormidableError) as caught:
            formidable(uploadDir="uploads", maxFiles=0).parse(req)
        res.json([caught.value.code, caught.value.httpCode, caught.value.status])

    assert serve(handler, OFF)(method="POST", headers=TYPE, body=BODY).json() == [1015, 413, 413]


@pytest.mark.parametrize(
    ("options", "size", "says"),
    [
        ({"maxFileSize": 10 << 20}, (10 << 20) + 1, "The file is over 10MB (maxFileSize)"),
        ({"maxTotalFileSize": 1000}, 1001, "The files are over 1000B (maxTotalFileSize)"),
        ({"minFileSize": 1000}, 999, "The file is under 1000B (minFileSize)"),
    ],
)
def test_the_limits_of_sizes_are_exact(parse: Parse, options: dict[str, Any], size: int, says: str) -> None:
    fits = size - 1 if "max" in says else size + 1
    assert parse(part("f", b"x" * fits, "a") + END, **options).status == 200
    assert parse(part("f", b"x" * size, "a") + END, **options).body.decode() == says


def test_a_file_that_cannot_be_stored_is_told_to_the_log(
    parse: Parse, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "uploads").write_text("a file where the folder should be")
    answer = parse()
    assert (answer.status, answer.body) == (503, b"The upload cannot be stored")
    [record] = caplog.records
    assert (record.levelname, record.exc_info is not None) == ("ERROR", True)


@pytest.mark.parametrize("when", ["write", "close"])
def test_a_full_disk_is_told_and_leaves_no_file(
    parse: Parse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    class Full(io.BytesIO):
        def __init__(self, descriptor: int) -> None:
            os.close(descriptor)

        def write(self, piece: Any) -> int:
            if when == "write":
                raise OSError(errno.ENOSPC, "No space left on device")
            return len(piece)

        def close(self) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fdopen", lambda descriptor, mode: Full(descriptor))
    monkeypatch.setattr(Full, "__del__", lambda self: None, raising=False)
    assert (parse().status, left(tmp_path)) == (503, [])


# --- The limits of other bodies ---------------------------------------------------------------------------


# CVE-2023-25577, CVE-2023-30798: floods of parts.
def test_cve_2023_25577_cve_2023_30798_a_body_has_at_most_a_thousand_parts(parse: Parse) -> None:
    assert parse(part("a", b"") * 1000 + END).status == 200
    assert parse(part("a", b"") * 1001 + END).status == 413
    assert parse(part("a", b"x", "a") * 1001 + END).body == b"More than 1000 parts"


def test_an_option_may_allow_more_parts_and_infinity_does_not(parse: Parse) -> None:
    assert parse(part("a", b"") * 1001 + END, maxFields=2000).status == 200
    assert parse(part("a", b"") * 1001 + END, maxFields=math.inf).status == 413


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


# CVE-2025-13466: many parameters. CVE-2025-15284: as the items of a list they went uncounted.
@pytest.mark.parametrize("name", ["a", "a[]", "a[0]", ""])
def test_cve_2025_13466_cve_2025_15284_a_form_has_at_most_a_thousand_fields(parse: Parse, name: str) -> None:
    pair = f"{name}=1&".encode()
    assert len(parse(pair * 1000, FORM).json()["fields"][name]) == 1000
    assert parse(pair * 1001, FORM).body == b"More than 1000 fields (maxFields)"
    assert parse(b"&" * 100_000, FORM).json()["fields"] == {}


# CVE-2024-45590: names were nested without a limit. CVE-2022-24999: and could replace what every object has.
@pytest.mark.parametrize(
    "name", ["a" + "[b]" * 30_000, "a[__proto__]", "__proto__", "a[length]", "constructor"]
)
def test_cve_2024_45590_cve_2022_24999_a_name_is_a_name(parse: Parse, name: str) -> None:
    assert parse(f"{name}=1".encode(), FORM).json()["fields"] == {name: ["1"]}


# CVE-2020-10735: an integer of many digits took the square of their number.
def test_cve_2020_10735_no_integer_takes_long(parse: Parse) -> None:
    before = time.perf_counter()
    assert parse(b'{"a": ' + b"9" * 1_000_000 + b"}", JSON).status == 200
    assert time.perf_counter() - before < 2


# CVE-2026-12590: a limit that could not be read was none.
@pytest.mark.parametrize("limit", ["10mb", "x", None, math.nan, -1])
def test_cve_2026_12590_a_limit_that_cannot_be_read_is_refused(limit: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="maxFileSize must be"):
        formidable(maxFileSize=limit)


# CVE-2026-27979: a second way to the body without the limits of the first.
@pytest.mark.parametrize(
    ("kind", "start"),
    [
        ("application/x-www-form-urlencoded", b"a="),
        ("application/json", b'"'),
        ("application/octet-stream", b""),
    ],
)
def test_cve_2026_27979_no_kind_of_body_is_without_a_limit(
    parse: Parse, tmp_path: Path, kind: str, start: bytes
) -> None:
    answer = parse(start + b"x" * 200_000, {"Content-Type": kind}, maxFieldsSize=100_000, maxFileSize=100_000)
    assert (answer.status, left(tmp_path)) == (413, [])


def test_json_has_the_limit_of_the_body_parser(parse: Parse) -> None:
    answer = parse(b'"' + b"x" * (1 << 20), JSON)
    assert (answer.status, answer.body) == (413, b"The fields are over 1MB (maxFieldsSize)")


@pytest.mark.parametrize("body", [b"{", b"NaN", b'"\xff', b"[1]", b"5", b"null", b"[" * 100_000])
def test_json_that_is_no_object_is_refused(parse: Parse, body: bytes) -> None:
    assert parse(body, JSON).status == 400


def test_bytes_are_a_file(parse: Parse) -> None:
    headers = {"Content-Type": "application/octet-stream", "X-File-Name": "../a.jpg"}
    [file] = parse(b"abc", headers, keepExtensions=True).json()["files"]["file"]
    assert (file["originalFilename"], file["size"], file["newFilename"][25:]) == ("../a.jpg", 3, ".jpg")


def test_an_odd_content_type_is_answered_in_plain_text(parse: Parse) -> None:
    answer = parse(b"x", {"Content-Type": "a/\u00e4"})
    assert (answer.status, answer.body) == (415, rb"No parser found for a/\xe4")


# --- Memory -----------------------------------------------------------------------------------------------


class Endless(Body):
    """A body that a client makes as it goes."""

    def __init__(self, start: bytes, size: int) -> None:
        super().__init__(start)
        self._left = size

    def read(self, size: int) -> bytes:
        piece = super().read(size) or b"x" * min(size, self._left)
        self._left -= len(piece)
        return piece


@pytest.mark.parametrize(
    "start",
    [
        part("f", b"", "a").removesuffix(b"\r\n"),
        b"",
        b"--xx\r\nX: ",
        END,
        b'--xx\r\nContent-Disposition: form-data; name="a"\r\n\r\n',
    ],
    ids=["file", "preamble", "head", "epilogue", "field"],
)
def test_no_body_takes_much_memory(serve: Serve, start: bytes) -> None:
    def handler(req: Req, res: Res) -> None:
        try:
            formidable(uploadDir="uploads", maxFieldsSize=1_000_000).parse(req)
        except FormidableError:
            res.status(400)
        res.end()

    client = serve(handler, OFF)
    tracemalloc.start()
    try:
        client.exchange(method="POST", headers=TYPE, body=Endless(start, 20_000_000), length="20000000")
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()


# --- Mistakes ---------------------------------------------------------------------------------------------


def test_with_the_body_parser_on_it_says_what_to_write(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    def handler(req: Req, res: Res) -> None:
        formidable().parse(req)

    answer = serve(handler)(method="POST", headers=TYPE, body=BODY)
    assert answer.status == 500
    assert caplog.records[0].exc_info is not None
    assert str(caplog.records[0].exc_info[1]) == (
        "the body parser has read the body before the form: write"
        ' config = {"api": {"bodyParser": False}} into pages/api/x.py'
    )


@pytest.mark.parametrize(
    "first",
    [
        lambda req: formidable(uploadDir="uploads").parse(req),
        lambda req: req.read(1),
        lambda req: req.rawBody,
    ],
)
def test_a_body_is_read_once(serve: Serve, first: Callable[[Req], object]) -> None:
    def handler(req: Req, res: Res) -> None:
        first(req)
        with pytest.raises(RuntimeError, match="has been read before"):
            formidable().parse(req)
        res.end()

    assert serve(handler, OFF)(method="POST", headers=TYPE, body=BODY).status == 200


def test_an_empty_body_is_read_once_too(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        formidable().parse(req)
        with pytest.raises(RuntimeError, match="has been read before"):
            formidable().parse(req)
        res.end()

    assert serve(handler, OFF)().status == 200


def test_a_callback_is_refused(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        with pytest.raises(TypeError, match="takes no callback"):
            formidable().parse(req, lambda err, fields, files: None)
        res.end()

    assert serve(handler, OFF)().status == 200


@pytest.mark.parametrize("given", [b"body", {}, None])
def test_what_is_no_request_is_refused(given: Any) -> None:
    with pytest.raises(TypeError, match=r"takes the request itself, form\.parse\(req\), not"):
        formidable().parse(given)


def test_a_forgotten_await_is_told(serve: Serve) -> None:
    async def handler(req: Req, res: Res) -> None:
        with pytest.raises(TypeError, match=r"in async def, await it: await form.parse\(req\)"):
            _, _ = formidable().parse(req)
        res.end()

    assert serve(handler, OFF)(method="POST", headers=TYPE, body=BODY).status == 500


# --- async def --------------------------------------------------------------------------------------------


class Slow(Body):
    """A body whose rest comes when the test says so."""

    def __init__(self, content: bytes, *, at_end: Exception | None = None) -> None:
        super().__init__(content, at_end=at_end)
        self.waiting, self.go = threading.Event(), threading.Event()
        self._first = True

    def read(self, size: int) -> bytes:
        if self._first:
            self._first = False
            return super().read(150)
        self.waiting.set()
        assert self.go.wait(10)
        return super().read(size)


def test_the_loop_goes_on_while_a_body_comes(serve: Serve) -> None:
    body = Slow(BODY)

    async def handler(req: Req, res: Res) -> None:
        reading = asyncio.ensure_future(formidable(uploadDir="uploads").parse(req))
        while not body.waiting.is_set():
            await asyncio.sleep(0.001)
        body.go.set()
        res.json((await reading).fields)

    assert serve(handler, OFF)(method="POST", headers=TYPE, body=body, length=str(len(BODY))).json() == {
        "name": ["Ada"]
    }


def test_an_upload_that_is_given_up_leaves_no_file(serve: Serve, tmp_path: Path) -> None:
    body = Slow(FIRST + BODY)

    async def handler(req: Req, res: Res) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(formidable(uploadDir="uploads").parse(req), 0.05)
        body.go.set()
        res.end("given up")

    answer = serve(handler, OFF)(method="POST", headers=TYPE, body=body, length=str(len(FIRST + BODY)))
    assert (answer.body, left(tmp_path)) == (b"given up", [])


def test_an_upload_that_is_given_up_at_its_very_end_leaves_no_file(serve: Serve, tmp_path: Path) -> None:
    body = Slow(part("f", b"x", "a") + END)  # of which only the end of the chunks is missing

    async def handler(req: Req, res: Res) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(formidable(uploadDir="uploads").parse(req), 0.05)
        assert len(left(tmp_path)) == 1
        body.go.set()
        res.end()

    assert serve(handler, OFF)(method="POST", headers=TYPE, body=body, chunked=True).status == 200
    assert left(tmp_path) == []


def test_an_upload_that_nobody_takes_any_more_leaves_no_file(serve: Serve, tmp_path: Path) -> None:
    async def handler(req: Req, res: Res) -> None:
        reading = asyncio.ensure_future(formidable(uploadDir="uploads").parse(req))
        await asyncio.sleep(0)
        while not left(tmp_path):
            pass  # the loop stands still: the upload ends, and cannot say so
        threading.Event().wait(0.1)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        res.end()

    assert serve(handler, OFF)(method="POST", headers=TYPE, body=BODY).status == 200
    assert left(tmp_path) == []


def test_a_client_that_leaves_is_told_where_it_is_awaited(
    serve: Serve, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "nextwsgi")

    async def handler(req: Req, res: Res) -> None:
        with pytest.raises(ClientDisconnected):
            await formidable(uploadDir="uploads").parse(req)
        res.end()

    assert serve(handler, OFF)(method="POST", headers=TYPE, body=Body(FIRST), length="1000").status == 200
    assert left(tmp_path) == []


# --- Whatever comes ---------------------------------------------------------------------------------------

PIECES = [
    *(
        b"--xx",
        b"--xx--",
        b"\r\n",
        b"\r",
        b"\n",
        b"\r\n\r\n",
        b"--",
        b": ",
        b";",
        b'"',
        b"\0",
        b"\xff",
        b"abc",
    ),
    *(b"Content-Disposition: form-data", b'; name="a"', b'; filename="b.txt"', b"; filename=", b"; name="),
    *(b"Content-Type: text/plain", b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: x"),
    *(
        part("a", b"1"),
        part("f", b"2", "../a.html"),
        part("f", b"", "a"),
        END,
        b"a=1&",
        b"{",
        b"%zz",
        b"[" * 999,
    ),
]
KINDS = [
    *("multipart/form-data; boundary=xx", "multipart/form-data", 'multipart/mixed; boundary="x', "a", ""),
    *(
        "application/x-www-form-urlencoded",
        "application/json",
        "application/octet-stream",
        "\xff;boundary=xx",
    ),
]


def test_no_body_makes_a_failure_or_leaves_a_file(serve: Serve, tmp_path: Path) -> None:
    def handler(req: Req, res: Res) -> None:
        form = formidable(uploadDir="uploads", keepExtensions=True, maxFields=5, maxFiles=3)
        for files in form.parse(req).files.values():
            for file in files:
                os.unlink(file.filepath)
        res.end()

    client = serve(handler, OFF)

    @settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(st.sampled_from(PIECES) | st.binary(max_size=4), max_size=14).map(b"".join),
        st.sampled_from(KINDS),
        st.sampled_from(["", "a.jpg", "../a", "\0"]),
    )
    def check(body: bytes, kind: str, name: str) -> None:
        headers = {"Content-Type": kind, "X-File-Name": name}
        answer = client(
            method="POST", headers={key: value for key, value in headers.items() if value}, body=body
        )
        assert answer.status in (200, 400, 413, 415)
        assert left(tmp_path) == []

    check()

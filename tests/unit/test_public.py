"""Files of public/: which is meant, what is told about it, which bytes are sent."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextwsgi.errors import BrokenAnswer
from nextwsgi.public import Entity, conflicts, content_type, decide, file_name, parse_range, serve

TEXT = b"hello world 0123456789"
MODIFIED = 1_795_206_935  # Fri, 20 Nov 2026 20:35:35 GMT
ETAG = 'W/"16-1a1faabf20c"'
DATE, EARLIER, LATER = (
    "Fri, 20 Nov 2026 20:35:35 GMT",
    "Fri, 20 Nov 2026 20:35:34 GMT",
    "Thu, 01 Jan 2099 00:00:00 GMT",
)


@pytest.fixture
def public(tmp_path: Path) -> Path:
    folder = tmp_path / "public"
    (folder / "sub" / ".well-known").mkdir(parents=True)
    (folder / "a.txt").write_bytes(TEXT)
    os.utime(folder / "a.txt", ns=(0, 1_795_206_935_500_400_000))
    (folder / "empty.txt").touch()
    (folder / "index.html").write_text("<p>front")
    (folder / "sub" / "index.html").write_text("<p>sub")
    (folder / "sub" / ".well-known" / "x.txt").write_text("known")
    (folder / ".hidden").write_text("hidden")
    (folder / "with space.txt").write_text("space")
    (folder / "é中.txt").write_text("unicode")
    (folder / "a%20b.txt").write_text("percent")
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@dataclass
class Sent:
    status: str
    headers: list[tuple[str, str]]
    body: bytes

    def __getitem__(self, name: str) -> str:
        [value] = [value for key, value in self.headers if key == name]
        return value


def nothing(data: bytes) -> None:
    """Stand for the server's write, which serve never calls."""
    raise AssertionError(data)


def ask(public: Path, path: str, method: str = "GET", **variables: Any) -> Sent | None:
    """Ask `serve` as a server does."""
    environ: dict[str, Any] = {"REQUEST_METHOD": method, "wsgi.input": BytesIO(), **variables}
    setup_testing_defaults(environ)
    heads: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]]) -> Any:
        heads.append((status, headers))
        return nothing

    result = serve(public, path, environ, start_response)
    if result is None:
        assert not heads
        return None
    try:
        body = b"".join(result)
    finally:
        if close := getattr(result, "close", None):
            close()
    [(status, headers)] = heads
    return Sent(status, headers, body)


def get(public: Path, path: str, **variables: Any) -> Sent:
    sent = ask(public, path, **variables)
    assert sent is not None
    return sent


# --- Which file -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/a.txt", TEXT),
        ("/%61.txt", TEXT),
        ("/sub/index.html", b"<p>sub"),
        ("/sub%2Findex.html", b"<p>sub"),
        ("/sub/.well-known/x.txt", b"known"),
        ("/with%20space.txt", b"space"),
        ("/%C3%A9%E4%B8%AD.txt", b"unicode"),
        ("/%c3%a9%e4%b8%ad.txt", b"unicode"),
        ("/é中.txt".encode().decode("latin-1"), b"unicode"),
        ("/a%2520b.txt", b"percent"),
        ("/empty.txt", b""),
    ],
)
def test_a_path_is_decoded_once_and_names_a_file(public: Path, path: str, body: bytes) -> None:
    assert get(public, path).body == body


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/nothing",
            "/A.txt",
            "/sub",
            "/sub/",
            "/a.txt/",
            "/a.txt%2F",
            "/a.txt/x",
            "/a.txt%20",
            "/a%20b.txt",
        ),
        *(
            "//a.txt",
            "/%2Fa.txt",
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/..%2Fsecret.txt",
            "/sub/..%2fa.txt",
        ),
        *("/sub%5Cindex.html", "/sub\\index.html", "/..%5Csecret.txt", "/.", "/..", "/sub/./index.html"),
        *("/.hidden", "/%2Ehidden", "/a.txt%00", "/%00", "/%FF.txt", "/a%ZZ.txt", "/\ud800", "/日", ""),
        *("/" + "x" * 300, "/" + "x/" * 3000 + "y"),
    ],
)
def test_what_is_no_file_is_left_to_the_caller(public: Path, path: str) -> None:
    assert ask(public, path) is None


def test_the_root_is_index_html(public: Path) -> None:
    assert get(public, "/").body == b"<p>front"
    (public / "index.html").unlink()
    assert ask(public, "/") is None


def test_a_project_without_public_serves_nothing(tmp_path: Path) -> None:
    assert ask(tmp_path / "public", "/a.txt") is None


def test_a_file_added_later_is_served(public: Path) -> None:
    assert ask(public, "/late.txt") is None
    (public / "late.txt").write_text("late")
    assert get(public, "/late.txt").body == b"late"


def test_a_link_is_followed_inside_and_refused_outside(public: Path) -> None:
    (public / "inside.txt").symlink_to("a.txt")
    (public / "outside.txt").symlink_to("../secret.txt")
    (public / "up").symlink_to("..")
    (public / "round").symlink_to("round")
    assert get(public, "/inside.txt").body == TEXT
    for path in ("/outside.txt", "/up/secret.txt", "/round", "/round/a.txt"):
        assert ask(public, path) is None


def test_a_public_folder_may_itself_be_a_link(public: Path) -> None:
    current = public.with_name("current")
    current.symlink_to("public")
    assert get(current, "/a.txt").body == TEXT


def test_a_folder_beside_public_with_a_longer_name_is_outside(public: Path) -> None:
    (public.parent / "public-not").mkdir()
    (public.parent / "public-not" / "x.txt").touch()
    (public / "near").symlink_to("../public-not")
    assert ask(public, "/near/x.txt") is None


def test_a_named_pipe_is_no_file(public: Path) -> None:
    os.mkfifo(public / "pipe")
    assert ask(public, "/pipe") is None


def test_a_file_that_cannot_be_read_is_no_file(public: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("builtins.open", refuse)
    assert ask(public, "/a.txt") is None


@given(st.text(st.characters(max_codepoint=0xFF, exclude_characters="?#")) | st.text())
def test_no_path_leads_outside_or_fails(path: str) -> None:
    name = file_name("/" + path)
    assert name is None or (
        not os.path.isabs(name) and os.path.normpath(name) == name and not name.startswith("..")
    )


# --- What is told -----------------------------------------------------------------------------------------


def test_a_file_answers_as_next_js_does(public: Path) -> None:
    sent = get(public, "/a.txt")
    assert sent.status == "200 OK"
    assert sorted(sent.headers) == [
        ("Accept-Ranges", "bytes"),
        ("Cache-Control", "public, max-age=0"),
        ("Content-Length", "22"),
        ("Content-Type", "text/plain; charset=UTF-8"),
        ("ETag", f'W/"16-{1_795_206_935_500:x}"'),
        ("Last-Modified", DATE),
        ("X-Content-Type-Options", "nosniff"),  # which Next.js does not send
    ]


def test_head_has_the_headers_of_get_and_no_body(public: Path) -> None:
    sent = ask(public, "/a.txt", "HEAD")
    assert sent is not None
    assert sent.headers == get(public, "/a.txt").headers
    assert sent.body == b""


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "PROPFIND"])
def test_other_methods_are_not_allowed(public: Path, method: str) -> None:
    sent = ask(public, "/a.txt", method)
    assert sent is not None
    assert sent.status == "405 Method Not Allowed"
    assert [value for name, value in sent.headers if name == "Allow"] == ["GET", "HEAD"]
    assert ask(public, "/nothing", method) is None


def test_options_is_a_bad_request_without_a_page(public: Path) -> None:
    sent = ask(public, "/a.txt", "OPTIONS")
    assert sent is not None
    assert (sent.status, sent.body) == ("400 Bad Request", b"")
    assert [value for name, value in sent.headers if name == "Allow"] == ["GET", "HEAD"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.html", "text/html; charset=UTF-8"),
        ("a.css", "text/css; charset=UTF-8"),
        ("a.js", "application/javascript; charset=UTF-8"),
        ("a.mjs", "application/javascript; charset=UTF-8"),
        ("a.json", "application/json; charset=UTF-8"),
        ("a.map", "application/json; charset=UTF-8"),
        ("a.md", "text/markdown; charset=UTF-8"),
        ("a.svg", "image/svg+xml"),
        ("a.ico", "image/x-icon"),
        ("a.xml", "application/xml"),
        ("a.woff2", "font/woff2"),
        ("a.webmanifest", "application/manifest+json"),
        ("a.TXT", "text/plain; charset=UTF-8"),
        ("a.tar.gz", "application/gzip"),
        ("a.zzz", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ],
)
def test_content_types_are_those_of_next_js(name: str, kind: str) -> None:
    assert content_type(name) == kind


# --- Conditions -------------------------------------------------------------------------------------------

ENTITY = Entity("text/plain; charset=UTF-8", 22, MODIFIED, ETAG)


def status(**variables: str) -> int:
    return decide(ENTITY, {"REQUEST_METHOD": "GET", **variables}).status


@pytest.mark.parametrize("tags", [ETAG, ETAG[2:], "*", f'"x", {ETAG}', f"W/{ETAG}"])
def test_a_copy_with_the_same_tag_is_still_good(tags: str) -> None:
    assert status(HTTP_IF_NONE_MATCH=tags) == 304
    assert status(HTTP_IF_NONE_MATCH=tags, HTTP_RANGE="bytes=100-") == 304
    assert status(HTTP_IF_NONE_MATCH=tags, HTTP_CACHE_CONTROL="no-cache") == 200


@pytest.mark.parametrize(
    ("since", "answer"), [(DATE, 304), (LATER, 304), (EARLIER, 200), ("junk", 200), ("", 200)]
)
def test_a_copy_of_the_same_date_is_still_good(since: str, answer: int) -> None:
    assert status(HTTP_IF_MODIFIED_SINCE=since) == answer
    assert status(HTTP_IF_MODIFIED_SINCE=since, HTTP_CACHE_CONTROL="no-cache") == 200


def test_tag_and_date_must_both_be_good() -> None:
    assert status(HTTP_IF_NONE_MATCH=ETAG, HTTP_IF_MODIFIED_SINCE=DATE) == 304
    assert status(HTTP_IF_NONE_MATCH='"x"', HTTP_IF_MODIFIED_SINCE=DATE) == 200
    assert status(HTTP_IF_NONE_MATCH=ETAG, HTTP_IF_MODIFIED_SINCE=EARLIER) == 200


def test_not_modified_says_nothing_about_a_body(public: Path) -> None:
    sent = get(public, "/a.txt", HTTP_IF_NONE_MATCH="*")
    assert (sent.status, sent.body) == ("304 Not Modified", b"")
    assert {name for name, _ in sent.headers} == {"Accept-Ranges", "Cache-Control", "ETag", "Last-Modified"}


@pytest.mark.parametrize(
    ("variable", "value", "answer"),
    [
        ("HTTP_IF_MATCH", ETAG, 200),
        ("HTTP_IF_MATCH", ETAG[2:], 200),
        ("HTTP_IF_MATCH", "*", 200),
        ("HTTP_IF_MATCH", f'"x", {ETAG}', 200),
        ("HTTP_IF_MATCH", '"x"', 412),
        ("HTTP_IF_UNMODIFIED_SINCE", DATE, 200),
        ("HTTP_IF_UNMODIFIED_SINCE", EARLIER, 412),
        ("HTTP_IF_UNMODIFIED_SINCE", "junk", 200),
    ],
)
def test_a_changed_file_fails_the_precondition(variable: str, value: str, answer: int) -> None:
    assert status(**{variable: value}) == answer


def test_if_match_goes_before_the_date() -> None:
    assert status(HTTP_IF_MATCH='"x"', HTTP_IF_UNMODIFIED_SINCE=DATE) == 412
    assert status(HTTP_IF_MATCH=ETAG, HTTP_IF_UNMODIFIED_SINCE=EARLIER) == 200


# --- Ranges -----------------------------------------------------------------------------------------------

RANGES = {
    # what send makes of a file of 22 bytes: None for all of it, an empty range for 416
    **{"0-3": range(4), "5-": range(5, 22), "-5": range(17, 22), "0-0": range(1), "0-1000": range(22)},
    **{"23-": range(0), "22-": range(0), "100-200": range(0), "-0": range(0), "-100": range(0)},
    **{"5-2": range(0), "a-b": range(0), "": range(0), "-": range(0), "--1": range(0)},
    **{"0-1,3-4": None, "0-3,2-6": range(7), "0-1,2-3": range(4), "3-4,0-2": range(5)},
    **{"0-9,2-3": range(10), "0-1,100-200": range(2), "100-200,300-": range(0), "0-3,abc": range(4)},
    **{" 0-3": range(4), "+1-3": range(1, 4), "1.5-3": range(1, 4), "0x1-3": range(4), "1-3x": range(1, 4)},
    **{
        "1": range(1, 22),
        "0-" + "9" * 6000: range(22),
        "9" * 6000 + "-": range(0),
        "-" + "9" * 400: range(0),
    },
}


@pytest.mark.parametrize(("text", "part"), RANGES.items(), ids=lambda value: repr(value)[:20])
def test_ranges_are_read_as_send_reads_them(text: str, part: range | None) -> None:
    assert parse_range(text, 22) == part


@given(st.text("0123456789-,x ", max_size=30), st.integers(0, 50))
def test_a_range_never_leaves_the_file(text: str, size: int) -> None:
    part = parse_range(text, size)
    assert part is None or 0 <= part.start <= part.stop <= max(size, part.start)


def test_a_part_is_sent_byte_for_byte(public: Path) -> None:
    sent = get(public, "/a.txt", HTTP_RANGE="bytes=6-10")
    assert (sent.status, sent.body) == ("206 Partial Content", b"world")
    assert (sent["Content-Range"], sent["Content-Length"]) == ("bytes 6-10/22", "5")


def test_a_part_beyond_the_file_is_refused_with_its_size(public: Path) -> None:
    for path, size in (("/a.txt", 22), ("/empty.txt", 0)):
        sent = get(public, path, HTTP_RANGE="bytes=100-")
        assert sent.status == "416 Range Not Satisfiable"
        assert sent["Content-Range"] == f"bytes */{size}"
        assert sent["Content-Length"] == str(len(sent.body))


@pytest.mark.parametrize("value", ["items=0-3", "bytes 0-3", "BYTES=0-3", "bytes=0-1,3-4"])
def test_other_units_and_several_parts_get_the_whole_file(value: str) -> None:
    assert status(HTTP_RANGE=value) == 200


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ("", 206),
        (ETAG, 206),
        (DATE, 206),
        (LATER, 206),
        (ETAG[2:], 200),
        ('"x"', 200),
        (EARLIER, 200),
        ("junk", 200),
    ],
)
def test_a_part_of_another_state_of_the_file_is_not_resumed(condition: str, answer: int) -> None:
    assert status(HTTP_RANGE="bytes=0-3", HTTP_IF_RANGE=condition) == answer


@given(st.text(st.characters(max_codepoint=0xFF)), st.sampled_from(["IF_MATCH", "IF_NONE_MATCH", "RANGE"]))
def test_no_condition_fails(value: str, name: str) -> None:
    assert status(**{f"HTTP_{name}": value}) in (200, 206, 304, 412, 416)


@given(st.text(st.characters(max_codepoint=0xFF)) | st.dates().map(lambda day: day.strftime("%d %b %Y")))
def test_no_date_fails(value: str) -> None:
    for name in ("IF_MODIFIED_SINCE", "IF_UNMODIFIED_SINCE", "IF_RANGE"):
        assert status(**{f"HTTP_{name}": value, "HTTP_RANGE": "bytes=0-3"}) in (200, 206, 304, 412)


# --- The bytes --------------------------------------------------------------------------------------------


def test_a_large_file_arrives_whole(public: Path) -> None:
    data = os.urandom(300_001)
    (public / "large.bin").write_bytes(data)
    assert get(public, "/large.bin").body == data


@pytest.fixture
def descriptors() -> Iterator[None]:
    before = len(os.listdir("/proc/self/fd"))
    yield
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.usefixtures("descriptors")
def test_the_file_is_closed_on_every_path(public: Path) -> None:
    for method in ("GET", "HEAD", "POST", "OPTIONS"):
        for wanted in ("", "bytes=0-3", "bytes=99-"):
            for tag in ("", "*"):
                ask(public, "/a.txt", method, HTTP_RANGE=wanted, HTTP_IF_NONE_MATCH=tag)


@pytest.mark.usefixtures("descriptors")
def test_the_file_is_closed_when_the_server_fails(public: Path) -> None:
    def start_response(*_: object) -> Any:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        serve(public, "/a.txt", {"REQUEST_METHOD": "GET", "wsgi.input": BytesIO()}, start_response)


@pytest.mark.usefixtures("descriptors")
def test_a_file_that_shrinks_on_its_way_breaks_the_answer(public: Path) -> None:
    result = serve(public, "/a.txt", {"REQUEST_METHOD": "GET", "wsgi.input": BytesIO()}, lambda *_: nothing)
    (public / "a.txt").write_bytes(b"hello")
    with pytest.raises(BrokenAnswer, match="became shorter"):
        b"".join(result or [])
    result.close()  # type: ignore[union-attr]


def test_a_file_that_grows_on_its_way_is_cut_at_its_announced_length(public: Path) -> None:
    result = serve(public, "/a.txt", {"REQUEST_METHOD": "GET", "wsgi.input": BytesIO()}, lambda *_: nothing)
    (public / "a.txt").write_bytes(TEXT + b" and more")
    assert b"".join(result or []) == TEXT
    result.close()  # type: ignore[union-attr]


def test_answers_keep_to_wsgi(public: Path) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Any:
        return serve(public, "/a.txt", environ, start_response)

    for method, wanted in (
        ("GET", ""),
        ("HEAD", ""),
        ("GET", "bytes=0-3"),
        ("GET", "bytes=99-"),
        ("POST", ""),
    ):
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "QUERY_STRING": "",
            "HTTP_RANGE": wanted,
            "wsgi.input": BytesIO(),
        }
        setup_testing_defaults(environ)
        result: Any = validator(app)(environ, lambda *_: nothing)
        b"".join(result)
        result.close()


# --- Conflicts --------------------------------------------------------------------------------------------


def test_a_file_at_the_path_of_a_route_is_refused(public: Path) -> None:
    (public / "api").mkdir()
    (public / "api" / "hello").touch()
    assert list(conflicts(public, ["/api/hello", "/api/[id]", "/api"])) == [
        "public/api/hello: a route answers /api/hello: remove one of the two."
    ]


def test_a_folder_named_next_is_refused(public: Path) -> None:
    (public / "_next").mkdir()
    [problem] = conflicts(public, [])
    assert problem.startswith("public/_next: ")


@pytest.mark.parametrize("name", ["HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE"])
def test_a_date_beyond_all_dates_is_none(public: Path, name: str) -> None:
    (public / "a.txt").write_text("text")
    assert get(public, "/a.txt", **{name: f"Mon, 01 Jan {'9' * 20} 00:00:00 GMT"}).status == "200 OK"


@pytest.mark.parametrize("length", ["200000", "300000"])
def test_a_body_that_nobody_wants_is_read_before_the_file_is_sent(public: Path, length: str) -> None:
    (public / "a.txt").write_text("text")
    body: Any = BytesIO(b"x" * 200_000)
    assert get(public, "/a.txt", **{"wsgi.input": body, "CONTENT_LENGTH": length}).body == b"text"
    assert body.read() == b""

"""nextwsgi/formidable/multipart.py: parts of a body, however it is cut into pieces."""

import time
from collections.abc import Iterable, Iterator
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nextwsgi.formidable import FormidableError
from nextwsgi.formidable.multipart import HEAD, Multipart, Part, read_boundary, read_part

FIELD = b'Content-Disposition: form-data; name="a"\r\n\r\n'
FILE = b'Content-Disposition: form-data; name="f"; filename="a"\r\nContent-Type: text/plain\r\n\r\n'
Result = list[tuple[str, bytes, bool]] | str


def read(pieces: Iterable[bytes], boundary: bytes = b"xx") -> tuple[Result, bool]:
    """Give the parts, each with its content and whether it ended, or the error; and whether all is done."""
    multipart = Multipart(boundary)
    parts: list[tuple[str, bytes, bool]] = []
    try:
        for piece in pieces:
            for event in multipart.feed(piece):
                if isinstance(event, Part):
                    parts.append((event.name, b"", False))
                else:
                    name, content, _ = parts.pop()
                    parts.append((name, content + (event or b""), event is None))
    except FormidableError as error:
        return error.message, multipart.done
    return parts, multipart.done


def cut(body: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    start = 0
    for size in sizes:
        yield body[start : start + size]
        start += size
    yield body[start:]


# --- Pieces -----------------------------------------------------------------------------------------------

TRICKY = [
    *(b"\r", b"\n", b"-", b"--", b"\r\n", b"\r\n-", b"\r\n--", b"\r\n--x", b"\r\n--xx", b"\r\n--xx-", b"x"),
    *(b"\r\n--xx--", b"\r\n--xx\r\n", b"--xx\r\n", b"--xx--", b"\n--xx\n", b"\r\n--xx \r\n", b"abc", b"\0"),
    *(b"\r\n\r\n", FIELD, FILE, b"Content-Disposition: form-data", b": ", b"\r\r", b"\n\n", b"\xff", b" "),
]


@given(
    st.lists(st.sampled_from(TRICKY) | st.binary(max_size=8), max_size=12).map(b"".join),
    st.lists(st.integers(0, 9), max_size=40),
)
@example(b"--xx\r\n" + FIELD + b"abc\r\n--xx--\r\n", [1] * 60)
def test_how_a_body_is_cut_changes_nothing(body: bytes, sizes: list[int]) -> None:
    assert read(cut(body, sizes)) == read([body])


@given(st.lists(st.sampled_from(TRICKY) | st.binary(max_size=8), max_size=6).map(b"".join))
def test_a_part_has_all_that_stands_before_its_delimiter(content: bytes) -> None:
    found, done = read([b"--xx\r\n" + FILE + content + b"\r\n--xx--"])
    ends = [
        at for mark in (b"\r\n--xx\r\n", b"\r\n--xx--") if (at := (content + b"\r\n--xx--").find(mark)) >= 0
    ]
    if min(ends) == len(content):
        assert (found, done) == ([("f", content, True)], True)


def test_every_split_of_a_body_gives_the_same() -> None:
    body = b"--xx\r\n" + FIELD + b"1\r\n--xx\r\n" + FILE + b"\r\n-\r\n--x\r\n\r\r\n--xx--\r\nepilogue"
    whole = read([body])
    assert whole == ([("a", b"1", True), ("f", b"\r\n-\r\n--x\r\n\r", True)], True)
    assert all(read([body[:at], body[at:]]) == whole for at in range(len(body)))
    assert read(body[at : at + 1] for at in range(len(body))) == whole


# CVE-2023-46136: Werkzeug took the square of the size for data that begins with a line break.
@pytest.mark.parametrize("start", [b"\r", b"\n", b"\r\n", b"\r\n--xx", b"\r\n--xx-"])
@pytest.mark.parametrize("fill", [b"a", b"\r", b"\n", b"\r\n", b"\r\n--x", b"\r\n--xx-"])
def test_cve_2023_46136_no_content_takes_long(start: bytes, fill: bytes) -> None:
    body = b"--xx\r\n" + FILE + start + fill * (2_000_000 // len(fill))
    before = time.perf_counter()
    read(body[at : at + 16_384] for at in range(0, len(body), 16_384))
    assert time.perf_counter() - before < 3


def test_nothing_is_kept_of_what_follows_the_end() -> None:
    multipart = Multipart(b"xx")
    assert list(multipart.feed(b"--xx--" + b"x" * 1_000_000)) == []
    assert multipart.done


@pytest.mark.parametrize("size", [0, HEAD - 2])
def test_a_short_preamble_is_skipped(size: int) -> None:
    body = b"x" * size + b"\r\n--xx--"
    assert read([body]) == read(cut(body, [1] * 100)) == ([], True)


@pytest.mark.parametrize("after", [b"\r\n--xx--", b""])
def test_a_long_preamble_is_refused(after: bytes) -> None:
    body = b"x" * (HEAD + 100) + after
    says = "The multipart body has no delimiter of its boundary"
    assert read([body])[0] == read(cut(body, [100] * 80))[0] == says


# --- Headers ----------------------------------------------------------------------------------------------


def test_the_headers_of_a_part_have_a_limit() -> None:
    head = FIELD.removesuffix(b"\r\n\r\n") + b"\r\nX: "
    fits = head + b"x" * (HEAD - len(head))
    assert read([b"--xx\r\n" + fits + b"\r\n\r\n1\r\n--xx--"]) == ([("a", b"1", True)], True)
    for body in (fits + b"x\r\n\r\n1", fits + b"x" * 100_000):
        assert read([b"--xx\r\n" + body])[0] == "The headers of a part are over 8 KiB"
        assert read(cut(b"--xx\r\n" + body, [1000] * 9))[0] == "The headers of a part are over 8 KiB"


@pytest.mark.parametrize(
    "line",
    [
        *(
            'name="',
            "name=",
            'filename="',
            "filename=",
            'filename="";',
            "filename=a",
            'name="";',
            "&#1234;",
            "%22",
        ),
        *(
            "\\",
            '\\"',
            ";",
            "=",
            " ",
            "a=",
            'filename=""a',
            "filename*=",
            '"',
            "\t",
            "\u00e4",
            "filename=a ",
            "n",
        ),
    ],
)
@pytest.mark.parametrize("before", ["", 'name="a"; ', 'name="a"; filename="', "filename="])
def test_no_header_takes_long(before: str, line: str) -> None:
    head = f"Content-Disposition: {before}{line * (8000 // len(line.encode()))}".encode()
    start = time.perf_counter()
    with suppress(FormidableError):
        read_part(head)
    assert time.perf_counter() - start < 0.2


@pytest.mark.parametrize("head", [b"x", b": x", b"a: b\nc: d", b"a: b\rc: d", b"\r\na: b", b""])
def test_a_broken_header_is_refused(head: bytes) -> None:
    with pytest.raises(FormidableError, match="broken header") as caught:
        read_part(b'Content-Disposition: form-data; name="a"\r\n' + head)
    assert (caught.value.httpCode, caught.value.code) == (400, 1012)


@pytest.mark.parametrize(
    "head", [b"Content-Type: text/plain", b"Content-Disposition: form-data", b"Content-Disposition: names=x"]
)
def test_a_part_without_a_name_is_refused(head: bytes) -> None:
    with pytest.raises(FormidableError, match="no name"):
        read_part(head)


def test_a_part_tells_all_its_headers() -> None:
    part = read_part(FILE.removesuffix(b"\r\n\r\n") + b"\r\nX-Folded: a\r\n  b\r\nX-Twice: 1\r\nx-twice: 2")
    assert part == Part("f", "a", "text/plain", part.headers)
    assert part.headers["x-folded"] == "a b"
    assert part.headers["x-twice"] == "2"


# --- Boundaries -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/form-data; boundary=xx", b"xx"),
        ('multipart/form-data; boundary="x x"; charset=utf-8', b"x x"),
        ("multipart/form-data; charset=utf-8;BOUNDARY=xx ", b"xx"),
        ("multipart/form-data; boundary=x\u00e4", b"x\xe4"),
        ("multipart/form-data; boundary=.*[x", b".*[x"),
    ],
)
def test_a_boundary_is_read(content_type: str, boundary: bytes) -> None:
    assert read_boundary(content_type) == boundary
    assert read([b"--" + boundary + b"--"], boundary) == ([], True)


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary="])
def test_a_multipart_without_a_boundary_is_refused(content_type: str) -> None:
    with pytest.raises(FormidableError, match="no boundary") as caught:
        read_boundary(content_type)
    assert (caught.value.httpCode, caught.value.code) == (400, 1013)

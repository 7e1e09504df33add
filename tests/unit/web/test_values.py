"""Blob, File, FormData, Headers, URL and URLSearchParams: what Python adds to what Node answers."""

import time
from typing import Any

import pytest

from nextwsgi.server import URL, Blob, File, FormData, Headers, Response, URLSearchParams
from nextwsgi.web.mime import parse_mime
from nextwsgi.web.multipart import HEAD, PARTS, read_parts
from nextwsgi.web.text import to_text


def form() -> FormData:
    made = FormData()
    for name, value in (("a", "1"), ("b", "2"), ("a", "3")):
        made.append(name, value)
    return made


def params() -> URLSearchParams:
    return URLSearchParams("a=1&b=2&a=3")


def headers() -> Headers:
    return Headers([("B", "2"), ("a", "1"), ("set-cookie", "x=1"), ("set-cookie", "y=2")])


PAIRS: list[tuple[Any, list[tuple[str, str]]]] = [
    (form(), [("a", "1"), ("b", "2"), ("a", "3")]),
    (params(), [("a", "1"), ("b", "2"), ("a", "3")]),
    (headers(), [("a", "1"), ("b", "2"), ("set-cookie", "x=1"), ("set-cookie", "y=2")]),
]


@pytest.mark.parametrize(("made", "pairs"), PAIRS, ids=["form", "params", "headers"])
def test_pairs_are_listed_every_way(made: Any, pairs: list[tuple[str, str]]) -> None:
    seen: list[tuple[str, str]] = []
    made.forEach(lambda value, name, whole: seen.append((name, value)) if whole is made else None)
    assert [*made] == [*made.entries()] == seen == pairs
    assert [*made.keys()] == [name for name, _ in pairs]
    assert [*made.values()] == [value for _, value in pairs]
    assert ("a" in made, "none" in made, made["a"], bool(made)) == (True, False, "1", True)
    with pytest.raises(KeyError):
        made["none"]
    assert type(made).__name__ in repr(made)


def test_a_mapping_and_pairs_make_parameters() -> None:
    assert str(URLSearchParams({"a": 1, "b": None, "c": True})) == "a=1&b=null&c=true"
    assert str(URLSearchParams([("a", "1"), ["b", "2"]])) == "a=1&b=2"
    assert str(URLSearchParams(params())) == "a=1&b=2&a=3"
    assert (len(params()), bool(URLSearchParams())) == (3, True)
    for wrong in (5, [("a",)], [("a", "b", "c")]):
        with pytest.raises(TypeError):
            URLSearchParams(wrong)


@pytest.mark.parametrize(
    "wrong", ["a: 1", 5, [("a", "b", "c")], [("a",)], {"a b": "1"}, {"a": "1\n2"}, {5: "1"}]
)
def test_what_makes_no_headers_is_a_type_error(wrong: object) -> None:
    with pytest.raises(TypeError):
        Headers(wrong)


def test_a_url_is_text_and_is_compared_by_it() -> None:
    url = URL("/a", "http://x/b")
    assert str(url) == url.toString() == url.toJSON() == "http://x/a"
    assert (repr(url), url == URL("http://x/a"), len({url, URL("http://x/a")})) == (
        "URL('http://x/a')",
        True,
        1,
    )
    assert url != "http://x/a"
    url.href = "https://y:8/c?d=1"
    assert (url.host, url.searchParams.get("d"), url.origin) == ("y:8", "1", "https://y:8")
    with pytest.raises(TypeError, match="Invalid URL: 'no'"):
        url.href = "no"
    assert URL.parse("no") is None
    assert str(URL.parse("no", "http://x")) == "http://x/no"
    assert URL.hash.__doc__ == "The hash as the URL standard has it."


def test_a_blob_has_a_type_and_a_file_a_name() -> None:
    file = File(["a", b"b", Blob(["c"])], "n.txt", type="Text/Plain")
    assert (file.size, file.type, file.name, file.text(), [*file.stream()]) == (
        3,
        "text/plain",
        "n.txt",
        "abc",
        [b"abc"],
    )
    assert abs(file.lastModified - time.time() * 1000) < 60_000
    assert File([], "x", lastModified=5).lastModified == 5
    assert repr(file) == "File('n.txt', 3 bytes, 'text/plain')"
    for wrong in ("text", b"bytes", 5):
        with pytest.raises(TypeError, match="takes a list"):
            Blob(wrong)  # type: ignore[arg-type]


def test_a_form_takes_blobs_as_files() -> None:
    made = FormData()
    made.append("a", Blob(["x"], type="a/b"))
    made.append("b", File(["y"], "old"), "new")
    made.set("b", Blob(["z"]), "newest")
    a, b = made.get("a"), made.get("b")
    assert isinstance(a, File)
    assert isinstance(b, File)
    assert (a.name, a.type, b.name, b.text()) == ("blob", "a/b", "newest", "z")
    assert made.get("none") is None
    assert made.has("a")
    with pytest.raises(TypeError, match="only a File or Blob"):
        made.append("c", "text", "name")


def test_values_become_text_as_javascript_makes_them() -> None:
    assert [to_text(value) for value in ("a", 1, 1.0, 1.5, True, None)] == [
        "a",
        "1",
        "1",
        "1.5",
        "true",
        "null",
    ]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Text/HTML", "text/html"),
        (" a/b ; c = d", "a/b"),
        ('a/b;c="d e\\"f";C=2', 'a/b;c="d e\\"f"'),
        ('a/b;c="', 'a/b;c=""'),
        ("a/b;;c;d=", "a/b"),
        ("a/b;c=中", "a/b"),
        ("a", None),
        ("", None),
        ("a b/c", None),
    ],
)
def test_content_types_are_read_and_written(text: str, written: str | None) -> None:
    mime = parse_mime(text)
    assert (None if mime is None else str(mime)) == written


# CVE-2023-25577, CVE-2023-46136, CVE-2023-30798.
def test_a_form_of_too_many_parts_is_refused() -> None:
    part = b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
    assert len([*read_parts(part * PARTS + b"--B--", b"B")]) == PARTS
    with pytest.raises(ValueError, match="more than 1000"):
        [*read_parts(part * (PARTS + 1) + b"--B--", b"B")]


def test_headers_of_a_part_have_a_limit() -> None:
    def part(length: int) -> bytes:
        return (
            b"--B\r\nX: " + b"x" * length + b'\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--B--'
        )

    assert len([*read_parts(part(HEAD - 100), b"B")]) == 1
    with pytest.raises(ValueError, match="8192 bytes"):
        [*read_parts(part(HEAD), b"B")]


@pytest.mark.parametrize(
    ("text", "content"), [(b"aGk=", b"hi"), (b"a G\nk", b"hi"), (b"_-8", b"\xff\xef"), (b"a", b"")]
)
def test_base64_is_read_as_node_reads_it(text: bytes, content: bytes) -> None:
    head = b'--B\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    [part] = read_parts(head + text + b"\r\n--B--", b"B")
    assert part.content == content


def test_a_big_form_is_read_in_time() -> None:
    part = b'--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"\r\n--" * 5000 + b"\r\n"
    begun = time.perf_counter()
    assert len([*read_parts(part * 500 + b"--B--", b"B")]) == 500
    assert time.perf_counter() - begun < 2


def test_options_in_a_dict_are_told() -> None:
    with pytest.raises(TypeError, match="options are keyword arguments"):
        Response.json({}, {"status": 201})

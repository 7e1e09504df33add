"""nextwsgi/formidable/names.py: what files are called there and here."""

import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextwsgi.formidable import FormidableError
from nextwsgi.formidable.names import checked_name, extension, original_filename, random_name, split_name


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        *(("a.txt", ".txt"), ("a.tar.gz", ".tar.gz"), ("a", ""), ("a.", ""), (".bashrc", ""), ("", "")),
        *(("a.php;.jpg", ".php"), ("a.p hp", ".p"), ("a.\u00e4", ""), ("a.b/c", ""), ("../a.jpg", ".jpg")),
        *(("a.jpg/", ".jpg"), ("a.jpg\0.png", ".jpg"), ("a.jp\ng", ".jp"), ("/", ""), ("a." + "x" * 300, "")),
    ],
)
def test_an_ending_is_made_of_letters_and_digits(name: str, ending: str) -> None:
    assert extension(name) == ending


@given(st.text())
def test_no_name_makes_an_ending_that_leads_elsewhere(name: str) -> None:
    assert re.fullmatch("[.0-9A-Za-z]*", extension(name))
    assert checked_name(random_name() + extension(name))


@given(st.text())
def test_no_name_is_split_into_folders(name: str) -> None:
    assert "/" not in "".join(split_name(name))


def test_names_are_random_and_look_like_those_of_npm() -> None:
    names = {random_name() for _ in range(1000)}
    assert len(names) == 1000
    assert all(re.fullmatch("[a-z][a-z0-9]{24}", name) for name in names)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "/a", "../a", "a\\b", "a\0", "a" * 256, "\u00e4" * 128, "\ud800"]
)
def test_a_name_that_is_none_of_a_file_is_refused(name: str) -> None:
    with pytest.raises(FormidableError, match="cannot be used") as caught:
        checked_name(name)
    assert caught.value.httpCode == 400


@pytest.mark.parametrize("name", ["a", "a.txt", "...", "a" * 255, "\u00e4" * 127, "a b;c"])
def test_a_name_of_a_file_is_taken(name: str) -> None:
    assert checked_name(name) == name


def test_a_name_that_the_file_system_cannot_have_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def encode(name: str) -> bytes:
        return name.encode("ascii")

    monkeypatch.setattr(os, "fsencode", encode)
    with pytest.raises(FormidableError, match="cannot be used"):
        checked_name("\u00e4")


@pytest.mark.parametrize("name", [None, 5, b"a"])
def test_a_function_that_gives_no_name_is_told_so(name: object) -> None:
    with pytest.raises(TypeError, match="must give a text"):
        checked_name(name)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('form-data; filename="a"', "a"),
        ("form-data; filename=a", "a"),
        ("form-data; filename*=UTF-8''a", None),
        ('form-data; filename="C:\\dir\\a"', "a"),
        ('form-data; filename="a%22b"', 'a"b'),
        ('form-data; filename="never closed', "never closed"),
    ],
)
def test_the_name_of_the_client_is_read(header: str, name: str | None) -> None:
    assert original_filename(header) == name

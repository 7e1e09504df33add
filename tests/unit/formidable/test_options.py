"""nextwsgi/formidable/options.py: what a form takes, and how it says what it does not."""

import math
from typing import Any

import pytest

from nextwsgi.formidable import formidable


def test_the_defaults_are_those_of_npm() -> None:
    options = formidable().options
    assert (options.maxFileSize, options.total, options.maxFieldsSize) == (200 << 20, 200 << 20, 20 << 20)
    assert (options.maxFields, options.maxFiles, options.minFileSize) == (1000, math.inf, 1)
    assert (options.keepExtensions, options.allowEmptyFiles, options.hashAlgorithm) == (False, False, False)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("maxFilesize", "did you mean maxFileSize?"),
        ("max_file_size", "did you mean maxFileSize?"),
        ("uploaddir", "did you mean uploadDir?"),
        ("keepExtension", "did you mean keepExtensions?"),
        ("multiples", "fields and files always have lists"),
        ("fileWriteStreamHandler", "read the files from uploadDir"),
        ("x", "it takes uploadDir, keepExtensions"),
    ],
)
def test_an_unknown_option_is_refused_with_the_nearest(name: str, says: str) -> None:
    given: dict[str, Any] = {name: True}
    with pytest.raises(TypeError) as caught:
        formidable(**given)
    assert f"formidable has no option {name!r}: {says}" in str(caught.value)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"maxFileSize": "10mb"}, TypeError),
        ({"maxFileSize": True}, TypeError),
        ({"maxFileSize": -1}, ValueError),
        ({"maxFiles": math.nan}, ValueError),
        ({"maxTotalFileSize": "1"}, TypeError),
        ({"uploadDir": ""}, TypeError),
        ({"uploadDir": None}, TypeError),
        ({"uploadDir": "a\0b"}, ValueError),
        ({"keepExtensions": 1}, TypeError),
        ({"filter": "a"}, TypeError),
        ({"filename": "a"}, TypeError),
        ({"hashAlgorithm": "none"}, ValueError),
        ({"hashAlgorithm": True}, ValueError),
        ({"hashAlgorithm": "shake_128"}, ValueError),
        ({"hashAlgorithm": []}, ValueError),
    ],
)
def test_a_value_that_is_none_is_refused_by_its_name(options: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error, match=f"formidable: {next(iter(options))} must be"):
        formidable(**options)


@pytest.mark.parametrize(
    "options",
    [{"maxFiles": math.inf, "maxTotalFileSize": None}, {"filter": None, "filename": None}, {"maxFields": 0}],
)
def test_none_and_infinity_are_values(options: dict[str, Any]) -> None:
    assert formidable(**options)


def test_a_size_in_words_is_told_how_sizes_are_written() -> None:
    with pytest.raises(
        TypeError, match=r"number of bytes, 10 \* 1024 \* 1024 for example, or math.inf, not '10mb'"
    ):
        formidable(maxFileSize="10mb")  # type: ignore[arg-type]


def test_the_options_are_keyword_arguments() -> None:
    with pytest.raises(TypeError, match="keyword arguments"):
        formidable({"maxFileSize": 1})


@pytest.mark.parametrize(
    ("options", "parts"),
    [({}, 1000), ({"maxFields": 10}, 1000), ({"maxFiles": 5000}, 5000), ({"maxFields": math.inf}, 1000)],
)
def test_a_body_has_a_thousand_parts_unless_an_option_allows_more(
    options: dict[str, Any], parts: int
) -> None:
    assert formidable(**options).options.parts == parts

"""Which answers are encoded, as a pure decision."""

from __future__ import annotations

import pytest

from nextwsgi.front.compress import decide, preferred

TEXT = [("Content-Type", "text/plain")]


@pytest.mark.parametrize("status", ["204 No Content", "206 Partial Content", "304 Not Modified"])
def test_what_has_no_body_or_a_part_of_one_has_no_encoding(status: str) -> None:
    """Next.js sends ``Content-Encoding: gzip`` with each of them."""
    assert decide("GET", "gzip", status, TEXT, None) == (None, [*TEXT, ("Vary", "Accept-Encoding")])


def test_headers_are_read_in_any_case_and_on_several_lines() -> None:
    lines = [("CONTENT-type", "Text/HTML"), ("vary", "A"), ("Vary", "B"), ("CONTENT-LENGTH", "2000")]
    encoding, sent = decide("GET", "gzip", "200 OK", lines, None)
    assert encoding == "gzip"
    assert sent == [
        ("CONTENT-type", "Text/HTML"),
        ("Vary", "A, B, Accept-Encoding"),
        ("Content-Encoding", "gzip"),
    ]
    several = [*TEXT, ("Cache-Control", "private"), ("Cache-Control", "No-Transform")]
    assert decide("GET", "gzip", "200 OK", several, None) == (None, several)


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", None),
        (",;,", None),
        ("GZIP", "gzip"),
        ("x-gzip", None),
        ("gzip;q=x", None),
        ("gzip;q=.5, deflate;q=0.4", "gzip"),
        ("deflate, *;q=0", "deflate"),
        ("*;q=0", None),
        ("gzip;q=0, deflate;q=0, identity;q=0", None),
        ("gzip;q=0.5, gzip;q=0", "gzip"),
    ],
)
def test_the_client_chooses(accepted: str, encoding: str | None) -> None:
    assert preferred(accepted) == encoding

"""nextwsgi/formidable/transfer.py: parts in base64."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextwsgi.formidable import FormidableError
from nextwsgi.formidable.multipart import Part
from nextwsgi.formidable.transfer import Base64, decoder


class Kept:
    def __init__(self) -> None:
        self.content = b""
        self.ended = False

    def write(self, piece: bytes) -> None:
        self.content += piece

    def end(self) -> None:
        self.ended = True


@given(st.binary(max_size=60), st.lists(st.integers(1, 9), max_size=20), st.booleans())
def test_how_base64_is_cut_changes_nothing(content: bytes, sizes: list[int], padded: bool) -> None:
    kept, text = Kept(), b64encode(content)
    sink, rest = Base64(kept), text if padded else text.rstrip(b"=")
    for size in sizes:
        sink.write(rest[:size] + b"\r\n")
        rest = rest[size:]
    sink.write(rest)
    sink.end()
    assert (kept.content, kept.ended) == (content, True)


def _feed(sink: Base64, text: bytes) -> None:
    sink.write(text)
    sink.end()


@pytest.mark.parametrize("text", [b"a", b"abcde"])
def test_what_is_no_base64_is_refused(text: bytes) -> None:
    sink = Base64(Kept())
    with pytest.raises(FormidableError, match="not in base64"):
        _feed(sink, text)


def test_an_encoding_is_known_in_any_case() -> None:
    kept = Kept()
    assert decoder(Part("a", None, None, {"content-transfer-encoding": "BINARY"}), kept) is kept
    assert isinstance(decoder(Part("a", None, None, {"content-transfer-encoding": "Base64"}), kept), Base64)

"""Content-Transfer-Encoding of a part, which only old and self-made clients send."""

from __future__ import annotations

import binascii

from nextwsgi.formidable.errors import TRANSFER_ENCODING, FormidableError, malformed
from nextwsgi.formidable.multipart import Part
from nextwsgi.formidable.sinks import Sink

_PLAIN = ("", "binary", "7bit", "8bit", "utf-8")


def decoder(part: Part, sink: Sink) -> Sink:
    """Give what decodes a part's content before ``sink`` has it; FormidableError 415 for what is unknown."""
    encoding = part.headers.get("content-transfer-encoding", "").lower()
    if encoding in _PLAIN:
        return sink
    if encoding == "base64":
        return Base64(sink)
    raise FormidableError("Unknown Content-Transfer-Encoding of a part", TRANSFER_ENCODING, 415)


class Base64:
    """Decodes four characters into three bytes, however the lines and the pieces are cut."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._rest = b""

    def write(self, piece: bytes) -> None:
        """Pass on what can be decoded so far."""
        text = self._rest + piece.translate(None, b"\r\n\t ")
        whole = len(text) // 4 * 4
        self._rest = text[whole:]
        self._decode(text[:whole])

    def end(self) -> None:
        """Pass on the rest, padded or not, and the end."""
        self._decode(self._rest + b"=" * (-len(self._rest) % 4))
        self._sink.end()

    def _decode(self, text: bytes) -> None:
        try:
            content = binascii.a2b_base64(text)
        except binascii.Error:
            raise malformed("A part is not in base64") from None
        if content:
            self._sink.write(content)

"""What Next.js compresses: asked of it by ``conformance/beside.py``, and of ours by ``test_compress.py``.

The twins ``sized`` and ``route``, in JavaScript and in Python, set the headers that they are asked to set.
"""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "conformance" / "project" / "beside"
TEXT = "content-type=text/plain"


@dataclass(frozen=True)
class Case:
    """A request, and what comes of it: the encoding, and whether ``Vary`` names Accept-Encoding."""

    target: str
    encoding: str = ""
    varies: bool = True
    accept: str | None = "gzip"
    method: str = "GET"
    next_encoding: str | None = None
    """What Next.js does where that is something else."""

    def target_of(self, who: str) -> str:
        """Give the path and query of a twin; files are shared."""
        return self.target if self.target.startswith("/") else f"/api/{who}-{self.target}"

    def expected_of_next(self) -> tuple[str, bool]:
        """Give encoding and variation in Next.js."""
        return self.encoding if self.next_encoding is None else self.next_encoding, self.varies


CASES = [
    # Known lengths: by Content-Length, or since all is there at once.
    Case("sized?how=json", "gzip"),
    Case("sized?how=json&length=1020"),
    Case("sized?how=json&length=1030", "gzip"),
    Case(f"sized?how=end&length=1020&{TEXT}"),
    Case(f"sized?how=end&length=1030&{TEXT}", "gzip"),
    # Unknown ones.
    Case(f"sized?how=write&length=20&{TEXT}", "gzip"),
    Case(f"sized?how=write&content-length=2000&{TEXT}", "gzip"),
    Case(f"sized?how=write&length=20&content-length=20&{TEXT}"),
    # Types.
    Case("sized?how=send", varies=False),
    Case("sized?how=end", varies=False),
    Case(f"sized?how=send&{TEXT};%20charset=latin-1", "gzip"),
    Case("sized?how=send&content-type=image/png", varies=False),
    Case("sized?how=send&content-type=image/svg%2Bxml", "gzip"),
    Case("sized?how=send&content-type=application/problem%2Bjson", "gzip"),
    Case("sized?how=send&content-type=application/octet-stream", varies=False),
    Case("sized?how=send&content-type=text/event-stream", "gzip"),
    # What the client takes.
    Case("sized?how=json", accept=None),
    Case("sized?how=json", accept="br"),
    Case("sized?how=json", "deflate", accept="br, deflate"),
    Case("sized?how=json", "gzip", accept="deflate, gzip"),
    Case("sized?how=json", "gzip", accept="deflate, gzip;q=0.5"),
    Case("sized?how=json", accept="gzip;q=0"),
    Case("sized?how=json", "gzip", accept="*"),
    Case("sized?how=json", "gzip", accept="identity;q=0, gzip;q=0.1"),
    Case("sized?how=json", accept="identity, gzip;q=0.1"),
    Case("sized?how=json", "deflate", accept="gzip;q=0, *;q=0.2"),
    Case("sized?how=json", "gzip", accept="zstd, br, gzip;level=9;q=0.9"),
    # What the answer says.
    Case("sized?how=json&cache-control=no-transform", varies=False),
    Case("sized?how=json&cache-control=private,%20no-transform", varies=False),
    Case("sized?how=json&vary=Origin", "gzip"),
    Case("sized?how=json&vary=*", "gzip", varies=False),
    Case("sized?how=json&vary=accept-encoding,%20Cookie", "gzip"),
    Case(f"sized?how=send&content-encoding=br&{TEXT}", "br"),
    Case(f"sized?how=send&content-encoding=identity&{TEXT}", "gzip"),
    Case("sized?how=json&status=500", "gzip"),
    Case("sized?how=json", method="HEAD"),
    # Next.js encodes a part whose place is counted in the whole.
    Case(f"sized?how=end&status=206&content-range=bytes%200-1999/5000&{TEXT}", next_encoding="gzip"),
    # Route handlers: in Next.js all of them stream.
    Case("route", "gzip"),
    Case("route?length=100", next_encoding="gzip"),
    Case("route?content-type=application/json", "gzip"),
    Case("route?content-type=image/png", varies=False),
    Case("route", method="HEAD"),
    # Files.
    Case("/long.txt", "gzip"),
    Case("/long.txt", method="HEAD"),
    Case("/short.txt"),
    Case("/long.gif", varies=False),
]


def decoded(encoding: str, body: bytes) -> bytes:
    """Give what was compressed."""
    if encoding == "gzip":
        return gzip.decompress(body)
    return zlib.decompress(body) if encoding == "deflate" else body

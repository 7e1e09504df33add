from datetime import UTC, datetime
from pathlib import Path

files = Path(__file__).parents[3] / "files"

values = {
    "null": lambda: None,
    "string": lambda: "text é 中",
    "empty_string": lambda: "",
    "lone": lambda: "a\ud83d",
    "pair": lambda: "\ud83d\ude00",
    "buffer": lambda: bytes([0, 1, 254, 255]),
    "empty_buffer": lambda: b"",
    "object": lambda: {"a": "é"},
    "empty_object": lambda: {},
    "array": lambda: [1, "two", None],
    "number": lambda: 42,
    "zero": lambda: 0,
    "float": lambda: 1.5,
    "nan": lambda: float("nan"),
    "true": lambda: True,
    "false": lambda: False,
    "date": lambda: datetime.fromtimestamp(0, UTC),
    "file": lambda: (files / "dog.txt").open("rb"),
    "empty_file": lambda: (files / "empty.txt").open("rb"),
    "generator": lambda: iter(["one ", "two ", "three"]),
    "buffers": lambda: iter([b"one ", b"\xff", b" two"]),
    "empty_generator": lambda: iter([]),
}


def handler(req, res):
    value, status, type_, length = (req.query.get(name) for name in ("value", "status", "type", "length"))
    if type_:
        res.setHeader("Content-Type", type_)
    if length:
        res.setHeader("Content-Length", length)
    res.status(int(status or 200)).send(values[value]())

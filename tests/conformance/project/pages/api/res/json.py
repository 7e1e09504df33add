from datetime import UTC, datetime, timedelta, timezone
from functools import reduce


class Own:
    def __init__(self, value):
        self.value = value

    def toJSON(self):
        return self.value


INFINITY, NAN = float("inf"), float("nan")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KOLKATA = timezone(timedelta(hours=5, minutes=30))

values = {
    "nested": {"a": [1, {"b": [[]]}, {}], "c": {"d": None}},
    "empty_object": {},
    "empty_array": [],
    "string": "text",
    "empty_string": "",
    "null": None,
    "true": True,
    "false": False,
    "number": 42,
    "unicode": "\u00e9 \u4e2d \u20ac",
    "astral": "\U0001f600 \U0010ffff",
    "lone_high": "a\ud83d b",
    "lone_low": "\ude00",
    "swapped": "\ude00\ud83d",
    "pair": "\ud83d\ude00",
    "separators": "\u2028\u2029",
    "bom": "\ufeff",
    "quotes": 'a"b\\c/d',
    "html": "<script>&'</script>",
    "controls": "".join(chr(i) for i in range(33)),
    "upper_controls": "\u007f\u0080\u009f\u00ad",
    "nonfinite": [NAN, INFINITY, -INFINITY],
    "nonfinite_alone": NAN,
    "negative_zero": [-0, -0.0, 0.0],
    "whole": [1.0, 100.0, -5.0, 1e3],
    "fractions": [0.1, 0.1 + 0.2, 1 / 3, -0.5, 1.10],
    "small": [0.001, 0.00001, 0.000001, 0.0000001, 1.5e-7, 1e-10],
    "smallest": [5e-324, 2.2250738585072014e-308],
    "large": [1e15, 1e16, 1e17, 1e20, 1e21, 1.5e21, 1e100],
    "largest": [1.7976931348623157e308, -1.7976931348623157e308],
    "safe": [9007199254740991, -9007199254740991],
    "unsafe": [9007199254740993.0, 123456789012345680000.0, 1e22],
    "integers": [9007199254740993, 123456789012345680000, 1000000000000000000000],
    "digits": [123456.789, 1234567890.12345, 4.35, 2.5e-5, 123456789.0e-15],
    "integer_keys": {"b": 1, "2": 2, "a": 3, "10": 4, "1": 5, "01": 6, "-1": 7, "1.5": 8},
    "largest_index": {"x": 0, "4294967295": 1, "4294967294": 2, "4294967296": 3, "0": 4},
    "odd_keys": {"": 1, "a b": 2, "é": 3, '"': 4, "\n": 5, "\ud800": 6},
    "other_keys": {True: 1, None: 2, 1.5: 3, 7: 4, 2.0: 5, NAN: 6},
    "same_key": {"a": 0, 1: "number", "1": "text"},
    "proto_key": {"__proto__": 1, "constructor": 2},
    "order": {"z": 1, "y": 2, "x": 3, "a": 4},
    "date": datetime(2024, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC),
    "date_whole": datetime(2024, 1, 2, tzinfo=UTC),
    "date_epoch": EPOCH,
    "date_early": datetime(1, 1, 1, tzinfo=UTC),
    "date_late": datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC),
    "date_offset": datetime(2024, 1, 2, 3, 4, 5, 678_000, tzinfo=KOLKATA),
    "date_inside": {"at": [EPOCH + timedelta(milliseconds=1700000000123)]},
    "to_json": Own({"own": True}),
    "to_json_inside": [Own("text"), {"a": Own(None)}],
    "deep": reduce(lambda inner, _: [inner], range(200), "bottom"),
    "deeper": reduce(lambda inner, _: [inner], range(3000), "bottom"),
    "bytes": {"data": b"\x00\xff"},
    "long": "x" * 2000,
    "tuple": (1, (2, 3)),
}


def handler(req, res):
    res.json(values[req.query["value"]])

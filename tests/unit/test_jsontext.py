"""JSON.stringify and JSON.parse. The expected answers are what Node 20 prints."""

import json
import sys
import tracemalloc
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum, IntEnum, StrEnum
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from nextwsgi.jsontext import MAX_DEPTH, parse_json, stringify


class Colour(StrEnum):
    RED = "red"


class Plain(Enum):
    ONE = ("one",)


class Level(IntEnum):
    HIGH = 3


class Pair(NamedTuple):
    a: int
    b: int


class Point:
    """An object with toJSON()."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def toJSON(self) -> Any:  # noqa: N802
        return self.value


def nested(levels: int, inner: Any = None) -> Any:
    """Return inner in as many lists."""
    for _ in range(levels):
        inner = [inner]
    return inner


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        ({"a": [1, "b", False, None]}, '{"a":[1,"b",false,null]}'),
        ((1, (2,)), "[1,[2]]"),
        ([], "[]"),
        ({}, "{}"),
        (OrderedDict(b=1, a=2), '{"b":1,"a":2}'),
        (Pair(1, 2), "[1,2]"),
        (Colour.RED, '"red"'),
        ({Colour.RED: Level.HIGH, Level.HIGH: Colour.RED}, '{"3":"red","red":3}'),
    ],
)
def test_values_are_written_without_spaces(value: Any, text: str) -> None:
    assert stringify(value) == text.encode()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (-1.0, "-1"),
        (0.0, "0"),
        (-0.0, "0"),
        (10.0, "10"),
        (0.1, "0.1"),
        (-2.5, "-2.5"),
        (1e15, "1000000000000000"),
        (1e16, "10000000000000000"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (-1.5e16, "-15000000000000000"),
        (123456789012345680000.0, "123456789012345680000"),
        (1.5e300, "1.5e+300"),
        (0.0001, "0.0001"),
        (0.00001, "0.00001"),
        (-1.25e-6, "-0.00000125"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (2.5e-9, "2.5e-9"),
        (1e-10, "1e-10"),
        (5e-324, "5e-324"),
        (float("nan"), "null"),
        (float("inf"), "null"),
        (float("-inf"), "null"),
        (2**53 + 1, "9007199254740993"),
        (10**30, "1" + "0" * 30),
    ],
)
def test_numbers_are_written_as_javascript_writes_doubles(value: float, text: str) -> None:
    assert stringify(value) == text.encode()
    assert stringify([value, {"a": value}]) == f'[{text},{{"a":{text}}}]'.encode()
    assert stringify({'a"b\\': [value, value]}) == rf'{{"a\"b\\":[{text},{text}]}}'.encode()


def test_an_int_too_long_to_print_is_refused() -> None:
    with pytest.raises(ValueError, match="digits"):
        stringify([10 ** (sys.get_int_max_str_digits() + 1)])


@pytest.mark.parametrize(
    "text", [".0,", "1.0]", ":1e-05,", '":1.0,', "NaN", "-Infinity", "10.0.0.1", '\\"1.0,\\', '"1":1.0}']
)
def test_text_that_looks_like_a_number_stays_as_it_is(text: str) -> None:
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert stringify([text, 1.0, 1e-7]) == f"[{quoted},1,1e-7]".encode()
    assert stringify([text]) == f"[{quoted}]".encode()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("é中😀", '"é中😀"'),
        ('\b\t\n\f\r"\\/', r'"\b\t\n\f\r\"\\/"'),
        ("\x00\x1f\x7f\u2028", '"\\u0000\\u001f\x7f\u2028"'),
        ("\ud83d\ude00", '"😀"'),
        ("\ud83d!\udfff", r'"\ud83d!\udfff"'),
        ({"\udead": 1.0}, r'{"\udead":1}'),
        ({"\ud83d\ude00": 1, "2": 3}, '{"2":3,"😀":1}'),
    ],
)
def test_strings_are_escaped_as_javascript_escapes_them(value: Any, text: str) -> None:
    assert stringify(value) == text.encode()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "10": 2, "9": 3, "a": 4}, '{"9":3,"10":2,"b":1,"a":4}'),
        ({"01": 1, "-1": 2, "1": 3}, '{"1":3,"01":1,"-1":2}'),
        ({"4294967295": 1, "4294967294": 2}, '{"4294967294":2,"4294967295":1}'),
        ({"12345678901": 1, "²": 2, "0": 3}, '{"0":3,"12345678901":1,"²":2}'),
        ({2: "a", 1.0: "b", 1.5: "c"}, '{"1":"b","2":"a","1.5":"c"}'),
        ({1e21: 1, 1e-7: 2, -0.5: 3}, '{"1e+21":1,"1e-7":2,"-0.5":3}'),
        ({float("nan"): 1, float("-inf"): 2}, '{"NaN":1,"-Infinity":2}'),
        ({False: 1, None: 2}, '{"false":1,"null":2}'),
        ({"1": "a", "x": 0, 1: "b"}, '{"1":"b","x":0}'),
        (
            [{"a": {"2": [{"d": 1, "3": 2.0}], "1": {}}}, {"c": []}],
            '[{"a":{"1":{},"2":[{"3":2,"d":1}]}},{"c":[]}]',
        ),
        (
            {"1": {"a": {"b": [[{"c": {"d": {"9": [1], "8": ()}}}]]}}},
            '{"1":{"a":{"b":[[{"c":{"d":{"8":[],"9":[1]}}}]]}}}',
        ),
        ({"1": Point({"5": 1, "4": 2})}, '{"1":{"4":2,"5":1}}'),
        ({"line1": 1, "0x1": 2, "line2": 1.5}, '{"line1":1,"0x1":2,"line2":1.5}'),
    ],
)
def test_keys_stand_in_the_order_of_javascript(value: Any, text: str) -> None:
    assert stringify(value) == text.encode()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2024, 1, 2, 3, 4, 5, 678901), "2024-01-02T03:04:05.678Z"),
        (datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC), "2024-01-02T03:04:05.000Z"),
        (datetime(2024, 1, 2, 3, tzinfo=timezone(timedelta(hours=5))), "2024-01-01T22:00:00.000Z"),
        (datetime(1, 1, 1), "0001-01-01T00:00:00.000Z"),
        (date(2024, 1, 2), "2024-01-02"),
    ],
)
def test_times_are_written_in_utc_with_milliseconds(value: Any, text: str) -> None:
    assert stringify({"at": value}) == f'{{"at":"{text}"}}'.encode()
    assert stringify(value) == f'"{text}"'.encode()


def test_a_time_outside_the_years_of_python_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the years"):
        stringify(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5))))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Point({"x": 1.0}), '{"x":1}'),
        (Point(None), "null"),
        ([Point("a"), Point(datetime(2024, 1, 2))], '["a","2024-01-02T00:00:00.000Z"]'),
    ],
)
def test_an_object_with_to_json_is_written_as_its_value(value: Any, text: str) -> None:
    assert stringify(value) == text.encode()


@pytest.mark.parametrize("value", [object(), {1, 2}, b"x", 1j, Point(object()), Point(Point(1)), print])
def test_what_json_cannot_hold_is_refused_by_name(value: Any) -> None:
    with pytest.raises(
        TypeError, match=rf"{type(getattr(value, 'value', value)).__name__} cannot be sent as JSON; use dict"
    ):
        stringify([value])


@pytest.mark.parametrize("value", [{(1, 2): 3}, [nested(2000), {(1, 2): 3}]])
def test_a_key_that_is_no_name_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="keys must be str, int, float, bool or None, not tuple"):
        stringify(value)


def test_a_value_that_contains_itself_is_refused() -> None:
    loop: list[Any] = [1]
    loop.append({"a": loop})
    long_loop: list[Any] = []
    long_loop.append(nested(2000, long_loop))
    for value in (loop, [float("nan"), loop], {"1": loop}, long_loop):
        with pytest.raises(ValueError, match="Circular reference"):
            stringify(value)


def test_a_value_that_contains_itself_is_found_soon() -> None:
    large: list[Any] = ["x" * 1000] * 100
    large.append({"self": large})
    tracemalloc.start()
    with pytest.raises(ValueError, match="Circular reference"):
        stringify(large)
    assert tracemalloc.get_traced_memory()[1] < 256 * 100_000  # orjson gives up after 254 levels
    tracemalloc.stop()


def test_two_threads_may_write_the_same_value() -> None:
    shared = [{"n": n, "tags": ["a"]} for n in range(300)]
    expected = stringify(shared)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(lambda _: stringify(shared), range(200))) == {expected}
    finally:
        sys.setswitchinterval(interval)


def test_a_value_may_stand_in_several_places() -> None:
    twice = {"1": [1.0]}
    assert stringify([twice, twice]) == b'[{"1":[1]},{"1":[1]}]'


@pytest.mark.parametrize("levels", [900, 1500, 4000, MAX_DEPTH])
def test_deep_values_are_written(levels: int) -> None:
    assert stringify(nested(levels)) == b"[" * levels + b"null" + b"]" * levels


def test_a_deep_value_after_a_nan_is_written() -> None:
    assert stringify([float("nan"), nested(2000)]).startswith(b"[null,[[[")


@pytest.mark.parametrize("levels", [MAX_DEPTH + 2, 50_000])
def test_too_deep_values_are_refused(levels: int) -> None:
    with pytest.raises(ValueError, match="10000 levels"):
        stringify(nested(levels))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        (" \t\r\n[1 , 2]\n", [1, 2]),
        ('{"a":1,"b":2,"a":3}', {"a": 3, "b": 2}),
        ('{"__proto__":{"x":1}}', {"__proto__": {"x": 1}}),
        ("1.5e3", 1500.0),
        ("1e400", float("inf")),
        ("9007199254740993", 9007199254740993),
        (r'"\ud83d\ude00\ud800"', "😀\ud800"),
        ('"\x7f\u2028"', "\x7f\u2028"),
    ],
)
def test_json_text_is_read(text: str, value: Any) -> None:
    assert parse_json(text) == value
    assert parse_json(text.encode(errors="surrogatepass")) == value


@pytest.mark.parametrize(
    "number",
    [2**63 - 1, 2**63, 2**64 - 1, 2**64, -(2**63), -(2**63) - 1, 10**30, -(10**18), 0.1234567890123456789],
)
def test_numbers_in_bytes_keep_every_digit(number: float) -> None:
    assert parse_json(f'{{"n":[{number}]}}'.encode()) == {"n": [number]}


def test_bytes_that_are_no_utf8_are_read_as_replacement_characters() -> None:
    assert parse_json(b'\xef\xbb\xbf["\xff"]') == ["\ufffd"]


def test_enums_and_uuids_are_written_as_their_values() -> None:
    identity = UUID(int=1)
    others: list[dict[Any, str]] = [{}, {1: "a key that only json writes"}]
    for extra in others:
        written = json.loads(stringify({"plain": Plain.ONE, "id": identity, "list": [Colour.RED], **extra}))
        assert written["plain"] == ["one"]
        assert written["id"] == "00000000-0000-0000-0000-000000000001"
        assert written["list"] == ["red"]


def test_minus_zero_is_written_as_zero() -> None:
    assert stringify(parse_json("[-0,-0.0]")) == b"[0,0]"


BAD = [
    *(
        "",
        " ",
        "NaN",
        "Infinity",
        "-Infinity",
        "[1,]",
        '{"a":1,}',
        "01",
        "1.",
        ".5",
        "+1",
        "-",
        "0x1",
        "1 2",
        "nul",
    ),
    *(
        '"\n"',
        '"\x00"',
        "'a'",
        '"a',
        "\xa01",
        "\ufeff1",
        "\x0b1",
        "{1:2}",
        '{"a"}',
        '{"a":}',
        "[",
        "]",
        "[1",
        r'"\x41"',
    ),
    *("undefined", "// 1", '{"a" 1}', "[1 2]", '"\\ud8"', "1_0", "\uff11", '{"a":1 "b":2}'),
]


@pytest.mark.parametrize("text", BAD)
def test_what_json_parse_refuses_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse_json(text)


@pytest.mark.parametrize(
    "text", [*BAD, '{"a":[[]],1:2}', '{"a":[[]] "b":1}', '{"a":[[]],"b"}', "[[[]]", '[[[]],"a']
)
def test_what_json_parse_refuses_is_refused_in_deep_text_too(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse_json(f"{'[' * 2000}{text},1{']' * 2000}")


def test_integers_too_long_for_python_become_infinities() -> None:
    digits = "1" * (sys.get_int_max_str_digits() + 1)
    assert parse_json(f'[{digits}, -{digits}, {{"a": 12}}]') == [float("inf"), float("-inf"), {"a": 12}]
    assert parse_json(digits) == float("inf")
    with pytest.raises(ValueError, match="Extra data"):
        parse_json(f"{digits} 1")


@pytest.mark.parametrize(
    "text",
    [
        '{"a":[1 , 2,{}, [ ] ],"b":' * 3000 + "null" + " } " * 3000,
        "[" * 5000 + '"]",[[1.5]],{"a":{"b":"c"}}' + " ]" * 5000,
        "[" * MAX_DEPTH + "]" * MAX_DEPTH,
    ],
)
def test_deep_text_is_read(text: str) -> None:
    assert stringify(parse_json(text)) == text.replace(" ", "").encode()


@pytest.mark.parametrize("text", ["[" * 50_000 + "]" * 50_000, "[" * 1_000_000, '{"a":' * 20_000])
def test_too_deep_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="10000 levels"):
        parse_json(text)

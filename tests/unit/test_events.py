"""Server-sent events are written so that the HTML standard's parser reads what was meant."""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextwsgi.events import _socket, _utf8, format_event


@dataclass
class Reader:
    """What the standard's parser makes of a stream: (type, data, id) of each event, and the retry time."""

    events: list[tuple[str, str, str]] = field(default_factory=list)
    retry: int | None = None

    def read(self, stream: str) -> "Reader":
        kind, data, last_id = "", "", ""
        for line in re.split("\r\n|\n|\r", stream)[:-1]:
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if not line:
                if data:
                    self.events.append((kind or "message", data.removesuffix("\n"), last_id))
                kind = data = ""
            elif name == "event":
                kind = value
            elif name == "data":
                data += value + "\n"
            elif name == "id" and "\0" not in value:
                last_id = value
            elif name == "retry" and re.fullmatch("[0-9]+", value):
                self.retry = int(value)
        return self


@pytest.mark.parametrize(
    ("data", "fields", "written"),
    [
        ("hello", {}, "data: hello\n\n"),
        ("", {}, "data: \n\n"),
        (" two spaces", {}, "data:  two spaces\n\n"),
        ("a\nb\r\nc\rd", {}, "data: a\ndata: b\ndata: c\ndata: d\n\n"),
        ("end\n", {}, "data: end\ndata: \n\n"),
        ("a\u2028b\u2029c\x0bd\x85e\0f", {}, "data: a\u2028b\u2029c\x0bd\x85e\0f\n\n"),
        ({"a": "x\ny", "n": 1.0}, {}, 'data: {"a":"x\\ny","n":1}\n\n'),
        (None, {}, "data: null\n\n"),
        ([1, True], {}, "data: [1,true]\n\n"),
        ("x", {"event": "add", "id": "7", "retry": 500}, "event: add\nid: 7\nretry: 500\ndata: x\n\n"),
        ("x", {"id": 7}, "id: 7\ndata: x\n\n"),
        ("x", {"id": ""}, "id: \ndata: x\n\n"),
        ("x", {"retry": 0}, "retry: 0\ndata: x\n\n"),
    ],
)
def test_an_event_is_written_as_the_standard_has_it(data: Any, fields: dict[str, Any], written: str) -> None:
    assert format_event(data, **fields) == written


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("name", ["event", "id"])
def test_a_line_end_adds_no_fields(name: str, end: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be one line"):
        format_event("x", **{name: f"a{end}data: injected"})  # type: ignore[arg-type]


def test_an_id_that_readers_would_ignore_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        format_event("x", id="a\0b")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"event": 7}, TypeError),
        ({"id": True}, TypeError),
        ({"id": 1.5}, TypeError),
        ({"retry": "500"}, TypeError),
        ({"retry": True}, TypeError),
        ({"retry": 0.5}, TypeError),
        ({"retry": -1}, ValueError),
    ],
)
def test_fields_of_another_kind_are_refused(fields: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        format_event("x", **fields)


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(TypeError):
        format_event(b"bytes")


_LINE = st.text().filter(lambda text: not re.search("[\r\n\0]", text))


@given(st.lists(st.tuples(_LINE, st.text(min_size=1), _LINE)))
def test_a_reader_gets_what_was_sent(sent: list[tuple[str, str, str]]) -> None:
    stream = "".join(format_event(data, event=event, id=key) for event, data, key in sent)
    expected = [(event or "message", re.sub("\r\n|\r", "\n", data), key) for event, data, key in sent]
    assert Reader().read(stream).events == expected


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_takes_one_line(value: object) -> None:
    if not isinstance(value, str):
        assert format_event(value).count("\n") == 2


def test_an_id_of_any_letters_comes_back() -> None:
    assert _utf8("ж☃".encode().decode("latin-1")) == "ж☃"
    assert _utf8("\xff") == "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("found", [None, "no socket"])
def test_a_server_need_not_tell_the_connection(found: object) -> None:
    assert _socket({"gunicorn.socket": found}) is None

"""Bodies of requests and responses: read once, in def and in async def; bytes, files, streams."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

from nextwsgi.errors import ApiError
from nextwsgi.server import (
    Blob,
    File,
    FormData,
    NextRequest,
    NextResponse,
    Request,
    Response,
    URLSearchParams,
)
from nextwsgi.web import body
from nextwsgi.web.body import async_pieces, pieces


def numbers(*, fails: bool = False) -> Iterator[str | bytes]:
    yield "a"
    yield b"b"
    if fails:
        raise OSError("broken")


async def numbers_later(*, fails: bool = False) -> AsyncIterator[str | bytes]:
    for each in numbers(fails=fails):
        await asyncio.sleep(0)
        yield each


def later(work: Callable[[], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        return await work()

    return asyncio.run(run())


READERS = {
    "text": "[1]",
    "json": [1],
    "bytes": b"[1]",
    "arrayBuffer": b"[1]",
}


@pytest.mark.parametrize("name", READERS)
def test_a_reader_is_called_in_def_and_awaited_in_async_def(name: str) -> None:
    assert getattr(Response("[1]"), name)() == READERS[name]
    assert later(lambda: getattr(Response("[1]"), name)()) == READERS[name]


def test_a_blob_and_a_form_are_read_in_both() -> None:
    form = FormData()
    form.append("f", File(["x"], "n.txt", type="text/plain"))

    async def read() -> tuple[str, str, bytes, bytes]:
        blob = await Response("ab").blob()
        file = (await Response(form).formData()).get("f")
        return await blob.text(), await file.text(), await file.arrayBuffer(), await file.bytes()

    assert asyncio.run(read()) == ("ab", "x", b"x", b"x")
    assert Response("ab").blob().text() == "ab"
    assert Response(form).formData().get("f").bytes() == b"x"


@pytest.mark.parametrize(
    "make", [lambda: Response("a"), lambda: Request("http://x", method="POST", body="a")]
)
def test_a_body_is_read_once(make: Callable[[], Response | Request]) -> None:
    made = make()
    assert not made.bodyUsed
    made.text()
    assert made.bodyUsed
    with pytest.raises(TypeError, match="already been read"):
        made.json()
    with pytest.raises(TypeError, match="already been consumed"):
        made.clone()
    with pytest.raises(TypeError, match="already been read"):
        later(lambda: made.text())


def test_no_body_is_empty_as_often_as_it_is_read() -> None:
    none = Response(None)
    assert (none.body, none.text(), none.text(), none.bodyUsed) == (None, "", "", False)
    with pytest.raises(ValueError, match=r"."):
        none.json()


def test_broken_json_is_a_value_error_and_uses_the_body_up() -> None:
    broken = Response("{")
    with pytest.raises(ValueError, match=r"."):
        broken.json()
    assert broken.bodyUsed


def test_a_body_streams_from_generators() -> None:
    assert Response(numbers()).text() == "ab"
    assert later(lambda: Response(numbers()).text()) == "ab"
    assert later(lambda: Response(numbers_later()).text()) == "ab"


def test_a_stream_is_read_piece_by_piece() -> None:
    stream = Response(numbers()).body
    assert stream is not None
    assert [*stream] == [b"a", b"b"]

    async def read() -> list[bytes]:
        stream = Response(numbers_later()).body
        assert stream is not None
        return [piece async for piece in stream]

    assert asyncio.run(read()) == [b"a", b"b"]


def test_a_stream_of_one_goes_into_another() -> None:
    first = Response(numbers())
    assert Response(first.body).text() == "ab"
    assert first.bodyUsed


def test_an_asynchronous_body_cannot_be_read_in_def() -> None:
    with pytest.raises(TypeError, match="async def"):
        Response(numbers_later()).text()
    with pytest.raises(TypeError, match="async def"):
        Response(numbers_later()).clone().text()


def test_a_file_is_a_body_and_is_closed() -> None:
    file = io.BytesIO(b"x" * 200_000)
    assert Response(file).text() == "x" * 200_000
    assert file.closed
    assert Response(io.StringIO("text")).text() == "text"


def test_a_generator_that_is_left_is_closed() -> None:
    ended = []

    def endless() -> Iterator[bytes]:
        try:
            while True:
                yield b"x"
        finally:
            ended.append(1)

    held = endless()
    read = pieces(held)
    next(read)
    read.close()  # type: ignore[attr-defined]
    assert ended == [1]


def test_an_asynchronous_generator_that_is_left_is_closed() -> None:
    ended = []

    async def endless() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"x"
        finally:
            ended.append(1)

    async def leave() -> None:
        held = endless()
        read = async_pieces(held)
        await anext(read)
        await read.aclose()  # type: ignore[attr-defined]
        assert ended == [1]

    asyncio.run(leave())


@pytest.mark.parametrize("wrong", [{"a": 1}, [b"a"], ("a",), {1}])
def test_what_is_json_is_refused_as_a_body(wrong: object) -> None:
    with pytest.raises(TypeError, match=r"Response\.json"):
        Response(wrong)


def test_a_piece_is_text_or_bytes() -> None:
    assert Response(iter(["a\ud800", bytearray(b"b"), memoryview(b"c")])).bytes() == "a\ufffdbc".encode()
    with pytest.raises(TypeError, match="not int"):
        Response(iter([5])).text()


def test_what_is_read_whole_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "LIMIT", 3)
    assert Response(iter([b"ab", b"c"])).text() == "abc"
    with pytest.raises(ApiError) as caught:
        Response(iter([b"ab", b"cd"])).text()
    assert (caught.value.status, caught.value.message) == (413, "Body exceeded 100mb limit")
    assert len([*(Response(iter([b"ab", b"cd"])).body or [])]) == 2


def test_content_types_of_bodies() -> None:
    kinds = {
        "text/plain;charset=UTF-8": "x",
        "application/x-www-form-urlencoded;charset=UTF-8": URLSearchParams("a=1"),
        "text/x": Blob(["x"], type="text/x"),
    }
    for kind, given in kinds.items():
        assert Response(given).headers.get("content-type") == kind
        assert Response(given, headers={"Content-Type": "a/b"}).headers.get("content-type") == "a/b"
    assert Response(b"x").headers.get("content-type") is None
    assert Response(bytearray(b"x")).bytes() == Response(memoryview(b"x")).bytes() == b"x"


# --- clones -----------------------------------------------------------------------------------------------


def test_a_clone_has_the_same_body_and_headers_of_its_own() -> None:
    one = Response("x", status=201, headers={"a": "1"})
    two = one.clone()
    two.headers.set("a", "2")
    assert (one.text(), two.text(), two.status) == ("x", "x", 201)
    assert one.headers.get("a") == "1"


@pytest.mark.parametrize("first", [0, 1])
def test_both_of_a_cloned_stream_can_be_read_in_any_order(first: int) -> None:
    one = Response(numbers())
    both = [one, one.clone()]
    assert both[first].text() == both[1 - first].text() == "ab"


@pytest.mark.parametrize("make", [numbers, numbers_later])
def test_both_of_a_cloned_stream_can_be_read_at_once(make: Callable[[], Any]) -> None:
    async def read() -> tuple[str, str]:
        one = Response(make())
        two = one.clone()
        first, second = await asyncio.gather(one.text(), two.text())
        return first, second

    assert list(asyncio.run(read())) == ["ab", "ab"]


def test_a_clone_of_a_clone_is_whole() -> None:
    one = Response(numbers())
    two = one.clone()
    three = two.clone()
    assert [each.text() for each in (three, one, two)] == ["ab"] * 3


def test_a_stream_that_fails_fails_for_both() -> None:
    one = Response(numbers(fails=True))
    two = one.clone()
    for each in (one, two):
        with pytest.raises(OSError, match="broken"):
            each.text()


def test_an_asynchronous_stream_that_fails_fails_for_both() -> None:
    async def read() -> None:
        one = Response(numbers_later(fails=True))
        two = one.clone()
        for each in (one, two):
            with pytest.raises(OSError, match="broken"):
                await each.text()

    asyncio.run(read())


def test_requests_and_answers_of_next_js_clone_what_is_theirs() -> None:
    request = NextRequest("http://x/a?b=1", method="POST", headers={"cookie": "a=1"}, body="x")
    other = request.clone()
    other.nextUrl.pathname = "/c"
    other.cookies.set("a", "2")
    assert (request.url, request.cookies.get("a").value) == ("http://x/a?b=1", "1")  # type: ignore[union-attr]
    assert (other.nextUrl.href, other.headers.get("cookie"), other.text()) == ("http://x/c?b=1", "a=2", "x")
    assert other.url == "http://x/a?b=1"  # as in Next.js
    response = NextResponse("x")
    copy = response.clone()
    copy.cookies.set("a", "1")
    assert (response.headers.getSetCookie(), copy.headers.getSetCookie()) == ([], ["a=1; Path=/"])


def test_a_request_made_of_another_takes_its_body_over() -> None:
    first = Request("http://x", method="POST", headers={"a": "1"}, body="x")
    second = Request(first)
    assert (second.method, second.headers.get("a"), second.text()) == ("POST", "1", "x")
    assert first.bodyUsed


def test_a_urlencoded_form_has_1000_fields_at_most() -> None:
    def read(count: int) -> Any:
        body = "&".join(f"a{number}=1" for number in range(count))
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return Request("http://x/", method="POST", body=body, headers=headers).formData()

    assert len([*read(1000)]) == 1000
    with pytest.raises(TypeError, match="more than 1000 fields"):
        read(1001)

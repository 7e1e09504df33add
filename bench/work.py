"""The work every peer does: each request, and the answer it must get."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

from bench.data import USERS, dumps


class Work(NamedTuple):
    """One request and its answer. An ``answer`` of None is not compared, only its status."""

    name: str
    target: str
    answer: bytes | None
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200

    @property
    def method(self) -> str:
        """POST with a body, else GET."""
        return "POST" if self.body else "GET"


# 1 kB as a client would send it.
ORDER = dumps(
    {
        "customer": {"id": 7, "name": "Zoë Brown", "address": {"street": "Main Road 12", "city": "Leeds"}},
        "lines": [
            {"sku": f"A-{number:04}", "count": number, "price": number + 0.5, "gift": number % 2 == 0}
            for number in range(1, 15)
        ],
        "note": "Leave it at the back door, please." * 4,
    }
).encode()
FORM = {"name": "Zoë Brown", "city": "Leeds", "street": "Main Road 12", "message": "a & b = c, so be it"}
JSON_BODY = (("Content-Type", "application/json"),)
FORM_BODY = (("Content-Type", "application/x-www-form-urlencoded"),)
COOKIES = (("Cookie", "theme=dark; _ga=GA1.1.1234567890.1700000000; session=s%3Aabc123; lang=en"),)


def _json(value: object) -> bytes:
    return dumps(value).encode()


STATIC = Work("static", "/api/hello", _json({"message": "Hello"}))
DYNAMIC = Work("dynamic", "/api/users/42", _json({"id": "42", "name": "User 42"}))
QUERY = Work("query", "/api/find/42?x=1", _json({"id": "42", "x": "1"}))
ECHO = Work("echo 1 kB", "/api/echo", ORDER, ORDER, JSON_BODY)
FORM_POST = Work("form", "/api/form", _json(FORM), urlencode(FORM).encode(), FORM_BODY)
COOKIE = Work("cookie", "/api/session", _json({"session": "s:abc123"}), headers=COOKIES)
LARGE = Work("large 100 kB", "/api/large", _json(USERS))
MISSING = Work("404", "/api/nothing/here", None, status=404)
# As in the other works, but in a coroutine; the second waits 10 ms.
READY = Work("async ready", "/api/ready", STATIC.answer)
WAIT = Work("async 10 ms", "/api/wait", STATIC.answer)

JSON_WORKS = [STATIC, DYNAMIC, QUERY, ECHO, FORM_POST, COOKIE, LARGE]
WORKS = [*JSON_WORKS, MISSING]


def difference(work: Work, status: int, content_type: str | None, body: bytes) -> str | None:
    """Say how an answer differs from the one wanted; None where it does not."""
    if status != work.status:
        return f"{work.name}: status {status}, not {work.status}: {body[:200]!r}"
    if work.answer is None:
        return None
    if (content_type or "").partition(";")[0] != "application/json":
        return f"{work.name}: content type {content_type}"
    return None if body == work.answer else f"{work.name}: {body[:200]!r} instead of {work.answer[:200]!r}"

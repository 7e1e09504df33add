"""``res.headersSent``, ``res.writableEnded`` and ``res.finished``."""

from collections.abc import Callable

import pytest

from tests.contract.client import Req, Res, Serve


@pytest.mark.parametrize(
    ("act", "flags"),
    [
        (lambda res: None, [False, False, False]),
        (lambda res: res.status(201).setHeader("X-A", "1"), [False, False, False]),
        (lambda res: res.send(iter(["x"])), [False, False, False]),
        (lambda res: res.writeHead(200), [True, False, False]),
        (lambda res: res.flushHeaders(), [True, False, False]),
        (lambda res: res.write("x"), [True, False, False]),
        (lambda res: res.end(), [True, True, True]),
        (lambda res: res.json({}), [True, True, True]),
        (lambda res: res.send("x"), [True, True, True]),
        (lambda res: res.redirect("/x"), [True, True, True]),
    ],
)
def test_flags_tell_how_far_the_answer_is(
    serve: Serve, act: Callable[[Res], object], flags: list[bool]
) -> None:
    seen: list[bool] = []

    def handler(req: Req, res: Res) -> None:
        act(res)
        seen.extend([res.headersSent, res.writableEnded, res.finished])
        res.end()

    serve(handler)()
    assert seen == flags

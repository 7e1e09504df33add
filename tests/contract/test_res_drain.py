"""``await res.drain()``, and what ``res.write`` says in ``async def``."""

import asyncio
import threading

import pytest

from nextwsgi.errors import ClientDisconnected
from tests.contract.client import Req, Res, Serve

KIB = b"x" * 1024


def test_write_says_false_when_64_kib_are_waiting(serve: Serve) -> None:
    said: list[bool] = []
    taken = threading.Event()

    async def handler(req: Req, res: Res) -> None:
        assert res._errands is not None
        res._errands.post(taken.wait)  # a client that takes nothing yet
        for _ in range(65):
            said.append(res.write(KIB))
        taken.set()
        await res.drain()
        said.append(res.write(KIB))

    assert len(serve(handler)().body) == 66 * 1024
    assert said == [True] * 63 + [False] * 2 + [True]


def test_drain_waits_until_the_client_has_it_all(serve: Serve) -> None:
    async def handler(req: Req, res: Res) -> None:
        for _ in range(10):
            res.write(KIB)
        await res.drain()
        assert len(client.answer.body) == 10 * 1024
        assert res._wire is not None
        assert res._wire.waiting == 0

    client = serve(handler)
    assert client().status == 200


def test_drain_with_nothing_written_returns(serve: Serve) -> None:
    async def handler(req: Req, res: Res) -> None:
        await res.drain()
        res.end("x")

    assert serve(handler)().body == b"x"


def test_drain_in_a_loop_of_its_own_returns_at_once(serve: Serve) -> None:
    def handler(req: Req, res: Res) -> None:
        res.write("x")
        asyncio.run(res.drain())

    assert serve(handler)().body == b"x"


def test_other_handlers_go_on_while_one_client_is_slow(serve: Serve) -> None:
    taken = threading.Event()

    async def handler(req: Req, res: Res) -> None:
        if req.query:
            assert res._errands is not None
            res._errands.post(taken.wait)
            res.write("slow")
            await res.drain()
        else:
            res.write("quick")

    client = serve(handler)
    slow = threading.Thread(target=lambda: client("/api/x?slow=1"))
    slow.start()
    assert client.exchange().body == b"quick"
    assert slow.is_alive()
    taken.set()
    slow.join()


def test_a_client_that_leaves_cancels_the_handler_at_its_drain(serve: Serve) -> None:
    ends: list[str] = []

    async def handler(req: Req, res: Res) -> None:
        try:
            while True:
                res.write("piece")
                await res.drain()
        except asyncio.CancelledError:
            ends.append("cancelled")
            raise
        finally:
            with pytest.raises(ClientDisconnected):
                await res.drain()
            await asyncio.sleep(0)
            ends.append("cleaned up")

    answer = serve(handler).exchange(taken=3)
    assert answer.body == b"piece" * 3
    assert isinstance(answer.failure, BrokenPipeError)
    assert ends == ["cancelled", "cleaned up"]

"""A server that is told to stop while it answers everything that takes long."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable

from tests.contract.serving import Server
from tests.contract.sockets import ASKING, CLOSE, PATIENCE, TEXT, frame
from tests.programme.checking import Cut, read_answer
from tests.programme.row import Progress, Result, Row
from tests.programme.site import served

BOUNDARY = b"--x\r\nContent-Disposition: form-data; name=file; filename=a\r\nContent-Type: text/plain\r\n\r\n"
UPLOAD = BOUNDARY + b"a" * 1000 + b"\r\n--x--\r\n"

WHOLE = "a whole answer"
CUT = "a cut answer"


class Asker:
    """Makes requests that are under way when the server is told to stop, and says what becomes of them."""

    def __init__(self, port: int, grace: float) -> None:
        self._port = port
        self._grace = grace

    async def answer(self, path: str) -> str:
        """Ask for one answer: whole, cut, or the status of a whole one that is not 200."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(f"GET /api/{path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        return await _end(reader, writer)

    async def upload(self, seconds: float) -> str:
        """Send a file in ten pieces, in so many seconds."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        head = f"POST /api/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(UPLOAD)}\r\n"
        writer.write(head.encode() + b"Content-Type: multipart/form-data; boundary=x\r\n\r\n")
        size = len(UPLOAD) // 9
        for start in range(0, len(UPLOAD), size):
            writer.write(UPLOAD[start : start + size])
            await asyncio.sleep(seconds / 10)
            if reader.at_eof():
                break
        return await _end(reader, writer)

    async def conversation(self) -> str:
        """Talk over a WebSocket to its end, and give the code that it is closed with."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        lines = "".join(f"{name}: {value}\r\n" for name, value in ASKING.items())
        writer.write(f"GET /api/socket HTTP/1.1\r\n{lines}\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        writer.write(frame(TEXT, b"hello"))
        assert await reader.readexactly(7) == bytes([128 | TEXT, 5]) + b"hello"
        opcode, size = await reader.readexactly(2)
        payload = await reader.readexactly(size)
        writer.close()
        return f"{opcode & 15 == CLOSE and int.from_bytes(payload[:2])}"

    async def silence(self) -> str:
        """Connect and say nothing, as browsers do that expect to ask something soon."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        return await _end(reader, writer)


async def _end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    try:
        answer = await read_answer(reader)
        return WHOLE if answer.status == 200 else str(answer.status)
    except Cut:
        return CUT
    finally:
        writer.close()


def stop(progress: Progress, grace: float = 25) -> Result:
    """Tell a loaded server to stop, and see what becomes of everything."""
    short, long = 0.6 * grace, 2 * grace
    with served("--graceful-timeout", str(int(grace))) as (server, folder):
        ask = Asker(server.port, grace)
        asked: dict[str, tuple[Awaitable[str], str]] = {
            "def": (ask.answer(f"slow?id=1&seconds={short}"), WHOLE),
            "async def": (ask.answer(f"async-slow?id=1&seconds={short}"), WHOLE),
            "pieces": (ask.answer(f"long-stream?pieces={int(short * 10)}"), WHOLE),
            "upload": (ask.upload(short), WHOLE),
            "after": (ask.answer(f"after?id=1&seconds={short}"), WHOLE),
            "events": (ask.answer("events"), WHOLE),
            "async events": (ask.answer("async-events"), WHOLE),
            "WebSocket": (ask.conversation(), "1001"),
            "silence": (ask.silence(), CUT),
            "def, too long": (ask.answer(f"slow?id=1&seconds={long}"), CUT),
            "async def, too long": (ask.answer(f"async-slow?id=1&seconds={long}"), "500"),
            "pieces, too long": (ask.answer(f"long-stream?pieces={int(long * 10)}"), CUT),
            "upload, too long": (ask.upload(long), CUT),
        }
        seconds, became = asyncio.run(_stopped(server, asked, 0.28 * grace))
        left = [each.stat().st_size for each in (folder / "stored").iterdir()]
        wrong = {name: end for name, end in became.items() if end != asked[name][1]}
        assert not wrong, wrong
        assert (folder / "after-1").exists()
        assert left == [1000], left
    progress(len(asked), len(asked))
    return Result(f"{len(asked)} kinds; gunicorn ended in {seconds:.1f} s", met=seconds < grace + 3)


async def _stopped(
    server: Server, asked: dict[str, tuple[Awaitable[str], str]], before: float
) -> tuple[float, dict[str, str]]:
    """Have all asked, tell the server to stop, and give how long that took and what became of them."""
    await asyncio.to_thread(server.ask, "echo?id=1")
    tasks = {name: asyncio.ensure_future(job) for name, (job, _) in asked.items()}
    await asyncio.sleep(before)
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    ended = asyncio.create_task(_ended(server))
    became = await asyncio.gather(*tasks.values(), return_exceptions=True)
    return await ended - began, dict(zip(tasks, map(str, became), strict=True))


async def _ended(server: Server) -> float:
    """Wait until a server has ended, and give when, on the monotonic clock."""
    await asyncio.to_thread(server.process.wait, 3 * PATIENCE)
    return time.monotonic()


ROWS = [
    Row(
        "stop",
        "a server that stops finishes what it answers, or ends it visibly",
        "all of 13 kinds of answers, within graceful_timeout",
        stop,
    ),
]

"""Memory is bounded whatever clients send, and temporary files go."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from json import loads
from pathlib import Path

from tests.contract.serving import Server
from tests.programme.row import Progress, Result, Row
from tests.programme.served import served
from tests.programme.strict import Connection

KIB, MIB = 1024, 1024 * 1024
LIMIT = MIB  # of the body parser, as it comes

FILES = {
    "pages/api/file.py": """
from pathlib import Path
from nextwsgi.formidable import formidable
config = {"api": {"bodyParser": False}}

def handler(req, res):
    fields, files = formidable(uploadDir="./uploads", maxFileSize=10**9).parse(req)
    [file] = files["file"]
    Path(file.filepath).unlink()
    res.json(file.size)
""",
    "pages/api/refused-file.py": """
from nextwsgi.formidable import formidable
config = {"api": {"bodyParser": False}}

def handler(req, res):
    formidable(uploadDir="./uploads", maxFileSize=2**20).parse(req)
    res.json("it fits")
""",
    "pages/api/parsed.py": """
def handler(req, res):
    res.json("it fits")
""",
    "pages/api/streamed.py": """
config = {"api": {"bodyParser": False}}

def handler(req, res):
    res.json(sum(map(len, req)))
""",
}
# What each answers to a body that is over every limit.
EXPECTED = {"file": 200, "refused-file": 413, "parsed": 413, "streamed": 200}


def bound(count: int) -> int:
    """Give the most bytes that ``count`` uploads at once may cost."""
    return count * (LIMIT + MIB) + 8 * MIB


def measure(count: int, size: int, say: Callable[[str], None] = lambda _: None) -> dict[str, int]:
    """Send ``count`` bodies of ``size`` bytes at once to each route; what each cost, in bytes."""
    costs = {}
    with served("gunicorn gthread", FILES) as server:
        worker = _worker(server)
        for route in EXPECTED:
            for way in ("length", "chunked"):
                say(f"{route}, by {way}")
                _upload(server.port, route, 2 * MIB, way)  # what the first one imports is not a body
                before = _reset(worker)
                with ThreadPoolExecutor(count) as pool:
                    jobs = [pool.submit(_upload, server.port, route, size, way) for _ in range(count)]
                    for job in jobs:
                        job.result()
                costs[f"{route}, {way}"] = _memory(worker, "VmHWM") - before
                left = list((server.log.parent / "uploads").glob("*"))
                assert not left, f"{route}, {way}: {len(left)} temporary files are left: {left[:3]}"
        assert _worker(server) == worker, f"the worker was replaced: {server.log.read_text()[-2000:]}"
    return costs


def _upload(port: int, route: str, size: int, way: str) -> None:
    """Send a body as a client that reads nothing before it has sent all."""
    disposition = b'Content-Disposition: form-data; name="file"; filename="a"'
    start = b"--xx\r\n%b\r\nContent-Type: a/b\r\n\r\n" % disposition
    end = b"\r\n--xx--\r\n"
    whole = len(start) + size + len(end)
    framing = f"Content-Length: {whole}" if way == "length" else "Transfer-Encoding: chunked"
    kind = "multipart/form-data; boundary=xx"
    lines = [f"POST /api/{route} HTTP/1.1", "Host: localhost", f"Content-Type: {kind}", framing]
    connection = Connection(port)

    def send(piece: bytes) -> None:
        connection.send(b"%x\r\n%b\r\n" % (len(piece), piece) if way == "chunked" else piece)

    try:
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.send("\r\n".join([*lines, "Connection: close", "", ""]).encode())
            send(start)
            piece = b"\r\n--x-" * 10_923
            for at in range(0, size, 64 * KIB):
                send(piece[: min(64 * KIB, size - at)])
            send(end)
            connection.send(b"0\r\n\r\n" if way == "chunked" else b"")
        answer = connection.answer("POST")
    finally:
        connection.close()
    assert answer.status == EXPECTED[route], (route, way, answer)
    if answer.status == 200:
        assert loads(answer.body) == (size if route == "file" else whole), (route, way, answer)


def _worker(server: Server) -> int:
    """Give the process of gunicorn's one worker."""
    pid = server.process.pid
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def _reset(pid: int) -> int:
    """Forget the highest memory of a process, and give what it has now, in bytes."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return _memory(pid, "VmRSS")


def _memory(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * KIB for line in lines if line.startswith(name))


COUNT, SIZE = 64, 64 * MIB


def run(progress: Progress) -> Result:
    """Send 64 bodies of 64 MiB at once in each way."""
    done = iter(range(100))
    costs = measure(COUNT, SIZE, lambda note: progress(next(done), 2 * len(EXPECTED), note))
    worst, most = max(costs.values()), bound(COUNT)
    text = ", ".join(f"{name} {cost / MIB:.0f}" for name, cost in costs.items())
    return Result(f"at most {worst / MIB:.0f} of {most / MIB:.0f} MiB ({text})", worst <= most)


ROWS = [
    Row("memory", "memory is bounded", "64 uploads of 64 MiB: under 64 x (limit + 1 MiB) + 8 MiB", run),
]

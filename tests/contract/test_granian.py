"""granian as ``nextwsgi start`` runs it: how it starts and stops, and what slow clients cost it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.contract.serving import (
    PATIENCE,
    ROOT,
    Server,
    everything,
    granian,
    request,
    started,
    until,
    write,
)

ROUTES = {
    "pid": """
import os

print("imported by", os.getpid(), flush=True)

def handler(req, res):
    res.json(os.getpid())
""",
    "waits": """
import asyncio

async def handler(req, res):
    print("waiting", flush=True)
    try:
        await asyncio.sleep(60)
    finally:
        print("cleaned up", flush=True)
""",
    "leaves": """
import asyncio
from pages.api.waits import handler as wait

tasks = set()

async def handler(req, res):
    tasks.add(asyncio.create_task(wait(req, res)))
    res.json("left")
""",
    "naps": """
import time

def handler(req, res):
    time.sleep(0.5)
    res.json("slept")
""",
    "large": """
def handler(req, res):
    res.send("x" * 5_000_000)
""",
    "upload": """
config = {"api": {"bodyParser": False}}

def handler(req, res):
    res.json(sum(len(piece) for piece in req))
""",
    "download": """
config = {"api": {"responseLimit": False}}

def handler(req, res):
    res.send(bytes(65536) for _ in range(int(req.query["pieces"])))
""",
}
HELLO = "def handler(req, res):\n    res.json('hello')\n"
MIB = 1 << 20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run granian for tests that leave it running."""
    root = tmp_path_factory.mktemp("granian")
    write(root, ROUTES)
    with granian(root, "--http1-header-read-timeout", "1500") as running:
        yield running


def body(answer: bytes) -> str:
    return answer.rpartition(b"\r\n\r\n")[2].decode()


# --- stopping ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_running_answers_are_finished_before_it_ends(tmp_path: Path, number: int, loop: str) -> None:
    go = tmp_path / "go"
    with granian(tmp_path, "--loop", loop) as server, server.connection() as client:
        client.sendall(request(f"pieces?go={go}"))
        until(client, b"one ")
        server.process.send_signal(number)
        server.logged("Shutting down")
        go.touch()
        assert b"two" in everything(client)
        assert server.process.wait(PATIENCE) == 0


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_async_handlers_are_cancelled_before_the_worker_is_killed(tmp_path: Path, loop: str) -> None:
    write(tmp_path, ROUTES)
    with granian(tmp_path, "--loop", loop, "--workers-kill-timeout", "2") as server:
        with server.connection() as client:
            client.sendall(request("waits"))
            server.logged("waiting")
            server.process.send_signal(signal.SIGTERM)
            everything(client)
        server.process.wait(PATIENCE)
        assert "cleaned up" in (log := server.log.read_text())
        assert "Killing" not in log


def test_what_a_handler_left_behind_is_cancelled_when_the_worker_ends(tmp_path: Path) -> None:
    write(tmp_path, ROUTES)
    with granian(tmp_path) as server:
        assert server.ask("leaves").endswith(b'"left"')
        server.logged("waiting")
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(PATIENCE) == 0
        server.logged("cleaned up")


def test_ctrl_c_cancels_them_at_once(tmp_path: Path) -> None:
    write(tmp_path, ROUTES)
    with granian(tmp_path, "--workers-kill-timeout", "600") as server, server.connection() as client:
        worker = int(body(server.ask("pid")))
        client.sendall(request("waits"))
        server.logged("waiting")
        for process in (server.process.pid, worker):  # as a terminal does
            os.kill(process, signal.SIGINT)
        assert server.process.wait(PATIENCE) == 0
        server.logged("cleaned up")


def test_a_worker_that_is_killed_is_replaced(tmp_path: Path) -> None:
    write(tmp_path, ROUTES)
    with granian(tmp_path) as server:
        worker = body(server.ask("pid"))
        os.kill(int(worker), signal.SIGKILL)
        while server.log.read_text().count("Started worker-1") < 2:
            time.sleep(0.01)
        assert body(server.ask("pid")) not in (worker, "")


def test_a_worker_that_dies_again_at_once_ends_it(tmp_path: Path) -> None:
    write(tmp_path, ROUTES)
    with granian(tmp_path) as server:
        for count in (1, 2):
            while server.log.read_text().count("Started worker-1") < count:
                time.sleep(0.01)
            os.kill(int(body(server.ask("pid"))), signal.SIGKILL)
        assert server.process.wait(PATIENCE) == 1


def test_hup_takes_up_routes_as_they_are_then(tmp_path: Path) -> None:
    with granian(tmp_path, "--respawn-interval", "0.1") as server:
        write(tmp_path, ROUTES)
        server.process.send_signal(signal.SIGHUP)
        server.logged("Stopped old worker-1")
        assert int(body(server.ask("pid")))


def test_a_worker_that_is_still_loading_is_stopped(tmp_path: Path) -> None:
    loads = 'import time\n\nif __import__("multiprocessing").current_process().name == "granian-worker":\n'
    write(tmp_path, {"slow": f"{loads}    print('loading', flush=True)\n    time.sleep(60)\n{HELLO}"})
    command = ["nextwsgi", "start", "--server", "granian", "-p", "0", "--", "--workers", "1"]
    with started(command, tmp_path) as process:
        Server(process, 0, tmp_path / "log").logged("loading")
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


# --- clients ----------------------------------------------------------------------------------------------


def test_each_worker_loads_the_routes_itself(server: Server) -> None:
    log = server.logged(f"imported by {body(server.ask('pid'))}\n")
    assert f"imported by {server.process.pid}\n" not in log


def test_idle_and_slow_clients_stop_nobody(server: Server) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(server.connection()) for _ in range(100)]
        for number, client in enumerate(clients):
            client.sendall(
                [b"", b"GET /api/pid", request("hello", b"half", length=50), request("large")][number % 4]
            )
        assert int(body(server.ask("pid")))


def test_waiting_handlers_stop_nobody(server: Server, tmp_path: Path) -> None:
    go = tmp_path / "go"
    with ExitStack() as stack:
        clients = [stack.enter_context(server.connection()) for _ in range(7)]
        for client in clients:
            client.sendall(request(f"pieces?go={go}", close=True))
            until(client, b"one ")
        assert int(body(server.ask("pid")))
        go.touch()
        assert all(b"two" in everything(client) for client in clients)


@pytest.mark.parametrize("sent", [b"", b"GET /api/pid", request("pid")])
def test_a_connection_that_says_no_more_is_closed(server: Server, sent: bytes) -> None:
    with server.connection() as client:
        client.sendall(sent)
        everything(client)


def test_http_2_is_not_spoken(server: Server) -> None:
    with server.connection() as client:
        client.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")
        assert everything(client) == b""


def test_a_client_that_closes_its_half_gets_no_answer(server: Server) -> None:
    with server.connection() as client:
        client.sendall(request("naps"))
        client.shutdown(socket.SHUT_WR)
        assert everything(client) == b""


def test_a_head_is_limited(server: Server) -> None:
    with server.connection() as client:
        client.sendall(b"GET /api/pid HTTP/1.1\r\nHost: h\r\nX: " + b"x" * 200_000)
        assert b" 431 " in until(client, b"\r\n\r\n")


def test_a_body_is_asked_for_with_100_continue(server: Server) -> None:
    head = "POST /api/hello HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"
    with server.connection() as client:
        client.sendall(head.encode())
        assert until(client, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"abc")
        assert until(client, b'{"body":"abc"}').startswith(b"HTTP/1.1 200 ")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the peak of a process")
@pytest.mark.parametrize("chunked", [True, False])
def test_memory_does_not_grow_with_what_is_sent(server: Server, chunked: bool) -> None:
    worker = body(server.ask("pid"))
    peak = peak_of(worker)
    assert _upload(server, 128 * MIB, chunked=chunked) == 128 * MIB
    assert len(server.ask(f"download?pieces={128 * 16}")) > 128 * MIB
    assert peak_of(worker) - peak < 32 * MIB


def _upload(server: Server, size: int, *, chunked: bool) -> int:
    piece = bytes(MIB)
    with server.connection() as client:
        way = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}"
        client.sendall(f"POST /api/upload HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{way}\r\n\r\n".encode())
        for _ in range(size // len(piece)):
            client.sendall(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
        client.sendall(b"0\r\n\r\n" if chunked else b"")
        return int(body(everything(client)))


def peak_of(process: str) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


# --- starting ---------------------------------------------------------------------------------------------


def ended(root: Path, *options: str) -> tuple[int, str]:
    """Start it where it cannot start: its exit status, and what it told."""
    command = [sys.executable, "-m", "nextwsgi", "start", "--server", "granian", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    return told.returncode, told.stdout + told.stderr


def test_a_project_that_cannot_be_served_is_told_of_once_and_plainly(tmp_path: Path) -> None:
    write(tmp_path, {"a": "", "b": "import no_such_module"})
    status, told = ended(tmp_path, "-p", "0")
    assert status == 1
    assert told.startswith("the project cannot be served:\n  - pages/api/a.py: it exports no handler")
    assert told.count("pages/api/b.py") == 1
    assert "Traceback" not in told


def test_a_wsgi_py_without_app_is_told_of(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "wsgi.py").write_text("application = None\n")
    assert ended(tmp_path, "-p", "0") == (1, "wsgi.py has no app: write app = NextWSGI()\n")


def test_a_port_in_use_is_told_of_also_where_another_granian_uses_it(server: Server, tmp_path: Path) -> None:
    write(tmp_path)
    status, told = ended(tmp_path, "-H", "127.0.0.1", "-p", str(server.port))
    text = f"port {server.port} is in use: stop what uses it, or choose another one with --port"
    assert (status, told) == (1, f"nextwsgi start: {text}\n")


def test_an_option_that_granian_has_not_is_refused(tmp_path: Path) -> None:
    status, told = ended(tmp_path, "--", "--no-such-option")
    assert status == 2
    assert "No such option" in told


def test_the_project_may_be_a_package_and_its_wsgi_py_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "__init__.py").touch()
    (tmp_path / "wsgi.py").write_text(
        "def app(environ, start_response):\n    start_response('200 OK', [])\n    return [b'mine']\n"
    )
    with granian(tmp_path) as server:
        assert b"\r\nmine\r\n" in server.ask("hello")


def test_a_socket_file_is_listened_on(tmp_path: Path) -> None:
    write(tmp_path)
    place = tmp_path / "socket"
    command = ["nextwsgi", "start", "--server", "granian", "--", "--uds", str(place), "--workers", "1"]
    with started(command, tmp_path) as process:
        Server(process, 0, tmp_path / "log").logged("Started worker-1")
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(place))
            client.sendall(request("hello", b"1", close=True))
            assert everything(client).endswith(b'{"body":"1"}')


def test_gunicorns_settings_are_said_not_to_count(tmp_path: Path) -> None:
    (tmp_path / "gunicorn.conf.py").write_text("threads = 99\n")
    with granian(tmp_path, "--blocking-threads", "3") as server:
        server.logged("gunicorn.conf.py is not granian's: it runs 1 workers of 3 threads")


def test_it_is_ready_soon(tmp_path: Path) -> None:
    begun = time.monotonic()
    with granian(tmp_path) as server:
        assert server.ask("hello", b"1").endswith(b'{"body":"1"}')
    assert time.monotonic() - begun < PATIENCE

"""Start the servers that are asked, each on a free port of 127.0.0.1, and stop them."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from tests.conformance.exchange import ask, get
from tests.conformance.places import PROJECT, ROOT, Site

PATIENCE = 60.0
NEXT = ["node", str(PROJECT / "node_modules/next/dist/bin/next")]
WSGI = "tests.conformance.wsgi:app"

Running = Callable[[], AbstractContextManager[int]]
Server = Callable[[Site], AbstractContextManager[int]]


def install_next() -> None:
    """Install Next.js as package.json pins it, unless it is there."""
    if not (PROJECT / "node_modules" / "next").is_dir():
        # No lock file: it would name the registry of whoever wrote it. The three versions are exact.
        subprocess.run(["npm", "install", "--no-package-lock", "--no-audit"], cwd=PROJECT, check=True)


def build_next(site: Site) -> None:
    """Compile the JavaScript twins for `next start`."""
    subprocess.run([*NEXT, "build"], cwd=site.folder, check=True, env=_node_environment(site))


def next_versions() -> dict[str, str]:
    """Return the versions of Next.js and Node that answer."""
    package = json.loads((PROJECT / "node_modules/next/package.json").read_text())
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    return {"next": package["version"], "node": node.stdout.strip().removeprefix("v")}


def next_start(site: Site) -> AbstractContextManager[int]:
    """Run what `build_next` compiled."""
    return _running([*NEXT, "start", "-H", site.host, "-p", "{port}"], site.folder, _node_environment(site))


def next_dev(site: Site) -> AbstractContextManager[int]:
    """Run the development server of Next.js."""
    return _running([*NEXT, "dev", "-H", site.host, "-p", "{port}"], site.folder, _node_environment(site))


def gunicorn_sync(site: Site) -> AbstractContextManager[int]:
    """Run ours under one gunicorn sync worker."""
    return _python(
        site, "-m", "gunicorn", "-k", "sync", "-w", "1", "--threads", "1", "-b", "127.0.0.1:{port}", WSGI
    )


def gunicorn_gthread(site: Site) -> AbstractContextManager[int]:
    """Run ours under one gunicorn worker of four threads."""
    return _python(
        site, "-m", "gunicorn", "-k", "gthread", "-w", "1", "--threads", "4", "-b", "127.0.0.1:{port}", WSGI
    )


def waitress(site: Site) -> AbstractContextManager[int]:
    """Run ours under waitress."""
    return _python(site, "-m", "waitress", "--listen=127.0.0.1:{port}", WSGI)


def granian(site: Site) -> AbstractContextManager[int]:
    """Run ours under one worker of granian."""
    command = ("-m", "nextwsgi", "start", "--server", "granian", "-H", "127.0.0.1", "-p", "{port}")
    return _python(site, *command, "--", "--workers", "1", folder=site.folder)


def development(site: Site) -> AbstractContextManager[int]:
    """Run our own development server."""
    return _python(site, "-m", "nextwsgi", "dev", "--port", "{port}", folder=site.folder)


def nextwsgi_start(site: Site) -> AbstractContextManager[int]:
    """Run ours as the guide says, with gunicorn and the settings that come with it."""
    command = ("-m", "nextwsgi", "start", "-H", "127.0.0.1", "-p", "{port}")
    return _python(site, *command, folder=site.folder)


OURS: dict[str, Server] = {
    "gunicorn-sync": gunicorn_sync,
    "gunicorn-gthread": gunicorn_gthread,
    "waitress": waitress,
    "granian": granian,
    "development": development,
}


# On machines that name ::1 first, Next.js would listen only there.
_NODE = {"NEXT_TELEMETRY_DISABLED": "1", "NODE_OPTIONS": "--dns-result-order=ipv4first"}


def _node_environment(site: Site) -> dict[str, str]:
    return {**os.environ, **site.environment, **_NODE}


def _python(site: Site, *arguments: str, folder: Path = ROOT) -> AbstractContextManager[int]:
    own = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "CONFORMANCE_PROJECT": str(site.folder)}
    environment = {**os.environ, **site.environment, **own}
    return _running([sys.executable, *arguments], folder, environment)


@contextmanager
def _running(command: list[str], folder: Path, environment: dict[str, str]) -> Iterator[int]:
    port = _free_port()
    command = [part.format(port=port) for part in command]
    with tempfile.TemporaryFile() as log:
        # A session of its own, so that stopping it also stops the workers it started, and nothing else.
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            _wait(process, port)
            yield port
        except ServerError:
            log.seek(0)
            raise ServerError(f"{' '.join(command)}\n{log.read().decode(errors='replace')}") from None
        finally:
            stop(process)


class ServerError(Exception):
    """A server ended, or never listened: its output is the message."""


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        # An answer, not only a connection: gunicorn listens before its worker has loaded the project.
        with suppress(OSError):
            if ask(port, get("ready", "/")).status:
                return
        time.sleep(0.05)
    raise ServerError


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End a server, and the workers in its session; kill what does not end within 10 seconds."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(10)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()

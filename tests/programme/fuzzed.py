"""The applications that the fuzzing asks: all of nextwsgi in a project of its own, and the demo."""

from __future__ import annotations

import logging
import os
import re
import shutil
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import jwt

from nextwsgi import NextWSGI
from nextwsgi.files import route_files
from nextwsgi.preview import VARIABLES
from nextwsgi.testing import Client
from tests.programme.exchange import Application, check, exchange
from tests.programme.grammar import Grammar, Input, Site
from tests.unit.auth import making

HERE = Path(__file__).parent / "projects" / "fuzz"
ROOT = Path(__file__).parents[2]
FRONT = ("next.config.py", "proxy.py")

SLOW = 0.25
"""How long an answer may take, in seconds; one that takes longer is asked again, and the best counts."""

LATE = 2.0
"""How long it may take on a machine that does something else, too: what only waits is no work."""

# Known ones: an input that has failed has its valid tokens in it, and fails in another process too.
SETTINGS = {
    "NODE_ENV": "production",
    "JWT_SECRET": "qR7tY5wZ1aC4dF6gH9jK0pLuB3mN8vQ2x",
    "API_TOKEN": "vQ2xqR7tY5wZ1aC4dF6gH9jK0pLuB3mN8",
    "AUTH_SECRET": making.SECRET,
    **dict.fromkeys(VARIABLES, "4dF6gH9jK0pLuB3mN8vQ2xqR7tY5wZ1aC"),
    **dict.fromkeys(("STRIPE_WEBHOOK_SECRET", "WEBHOOK_SECRET"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
}
LONG_AFTER = 4_102_444_800
"""When tokens end: in 2100."""

_FILES = (
    "/",
    "/text.txt",
    "/files/gr%C3%B6%C3%9Fe%201.bin",
    "/files/empty.css",
    "/files/long.txt",
    "/files",
    "/files/*",
    "/*",
)
_FRONT = (
    *(
        "/old/*",
        "/away/*/*",
        "/pair/*-*",
        "/group/*",
        "/host",
        "/asked",
        "/cookie",
        "/b/*",
        "/a/*/*",
        "/a",
        "/k/*",
    ),
    *("/who", "/*/*", "/text.txt"),
)
# Streams that end with their client are for tests that have one.
_ENDLESS = ("/api/events",)


class Sites:
    """Applications by name, what can be asked of each, and what they do that no answer shows."""

    def __init__(self, apps: Mapping[str, Application], sites: Mapping[str, Site]) -> None:
        self.apps = apps
        self.sites = sites
        self.slowest = 0.0
        self._hidden = _Hidden()

    def attempt(self, given: Input) -> None:
        """Ask; AssertionError says what is wrong with the answer, with the input as a literal."""
        try:
            waited, worked = self._timed(given)
            # Other programs have taken the time, or it takes that long each time.
            for _ in range(4 if waited > SLOW else 0):
                waited, worked = map(min, (waited, worked), self._timed(given))
        except Exception as error:
            raise AssertionError(f"{type(error).__name__}: {error}\n{given!r}") from error
        late = worked > SLOW or waited > LATE
        assert not late, f"{waited:.3f} s, {worked:.3f} s of them work\n{given!r}"
        self.slowest = max(self.slowest, min(waited, worked))

    def _timed(self, given: Input) -> tuple[float, float]:
        """Ask, and give the seconds that it took, and those of this process in them."""
        app = self.apps[given.site]
        began, worked = time.perf_counter(), time.process_time()
        answer = exchange(app, given)
        waited, worked = time.perf_counter() - began, time.process_time() - worked
        check(given, answer)
        self._hidden.check()
        return waited, worked

    def forget(self) -> None:
        """Have the limits begin anew: behind them nothing would be reached any more."""
        for app in self.apps.values():
            if isinstance(app, NextWSGI):
                app.project.kept.clear()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Notice what is logged as a failure, and every connection to another machine."""
        log = logging.getLogger("nextwsgi")
        log.addHandler(self._hidden)
        try:
            with mock.patch.object(socket.socket, "connect", self._hidden.connect):
                yield
        finally:
            log.removeHandler(self._hidden)


class _Hidden(logging.Handler):
    """Keeps what no answer shows: exceptions that were logged, and connections that were tried."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self._found.append(self.format(record))

    def connect(self, *address: object) -> None:
        self._found.append(f"a connection to {address}")
        raise ConnectionRefusedError("nothing may be asked of others here")

    def check(self) -> None:
        found, self._found = self._found, []
        assert not found, "\n".join(found)


# --- Loading ----------------------------------------------------------------------------------------------


@contextmanager
def loaded() -> Iterator[Sites]:
    """Load the applications into this process; nothing of them is left behind."""
    before, path = set(sys.modules), [*sys.path]
    # The demo's limits and hashes are for people.
    with TemporaryDirectory() as folder, mock.patch.dict(os.environ, _settings(folder)):
        apps = {"demo": _demo(folder)}
        for name, ignored in {"plain": FRONT, "front": ()}.items():
            place = Path(folder, name)
            apps[name] = NextWSGI(
                shutil.copytree(HERE, place, ignore=shutil.ignore_patterns("__pycache__", *ignored))
            )
        keys = _keys(apps)
        found = {name: Site(name, _paths(name, app.project.root), keys) for name, app in apps.items()}
        sites = Sites(apps, found)
        try:
            with sites.watched():
                yield sites
        finally:
            _unload(apps, before, path)


def _settings(folder: str) -> dict[str, str]:
    return {**SETTINGS, "DATABASE_URL": f"sqlite:///{folder}/demo.db", "TMPDIR": folder}


def _demo(folder: str) -> NextWSGI:
    app = NextWSGI(ROOT)
    vars(sys.modules["pages.api.upload"])["FOLDER"] = folder
    vars(sys.modules["lib.password"])["COST"] = 4
    return app


def _keys(apps: dict[str, NextWSGI]) -> list[tuple[str, str]]:
    """Make a user, and give the headers of those who may pass."""
    demo = Client(apps["demo"])
    user = demo.post("/api/users", json={"name": "Ada", "email": "ada@example.com"}).json()["id"]
    token = jwt.encode({"userId": user, "iat": 1, "exp": LONG_AFTER}, SETTINGS["JWT_SECRET"])
    asked = Client(apps["plain"])
    previews = [asked.get(f"/api/preview?{kind}").cookies for kind in ("on", "draft")]
    session = making.token({**making.ADA, "exp": LONG_AFTER})
    signed = [
        ("authorization", f"Bearer {token}"),
        ("authorization", f"Bearer {SETTINGS['API_TOKEN']}"),
        ("cookie", f"token={token}"),
        ("cookie", f"authjs.session-token={session}"),
    ]
    # A preview costs 65 ms, as in Next.js: a password's hash of 100,000 rounds.
    return [
        *signed * 40,
        *(("cookie", "; ".join(f"{name}={value}" for name, value in each.items())) for each in previews),
    ]


def _unload(apps: dict[str, NextWSGI], before: set[str], path: list[str]) -> None:
    sys.modules["lib.database"].database(os.environ["DATABASE_URL"]).close()
    for app in apps.values():
        app.project.close()
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in ("pages", "app", "lib", "proxy", "next"):
            del sys.modules[name]
    sys.path[:] = path


def _paths(name: str, root: Path) -> list[str]:
    """Give what can be asked, a star for each text of the client's own."""
    endless = _ENDLESS if name == "demo" else ()
    routes = [re.sub(r"\[[^/]*\]+", "*", path) for path, _ in route_files(root) if path not in endless]
    files = ("/", "/icon.svg", "/*", "/uploads/*") if name == "demo" else _FILES
    return [*routes, *files, *(_FRONT if name == "front" else ())]


def grammars(sites: Sites, seed: str) -> dict[str, Grammar]:
    """Give what makes the inputs of each site."""
    return {name: Grammar(site, seed) for name, site in sites.sites.items()}

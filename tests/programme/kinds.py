"""Every kind of request that ``projects/kinds`` answers, each with one id wherever a request can have one.

An answer shows the id a known number of times, and no other id.
"""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from nextwsgi import NextWSGI
from nextwsgi.middleware import sign_token
from tests.programme.calls import Answer, Environ, call, environ
from tests.unit.auth import making

PROJECT = Path(__file__).parent / "projects" / "kinds"
FRONT = ("next.config.py", "proxy.py")

SETTINGS = {
    "NODE_ENV": "production",
    "JWT_SECRET": "qR7tY5wZ1aC4dF6gH9jK0pLuB3mN8vQ2x",
    "AUTH_SECRET": making.SECRET,
}

# People: making tokens and encrypted cookies takes longer than a request.
PEOPLE, FEW = 32, 2

JSON, FORM, TEXT = "application/json", "application/x-www-form-urlencoded", "text/plain"
BOUNDARY = "----boundary"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def project(folder: Path, *, front: bool, origin: Path = PROJECT) -> Path:
    """Copy the project, with what comes before its routes or without it."""
    ignored = shutil.ignore_patterns("__pycache__", *(() if front else FRONT))
    return shutil.copytree(origin, folder / "project", ignore=ignored)


def load(folder: Path, *, front: bool, origin: Path = PROJECT) -> NextWSGI:
    """Load a copy of the project into this process, which then has no other one."""
    os.environ.update(SETTINGS)
    return NextWSGI(project(folder, front=front, origin=origin))


def number(count: int, seed: int = 0) -> str:
    """Give an id: one cannot be a part of another, and ``id-`` is nowhere else."""
    return f"id-{seed:03}-{count:09}-x"


def person(count: int, people: int = PEOPLE) -> str:
    """Give the id of one of so many people."""
    return number(count % people, 999)


# --- requests -----------------------------------------------------------------------------------------

Body = Callable[[str], tuple[str, bytes]]


def json(who: str) -> tuple[str, bytes]:
    return JSON, f'{{"id": "{who}"}}'.encode()


def form(who: str) -> tuple[str, bytes]:
    return FORM, f"id={who}".encode()


def text(who: str) -> tuple[str, bytes]:
    return TEXT, who.encode()


def parts(who: str) -> tuple[str, bytes]:
    lines = [
        f"--{BOUNDARY}",
        'Content-Disposition: form-data; name="id"',
        "",
        who,
        f"--{BOUNDARY}",
        f'Content-Disposition: form-data; name="file"; filename="{who}.txt"',
        "Content-Type: text/plain",
        "",
        who,
        f"--{BOUNDARY}--",
        "",
    ]
    return MULTIPART, "\r\n".join(lines).encode()


@dataclass(frozen=True)
class Kind:
    """A kind of request: where it goes, what it sends, and how often its answer shows the id."""

    path: str
    shown: int
    body: Body | None = None
    status: int = 200
    method: str = "POST"
    front: bool | None = None
    """Whether it needs what comes before the routes; None where it is all the same."""
    identified: Callable[[NextWSGI | None, str], dict[str, str]] | None = None
    """Gives the headers that say who it is, for the id of one of PEOPLE."""
    left: int = 0
    """How often ``lib/records.py`` hears of it."""
    query: str = "?q={}"
    rare: bool = False
    """Whether it takes so long that few are asked: the key of an encrypted cookie is slow on purpose."""

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    def who(self, count: int, seed: int) -> str:
        """Give the id of the request of this count."""
        if self.identified is None:
            return number(count, seed)
        return person(count, FEW if self.rare else PEOPLE)

    def environ(self, app: NextWSGI | None, who: str) -> Environ:
        """Make the request of an id."""
        headers = {"HTTP_X_ID": who, "HTTP_COOKIE": f"who={who}"}
        if self.identified is not None:
            own = self.identified(app, who)
            headers["HTTP_COOKIE"] += own.get("HTTP_COOKIE", "")
            headers |= {name: value for name, value in own.items() if name != "HTTP_COOKIE"}
        kind, body = self.body(who) if self.body else ("", None)
        return environ(self.method, (self.path + self.query).format(who, who), headers, body, kind)

    def problem(self, answer: Answer, who: str) -> str | None:
        """Say what is wrong with an answer."""
        if answer.status != self.status:
            return f"status {answer.status} is not {self.status}"
        all_ids, own = answer.text.count("id-"), answer.text.count(who)
        if all_ids == own == self.shown:
            return None
        found = sorted(set(re.findall(r"id-[0-9-]+x?", answer.text)))
        return f"it shows {own} times the id, not {self.shown}, of {all_ids} ids: {found}"


# --- who it is ----------------------------------------------------------------------------------------


@lru_cache(PEOPLE)
def bearer(_app: NextWSGI | None, who: str) -> dict[str, str]:
    token = sign_token({"sub": who}, expiresIn="7d", secret=SETTINGS["JWT_SECRET"])
    return {"HTTP_AUTHORIZATION": f"Bearer {token}"}


@lru_cache(PEOPLE)
def session(_app: NextWSGI | None, who: str) -> dict[str, str]:
    claims = making.lasting(name=who, exp=4_000_000_000)
    return {"HTTP_COOKIE": f"; {making.NAME}={making.token(claims)}"}


@lru_cache(PEOPLE)
def preview(app: NextWSGI | None, who: str) -> dict[str, str]:
    assert app is not None
    answer = call(app, environ("GET", f"/api/enable/{who}", {"HTTP_X_ID": who}))
    assert answer.status == 200, answer
    cookies = re.findall(r"(?i)set-cookie: ([^;]+)", answer.text)
    return {"HTTP_COOKIE": "".join(f"; {cookie}" for cookie in cookies)}


KINDS = [
    Kind("/api/json/{}", 6, json),
    Kind("/api/form/{}", 6, form),
    Kind("/api/straight/{}", 5, text),
    Kind("/api/raw/{}", 5, text),
    Kind("/api/araw/{}", 5, text),
    Kind("/api/pieces/{}", 5, text),
    Kind("/api/apieces/{}", 5, text),
    Kind("/api/late/{}", 5, text, left=2),
    Kind("/api/user/{}", 6, text, identified=bearer),
    Kind("/api/checked/{}", 6, json),
    Kind("/api/limited/{}", 5, text),
    Kind("/api/preview/{}", 6, text, identified=preview, rare=True),
    Kind("/api/session/{}", 6, text, identified=session),
    Kind("/api/fails/{}", 0, status=500, method="GET", left=1),
    Kind("/api/afails/{}", 0, text, status=500, left=1),
    Kind("/api/refuses/{}", 1, status=404, method="GET", left=1),
    Kind("/api/edge/{}", 5, text),
    Kind("/api/wsgi/{}", 5, text),
    Kind("/api/upload/{}", 7, parts),
    Kind("/api/nothing/{}", 0, text, status=404),
    Kind("//api/json/{}", 6, status=308, method="GET"),
    Kind("/app/plain/{}", 6, json),
    Kind("/app/waits/{}", 6, json),
    Kind("/app/stream/{}", 4, method="GET"),
    Kind("/app/parts/{}", 6, parts),
    Kind("/app/leaves/{}", 3, status=307, method="GET", left=1),
    Kind("/moved/{}", 4, status=307, method="GET", front=True),
    Kind("/api/front/{}", 8, text, front=True),
    Kind("/first/{}", 8, text, front=True),
    Kind("/second/{}", 8, text, front=True),
    Kind("/last/{}", 7, json, front=True),
]


# One request of so many is of a rare kind.
RARELY = 4_000


def kinds(*, front: bool) -> list[Kind]:
    """Give those that a project answers which has what comes before the routes, or has not."""
    return [kind for kind in KINDS if kind.front is None or kind.front == front]


def choices(found: list[Kind], seed: str) -> Iterator[Kind]:
    """Yield kinds without end, by chance."""
    chance = random.Random(seed)
    rare = [kind for kind in found if kind.rare]
    usual = [kind for kind in found if not kind.rare]
    while True:
        yield chance.choice(rare if rare and chance.randrange(RARELY) == 0 else usual)

"""What the real packages made and read: recorded.json, with types."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Cookie:
    """The cookies of one request, and the session that the real package answers for them at that time."""

    title: str
    major: int
    url: str
    secrets: list[str]
    now: int
    cookies: dict[str, str]
    session: dict[str, Any] | None


@dataclass(frozen=True)
class Bearer:
    """A token, the keys that its server published, and the claims that the real package finds in it."""

    title: str
    url: str
    now: int
    jwks: dict[str, Any]
    token: str
    payload: dict[str, Any] | None


_RECORDED = json.loads(Path(__file__).with_name("recorded.json").read_text())

PACKAGES: dict[str, str] = _RECORDED["packages"]
COOKIES = [Cookie(**each) for each in _RECORDED["sessions"]]
BEARERS = [Bearer(**each) for each in _RECORDED["bearers"]]


def cookie(title: str) -> Cookie:
    return next(each for each in COOKIES if each.title == title)


def bearer(title: str) -> Bearer:
    return next(each for each in BEARERS if each.title == title)

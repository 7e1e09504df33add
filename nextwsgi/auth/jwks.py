"""The public keys of Better Auth, fetched from its server and kept."""

from __future__ import annotations

import http.client
import logging
import threading
import time
import urllib.error
import urllib.request
from functools import lru_cache
from typing import Any

import jwt

from nextwsgi.jsontext import parse_json

log = logging.getLogger("nextwsgi")

# Of a key that is withdrawn nothing is heard for so long at most.
FRESH_SECONDS = 600.0

# A token with an unknown key has the keys fetched again, but no more often: anybody can make such tokens up.
PAUSE_SECONDS = 10.0

# For the whole of it. Nobody else waits: others go on with the keys that are there.
TIMEOUT_SECONDS = 3.0

LARGEST = 65_536
MOST_KEYS = 32

# What Better Auth can be set to sign with. None has a secret key, and a key has one algorithm.
ALGORITHMS = ("EdDSA", "ES256", "ES512", "PS256", "RS256")


class Unreadable(Exception):
    """What came is no set of keys."""


Keys = dict[str, jwt.PyJWK]


@lru_cache(maxsize=8)
def key_source(url: str) -> KeySource:
    """Give the keys at a URL, the same for all requests of this process."""
    return KeySource(url)


class KeySource:
    """The keys at one URL: kept while they are fresh, and for as long as the server is away."""

    def __init__(self, url: str) -> None:
        """``url`` is of http or https, and comes from the settings, never from a token."""
        self._url = url
        self._keys: Keys = {}
        self._lock = threading.Lock()
        self._fetched = self._tried = float("-inf")
        self._away = False

    def find(self, kid: str) -> jwt.PyJWK | None:
        """Give the key of a name; None where there is none, or its server is away and never told."""
        # Only who cannot go on waits for one who fetches, and nobody for a server that did not answer.
        waits = kid not in self._keys and not self._away
        if self._is_due(kid) and self._lock.acquire(blocking=waits):
            try:
                if self._is_due(kid):
                    self._fetch()
            finally:
                self._lock.release()
        return self._keys.get(kid)

    def _is_due(self, kid: str) -> bool:
        now = time.monotonic()
        stale = kid not in self._keys or now - self._fetched >= FRESH_SECONDS
        return stale and now - self._tried >= PAUSE_SECONDS

    def _fetch(self) -> None:
        try:
            self._keys = fetch_keys(self._url)
        except (OSError, http.client.HTTPException, ValueError, Unreadable) as error:
            if not self._away:
                log.warning("the keys of Better Auth at %s cannot be had: %s", self._url, _reason(error))
            self._away = True
        else:
            if self._away:
                log.warning("the keys of Better Auth at %s can be had again", self._url)
            self._away, self._fetched = False, time.monotonic()
        finally:
            self._tried = time.monotonic()


def _reason(error: Exception) -> str:
    return ascii(str(error) or type(error).__name__)[1:-1][:200]


# --- Fetching ---------------------------------------------------------------------------------------------


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Keys come from where the settings say, and from nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nothing: the redirect is an error like any other status."""


def fetch_keys(url: str) -> Keys:
    """Fetch a set of keys; OSError, HTTPException, ValueError or Unreadable for whatever goes wrong."""
    request = urllib.request.Request(url, headers={"Accept": "application/json"})
    opener = urllib.request.build_opener(_NoRedirect)
    ends = time.monotonic() + TIMEOUT_SECONDS
    with _open(opener, request) as answer:
        body = b""
        while piece := answer.read1(16_384):
            body += piece
            if len(body) > LARGEST or time.monotonic() > ends:
                raise Unreadable("it is too large, or takes too long")
    return read_keys(body)


def _open(opener: urllib.request.OpenerDirector, request: urllib.request.Request) -> Any:
    try:
        return opener.open(request, timeout=TIMEOUT_SECONDS)
    except urllib.error.HTTPError as error:
        error.close()
        raise Unreadable(f"the answer is {error.code}") from None


def read_keys(body: bytes) -> Keys:
    """Give the keys of a JWKS by their names, without those of other kinds; Unreadable where it is none."""
    found = parse_json(body)
    entries = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(entries, list):
        raise Unreadable("it is no JWKS")
    keys: Keys = {}
    for entry in entries[:MOST_KEYS]:
        if isinstance(entry, dict) and isinstance(entry.get("kid"), str) and entry.get("alg") in ALGORITHMS:
            try:
                keys.setdefault(entry["kid"], jwt.PyJWK.from_dict(entry))
            except Exception:  # noqa: BLE001 - cryptography raises much; a key of no use is none
                continue
    return keys

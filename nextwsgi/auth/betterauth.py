"""The tokens of Better Auth's ``jwt`` plugin: signed with a key that its server publishes."""

from __future__ import annotations

import re
import time

import jwt
from jwt.types import Options

from nextwsgi.auth.claims import Claims, Refused, check_times, read_header
from nextwsgi.auth.jwks import ALGORITHMS, key_source
from nextwsgi.auth.settings import BetterAuth

LONGEST = 16_384

_TOKEN = re.compile(r"[\w-]{1,1024}\.[\w-]+\.[\w-]+", re.ASCII)
_KID = re.compile(r"[ -~]{1,256}")

# The times and the parties are looked at below, as jose does it.
_SIGNATURE_ONLY: Options = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


def read_bearer(token: str, server: BetterAuth) -> Claims:
    """Give the claims of a token that the server signed for itself; Refused for anything else."""
    if len(token) > LONGEST or not _TOKEN.fullmatch(token):
        raise Refused("it is no signed token")
    header = read_header(token)
    algorithm, kid = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS or not isinstance(kid, str) or not _KID.fullmatch(kid) or "crit" in header:
        raise Refused("its header names no key of ours")
    # jku, jwk, x5u and x5c are not looked at: a token does not say who may sign it.
    key = key_source(server.keys_url).find(kid)
    if key is None or key.algorithm_name != algorithm:
        raise Refused("its key is unknown")
    claims = _verified(token, key, algorithm)
    check_times(claims, time.time(), 0)
    _check_parties(claims, server.origin)
    return claims


def _verified(token: str, key: jwt.PyJWK, algorithm: str) -> Claims:
    # PyJWT, for joserfc warns at each EdDSA that RFC 9864 has given it another name.
    try:
        return jwt.decode(token, key, algorithms=[algorithm], options=_SIGNATURE_ONLY)
    except Exception as error:  # whatever is wrong with it
        raise Refused("its signature or its claims are none") from error


def _check_parties(claims: Claims, origin: str) -> None:
    """Refuse what the server signed for others: the same keys sign what is none of our sessions."""
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if claims.get("iss") != origin or origin not in audiences:
        raise Refused("its iss or aud is another one than BETTER_AUTH_URL")
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise Refused("it has no sub")

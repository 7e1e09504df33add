"""A login tells nothing: neither what is answered nor when says who has an account, or what was wrong."""

from __future__ import annotations

import tempfile
import time
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median

from nextwsgi import NextApiRequest, NextApiResponse
from nextwsgi.middleware import sign_token, with_auth
from nextwsgi.testing import Answer, Client
from tests.demo import login_timing
from tests.demo.serving import Site, Visitor, gunicorn
from tests.programme.row import Progress, Result, Row

SAMPLES, TOKENS = 300, 5_000
SECRET, OTHER = "qR7tY5wZ1aC4dF6gH9jK0pLuB3mN8vQ2x", "uB3mN8vQ2xR7tY5wZ1aC4dF6gH9jK0pL"
REGISTRATIONS = 90  # an address may try 100 times an hour


def run(progress: Progress) -> Result:
    """Log in to the demo, register there, and show tokens to a route behind with_auth."""
    with tempfile.TemporaryDirectory() as folder, gunicorn(Path(folder)) as site:
        login_timing.register(site, SAMPLES)
        times = login_timing.measure(site, SAMPLES, progress)
        registered = registrations(site, REGISTRATIONS // 2)
    apart, tokens = login_timing.apart(times), signatures(TOKENS)
    return Result(
        f"medians of {len(times)} kinds of wrong logins {apart:.2%} apart,"
        f" at {median(times['unknown']):.0f} ms;"
        f" wrong first and last characters of a signature {tokens:.2%};"
        # The answer itself, 409 or 201, says whether there is such an account.
        f" (registrations {registered:.2%})",
        met=max(apart, tokens) <= login_timing.GOAL,
    )


def registrations(site: Site, samples: int) -> float:
    """Give how far the medians of registrations of known and unknown emails are apart."""
    times: dict[int, list[float]] = {201: [], 409: []}
    with closing(Visitor(site, address="127.0.1.1")) as visitor:
        for number in range(samples):
            body = {"name": "Somebody", "email": f"new{number}@example.com", "password": "right"}
            for status in times:  # the second time, there is one
                start = time.perf_counter()
                assert visitor.send("POST", "/api/auth/register", body).status == status
                times[status].append(time.perf_counter() - start)
    return abs(median(times[409]) / median(times[201]) - 1)


# --- tokens ---------------------------------------------------------------------------------------------


def shown(req: NextApiRequest, res: NextApiResponse[str]) -> None:
    res.json(req.method)


def door() -> Client:
    """Give a route behind with_auth."""
    return Client(with_auth(secret=SECRET)(shown))


def causes() -> dict[str, str | None]:
    """Give every way to be refused: the Authorization header, None for none."""
    sign = partial(sign_token, {"sub": "ada"}, secret=SECRET)
    good = sign(expiresIn="1h")
    head, claims, signature = good.split(".")
    unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
    longer = sign_token({"sub": "ada"}, secret=SECRET + OTHER, algorithm="HS512", expiresIn="1h")
    expired = sign(expiresIn=1)
    time.sleep(1.1)
    return {
        "none": None,
        "empty": "Bearer ",
        "another scheme": f"Basic {good}",
        "no token": "Bearer abc",
        "no signature": f"Bearer {head}.{claims}.",
        "wrong signature": f"Bearer {head}.{claims}.{flipped(signature, 0)}",
        "another claim": f"Bearer {head}.{flipped(claims, 9)}.{signature}",
        "another key": f"Bearer {sign_token({'sub': 'ada'}, secret=OTHER, expiresIn='1h')}",
        "another algorithm": f"Bearer {longer}",
        "no algorithm": f"Bearer {unsigned}.{claims}.",
        "expired": f"Bearer {expired}",
        "not ASCII": "Bearer é.é.é",
        "too long": f"Bearer {'a' * 20_000}",
    }


def flipped(text: str, place: int) -> str:
    """Change one character."""
    return f"{text[:place]}{'A' if text[place] != 'A' else 'B'}{text[place + 1 :]}"


def refusals() -> dict[str, Answer]:
    """Give the answer to every way to be refused."""
    client = door()
    return {
        cause: client.get("/", headers={} if header is None else {"Authorization": header})
        for cause, header in causes().items()
    }


def signatures(samples: int) -> float:
    """Give how far the medians are apart of signatures that are wrong at their begin and near their end."""
    client = door()
    head, claims, signature = sign_token({"sub": "ada"}, secret=SECRET, expiresIn="1h").split(".")
    headers = [
        {"Authorization": f"Bearer {head}.{claims}.{flipped(signature, place)}"}
        for place in (0, len(signature) - 3)
    ]
    times: list[list[float]] = [[], []]
    for number in range(samples):
        for kind in (0, 1) if number % 2 else (1, 0):
            start = time.perf_counter()
            answer = client.get("/", headers=headers[kind])
            times[kind].append(time.perf_counter() - start)
            assert answer.status == 401, answer
    return abs(median(times[0]) / median(times[1]) - 1)


ROWS = [
    Row(
        "login",
        "login tells nothing",
        "300 wrong logins each of unknown and known accounts: medians within 3 %; one 401 for every cause",
        run,
    )
]

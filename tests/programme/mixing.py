"""Answers never mix: each request has an id of its own in every part, and its answer shows no other one."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from itertools import islice
from pathlib import Path

from tests.contract.serving import ROOT
from tests.programme.connections import SERVERS, Connection, heard
from tests.programme.crowd import crowd
from tests.programme.kinds import choices, kinds
from tests.programme.row import Progress, Result, Row

REQUESTS = 1_000_000
THREADS = 32
BY_SOCKET = 10_000
EDITS = 100


def run(progress: Progress) -> Result:
    """Ask in process, in the development server's application, and over sockets."""
    asked = in_process(REQUESTS, THREADS, progress)
    reload(EDITS, THREADS)
    for name in SERVERS:
        asked += by_socket(name, BY_SOCKET, THREADS, 7, progress)
    return Result(
        f"0 mixed of {asked:,} requests; each module imported once, also in {EDITS} edits", met=True
    )


def in_process(requests: int, threads: int, progress: Progress) -> int:
    """Ask in two processes, one with a proxy and a next.config before its routes; how often."""
    command = [sys.executable, "-W", "error", "-m", "tests.programme.mixing_process"]
    command += ["--requests", str(requests // 2), "--threads", str(threads), "--seed"]
    told: Counter[str] = Counter()
    shares: list[Callable[[], None]] = [
        lambda: listen([*command, "1"], lambda line: hear("1", line)),
        lambda: listen([*command, "2", "--front"], lambda line: hear("2", line)),
    ]

    def hear(share: str, line: str) -> None:
        told[share] += int(line)
        progress(told.total(), requests, "in process")

    crowd(len(shares), lambda each: shares[each]())
    return told.total()


def listen(command: list[str], hear: Callable[[str], object]) -> None:
    """Run a process and hear each line that it prints; AssertionError with its words where it fails."""
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            hear(line)
        status = process.wait()
        errors.seek(0)
        assert status == 0, errors.read()[-2000:]


def reload(edits: int, threads: int) -> None:
    """Edit a project while the development server's application is asked."""
    command = [sys.executable, "-W", "error", "-m", "tests.programme.reloading_process"]
    listen([*command, "--edits", str(edits), "--threads", str(threads)], str)


def by_socket(name: str, requests: int, threads: int, seed: int, progress: Progress) -> int:
    """Ask a server on connections that are kept; how often."""
    share = requests // threads
    found = [kind for kind in kinds(front=True) if not kind.rare]
    left: list[int] = []

    def ask(thread: int) -> None:
        with closing(Connection(server.port)) as connection:
            heard_of = 0
            for count, kind in enumerate(islice(choices(found, f"{seed}-{thread}"), share)):
                who = kind.who(thread * share + count, seed)
                answer = connection.ask(kind.environ(None, who))
                problem = kind.problem(answer, who)
                assert problem is None, f"{name}: {kind.name} of {who}: {problem}: {answer.text}"
                heard_of += kind.left
                progress((thread + 1) * count, requests, f"by {name}")
            left.append(heard_of)

    with tempfile.TemporaryDirectory() as folder, SERVERS[name](Path(folder)) as server:
        crowd(threads, ask)
        records = heard(server, sum(left))
    counts = records["counts"]
    assert records["mixed"] == [], records["mixed"]
    assert counts["after"] + counts["error"] == sum(left), (counts, left)
    assert counts["register"] == 1, counts
    return share * threads


ROWS = [
    Row(
        "mixing",
        "answers never mix",
        "0 of 1,000,000 requests on 32 threads with a switch interval of 1 us; each module imported once",
        run,
    )
]

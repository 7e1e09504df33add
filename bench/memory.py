"""Memory of a serving process, after it has answered thousands of requests."""

from __future__ import annotations

from bench import servers
from bench.options import Options
from bench.over_http import WSGI_PEERS, available, in_turn
from bench.proc import memory, serving_process, session
from bench.results import Key, Results
from bench.servers import Server, running
from bench.work import DYNAMIC, ECHO, FORM_POST, STATIC
from bench.wrk import load, needed


def measure(options: Options, results: Results) -> None:
    """Measure every application under one worker, and ours as it is shipped."""
    needed()
    alike = [servers.gthread(peer) for peer in WSGI_PEERS]
    others = [servers.shipped(), servers.granian("ours"), servers.uvicorn(), servers.next_start()]
    in_turn(available([*alike, *others], options, results), _memory, options, results)


def _memory(server: Server, options: Options, results: Results) -> None:
    with running(server) as started:
        for work in (STATIC, DYNAMIC, ECHO, FORM_POST):
            load(started.port, work, 1 if options.quick else 2)
        serving = serving_process(started.process)
        key = Key("memory", "a serving process after warm-up", "MiB RSS", server.setting, server.peer)
        results.add(key, memory(serving, "Rss"))
        results.add(key._replace(unit="MiB PSS"), memory(serving, "Pss"))
        everything = sum(memory(process, "Pss") for process in session(started.process))
        results.add(key._replace(setting="all processes of a server", unit="MiB PSS"), everything)

"""``nextwsgi routes``: lists the routes."""

from __future__ import annotations

import argparse

from nextwsgi.cli.listing import front_lines, lines
from nextwsgi.env import load_env_config
from nextwsgi.files import load_front, load_routes, set_env
from nextwsgi.routes import Table


def run(chosen: argparse.Namespace) -> int:
    """Print the table of routes; RouteError lists what is wrong with them."""
    load_env_config(chosen.folder, dev=False)  # routes may refuse to be imported without it
    front = load_front(chosen.folder)
    if front is not None:
        set_env(front[0])
    table = Table(load_routes(chosen.folder))
    print("\n".join(lines(table.routes)))
    if front is not None and (before := [*front_lines(*front)]):
        print("\n" + "\n".join(before))
    return 0

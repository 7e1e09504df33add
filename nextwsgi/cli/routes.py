"""``nextwsgi routes``: lists the routes."""

from __future__ import annotations

import argparse

from nextwsgi.cli.listing import lines
from nextwsgi.env import load_env_config
from nextwsgi.files import load_routes
from nextwsgi.routes import Table


def run(chosen: argparse.Namespace) -> int:
    """Print the table of routes; RouteError lists what is wrong with them."""
    load_env_config(chosen.folder, dev=False)  # routes may refuse to be imported without it
    table = Table(load_routes(chosen.folder))
    print("\n".join(lines(table.routes)))
    return 0

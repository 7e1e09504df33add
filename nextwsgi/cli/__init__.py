"""The command line: ``nextwsgi dev``, ``nextwsgi routes``, ``nextwsgi start``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from nextwsgi.cli.problems import CommandError
from nextwsgi.errors import RouteError

DESCRIPTION = "Serve Next.js API routes written in Python: pages/api/**/*.py files with handler(req, res)."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    own, options = _split(sys.argv[1:] if arguments is None else arguments)
    parser = _parser()
    chosen = parser.parse_args(own)
    chosen.options = options
    if options and chosen.command != "start":
        parser.error("only nextwsgi start takes options after --")
    try:
        chosen.folder = _folder(chosen.folder)
        return _run(chosen)
    except RouteError as error:
        print(error, file=sys.stderr)
    except CommandError as error:
        print(f"nextwsgi {chosen.command}: {error}", file=sys.stderr)
    return 1


def _split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part our own arguments from those after ``--``."""
    given = list(arguments)
    place = given.index("--") if "--" in given else len(given)
    return given[:place], given[place + 1 :]


def _run(chosen: argparse.Namespace) -> int:
    # Each command imports what it needs when it runs: nextwsgi --help needs no server.
    if chosen.command == "dev":
        from nextwsgi.cli.dev import run
    elif chosen.command == "routes":
        from nextwsgi.cli.routes import run
    else:
        from nextwsgi.cli.start import run
    return run(chosen)


def _folder(given: str) -> Path:
    folder = Path(given).resolve()
    if not folder.is_dir():
        raise CommandError(f"there is no folder {given}")
    return folder


# --- arguments --------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nextwsgi", description=DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"nextwsgi {_version()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    _add_dev(_command(commands, "dev", "serve while you write: takes up every edit, shows every error"))
    _command(commands, "routes", "list the routes, their files and what their config changes")
    _add_start(_command(commands, "start", "serve in production, with gunicorn or granian"))
    return parser


def _version() -> str:
    try:
        return version("nextwsgi")
    except PackageNotFoundError:
        return "(run from its source, not installed)"


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    parser.add_argument(
        "folder", nargs="?", default=".", help="the project: the folder that holds pages/ (default: this one)"
    )
    return parser


def _add_dev(parser: argparse.ArgumentParser) -> None:
    # No number as default: a port that was asked for is the only one that will do.
    parser.add_argument(
        "-p",
        "--port",
        type=_port,
        default=os.environ.get("PORT") or None,
        help="the port (default: PORT, or 3000, or the next one that is free)",
    )
    parser.add_argument(
        "-H", "--hostname", default="127.0.0.1", help="the address or name to listen on (default: 127.0.0.1)"
    )


def _add_start(parser: argparse.ArgumentParser) -> None:
    parser.usage = (
        "nextwsgi start [-h] [-p PORT] [-H HOSTNAME] [--server {gunicorn,granian}] [folder] [-- its options]"
    )
    parser.add_argument("-p", "--port", type=_port, help="the port (default: PORT, or 3000)")
    parser.add_argument("-H", "--hostname", help="the address or name to listen on (default: 0.0.0.0)")
    parser.add_argument(
        "--server",
        choices=["gunicorn", "granian"],
        default="gunicorn",
        help="gunicorn, or granian: pip install 'nextwsgi[granian]' (default: gunicorn)",
    )


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: it is a number from 0 to 65535")
    return int(text)

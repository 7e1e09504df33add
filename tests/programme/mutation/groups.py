"""What is mutated, and the tests that are to notice: quick ones, for they run a thousand times."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

# All last digits of numbers, in an order of which any beginning is spread out.
ALL = "0516273849"


@dataclass(frozen=True)
class Group:
    """Modules that share a promise. ``functions`` names those that count, in all of them without it."""

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    functions: tuple[str, ...] = ()

    def patterns(self, digits: str = ALL) -> list[str]:
        """Name the mutants that count, as mutmut does; with fewer ``digits``, those whose number ends so."""
        whole = [f"{module.removesuffix('.py').replace('/', '.')}.*" for module in self.modules]
        return [f"{name}[{digits}]" for name in self.functions or whole]

    def fingerprint(self) -> str:
        """Tell this state of the modules and of their tests from any other."""
        digest = hashlib.sha256()
        for path in [*map(ROOT.joinpath, self.modules), *(p for t in self.tests for p in _files(t))]:
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()[:16]


def _files(name: str) -> list[Path]:
    path = ROOT / name
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def _contract(*names: str) -> tuple[str, ...]:
    return tuple(f"tests/contract/test_{name}.py" for name in names)


def _middleware(*names: str) -> tuple[str, ...]:
    return tuple(f"nextwsgi/middleware/{name}.py" for name in names)


GROUPS = [
    Group(
        "body",
        ("nextwsgi/body.py",),
        ("tests/unit/test_body.py", *_contract("req_body", "req_rawbody", "req_read", "config_body_parser")),
    ),
    Group(
        "routes",
        ("nextwsgi/routes.py", "nextwsgi/rules.py", "nextwsgi/paths.py"),
        ("tests/unit/test_routes.py", "tests/unit/test_paths.py", *_contract("req_url", "req_query")),
    ),
    Group(
        "headers",
        ("nextwsgi/outgoing.py",),
        (
            *_contract(
                "res_appendheader", "res_end", "res_flags", "res_getheader", "res_json", "res_redirect"
            ),
            *_contract("res_removeheader", "res_send", "res_setheader", "res_status", "res_write"),
            *_contract("res_writehead", "res_drain", "errors", "async"),
            "tests/unit/test_outgoing.py",
        ),
    ),
    Group(
        "cookies",
        (*_middleware("cookies"), "nextwsgi/node.py"),
        ("tests/unit/test_node.py", *_contract("middleware_cookies", "req_cookies")),
        functions=(
            *("nextwsgi.middleware.cookies.*", "nextwsgi.node.x_parse_cookies__*"),
            *("nextwsgi.node.x__cookie_value__*", "nextwsgi.node.x_decode_component__*"),
            *("nextwsgi.node.x__unescape__*", "nextwsgi.node.x_serialize_cookie__*"),
            *(
                "nextwsgi.node.x__seconds__*",
                "nextwsgi.node.x__attribute__*",
                "nextwsgi.node.x__same_site__*",
            ),
        ),
    ),
    Group(
        "auth",
        (
            *_middleware("auth", "token", "secret", "origin"),
            *(path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob("nextwsgi/auth/*.py"))),
        ),
        (
            *("tests/unit/auth", "tests/unit/middleware/test_origin.py"),
            *("tests/unit/middleware/test_secret.py", "tests/unit/middleware/test_token.py"),
            *_contract("middleware_auth", "auth_session"),
        ),
    ),
    Group("cors", _middleware("cors"), _contract("middleware_cors", "middleware_cors_npm")),
    Group(
        "rate_limit",
        _middleware("rate_limit", "windows", "address", "redis"),
        (
            *("tests/unit/middleware/test_windows.py", "tests/unit/middleware/test_address.py"),
            *_contract("middleware_rate_limit", "middleware_redis"),
        ),
    ),
]

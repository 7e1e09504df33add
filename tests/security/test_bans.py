"""What the code may not use, because it went wrong elsewhere; each place where it is right has its reason."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("nextwsgi", "pages", "lib", "app", "api")
SOURCES = sorted(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))

Places = dict[str, str]
"""The files in which something banned is right, and why."""


def found(banned: Callable[[ast.AST], bool], source: str) -> Iterator[str]:
    """Yield what of a source is banned, with its line."""
    for node in ast.walk(ast.parse(source)):
        if banned(node):
            yield f"{getattr(node, 'lineno', 0)}: {ast.unparse(node)[:80]}"


def check(banned: Callable[[ast.AST], bool], right: Places) -> None:
    """Fail where something banned is, and where a reason is given for what is not there."""
    places = {file.relative_to(ROOT).as_posix(): [*found(banned, file.read_text())] for file in SOURCES}
    wrong = {place: lines for place, lines in places.items() if lines and place not in right}
    assert not wrong
    assert not [place for place in right if not places[place]], "a reason for what is no longer there"


# --- Modules ----------------------------------------------------------------------------------------------

MODULES = (
    # They let line breaks out (CVE-2026-0672, CVE-2026-0865).
    *("http.cookies", "wsgiref.headers", "wsgiref.handlers"),
    # They run what they read.
    *("pickle", "cPickle", "marshal", "shelve", "dill", "yaml", "jsonpickle"),
    # They read entities, or run without end on what a client has sent.
    *("xml", "telnetlib", "cgi", "imp", "crypt"),
)


def imports_banned(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.module:
        names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    else:
        return False
    return any(name == each or name.startswith(f"{each}.") for name in names for each in MODULES)


def test_no_module_is_imported_that_lets_line_breaks_out_or_runs_what_it_reads() -> None:
    check(imports_banned, {})


# --- Code from text ---------------------------------------------------------------------------------------


def runs_text(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("eval", "exec", "compile", "__import__")
    )


def test_no_text_becomes_code() -> None:
    check(runs_text, {})


def starts_a_shell(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func)
    shell = any(each.arg == "shell" and ast.unparse(each.value) != "False" for each in node.keywords)
    return shell or name in ("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput")


def test_no_shell_is_started() -> None:
    check(starts_a_shell, {})


# --- Charsets ---------------------------------------------------------------------------------------------


def decodes_by_name(node: ast.AST) -> bool:
    """Tell what takes a charset from a variable: Python knows some that are quadratic, or no charsets."""
    if not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func)
    if name in ("codecs.lookup", "codecs.decode", "codecs.encode", "codecs.getdecoder", "codecs.getreader"):
        return True
    charset = next((each.value for each in node.keywords if each.arg == "encoding"), None)
    if isinstance(node.func, ast.Attribute) and node.func.attr in ("decode", "encode") and node.args:
        charset = node.args[0]
    if isinstance(node.func, ast.Name) and node.func.id in ("str", "bytes") and len(node.args) > 1:
        charset = node.args[1]
    return charset is not None and not isinstance(charset, ast.Constant)


def test_no_client_chooses_a_charset_but_of_those_that_are_known() -> None:
    check(
        decodes_by_name,
        {
            "nextwsgi/body.py": "the one place: of the charsets in _CHARSETS",
            "nextwsgi/testing.py": "the answer of an application in its own test",
            "nextwsgi/middleware/token.py": "jwt.encode and jwt.decode: no charset but a token",
            "nextwsgi/auth/betterauth.py": "jwt.decode, likewise",
            "nextwsgi/preview.py": "jwt.encode and jwt.decode, likewise",
            "nextwsgi/jsontext.py": "the decoder of JSON: a text, no charset",
            "lib/schemas.py": "idna.encode: a domain, no charset",
        },
    )


# --- Secrets ----------------------------------------------------------------------------------------------


def uses_random(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "random"
    return isinstance(node, ast.Import) and any(alias.name == "random" for alias in node.names)


def test_what_must_not_be_guessed_is_not_of_the_module_random() -> None:
    check(uses_random, {"nextwsgi/events.py": "when readers come again: it spreads them, and is no secret"})


_SECRETS = ("secret", "password", "signature", "token", "digest", "api_key", "hashed")


def compares_secrets(node: ast.AST) -> bool:
    """Tell ``==`` on what is called like a secret: its time says how much of a guess was right."""
    if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.Eq | ast.NotEq):
        return False
    sides = [node.left, *node.comparators]
    if any(isinstance(side, ast.Constant) for side in sides):
        return False
    names = [ast.unparse(side).rpartition(".")[2].lower() for side in sides]
    return any(name.strip("_").endswith(_SECRETS) for name in names)


def test_no_secret_is_compared_in_a_time_that_tells_of_it() -> None:
    check(compares_secrets, {})


# --- Assertions -------------------------------------------------------------------------------------------


def asserts(node: ast.AST) -> bool:
    return isinstance(node, ast.Assert)


_FOR_MYPY = "tells mypy what is so whatever a client sends"


def test_no_assertion_guards_against_a_client_for_python_can_be_told_to_leave_them_out() -> None:
    check(asserts, dict.fromkeys(ASSERTIONS, _FOR_MYPY))


ASSERTIONS = (
    "lib/graphql_limits.py",
    "nextwsgi/cli/granian.py",
    "nextwsgi/config.py",
    "nextwsgi/files.py",
    "nextwsgi/formidable/options.py",
    "nextwsgi/front/compress.py",
    "nextwsgi/front/destination.py",
    "nextwsgi/front/front.py",
    "nextwsgi/production.py",
    "nextwsgi/web/exports.py",
    "nextwsgi/websocket/conversation.py",
    "nextwsgi/wire.py",
)


# --- The bans themselves ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("banned", "source"),
    [
        (imports_banned, "from http.cookies import SimpleCookie"),
        (imports_banned, "import xml.etree.ElementTree"),
        (imports_banned, "from http import cookies"),
        (runs_text, "eval(text)"),
        (starts_a_shell, "subprocess.run(command, shell=True)"),
        (starts_a_shell, "os.system(command)"),
        (decodes_by_name, "body.decode(charset)"),
        (decodes_by_name, "codecs.lookup(name)"),
        (decodes_by_name, "open(name, encoding=charset)"),
        (decodes_by_name, "str(body, charset)"),
        (uses_random, "import random"),
        (compares_secrets, "given == secret"),
        (compares_secrets, "self._token != sent"),
        (asserts, "assert user.admin"),
    ],
)
def test_a_ban_sees_what_it_bans(banned: Callable[[ast.AST], bool], source: str) -> None:
    assert [*found(banned, source)]


@pytest.mark.parametrize(
    ("banned", "source"),
    [
        (imports_banned, "from nextwsgi.web.cookies import cookies"),
        (runs_text, "re.compile(text)"),
        (decodes_by_name, "body.decode('utf-8')"),
        (decodes_by_name, "body.decode()"),
        (compares_secrets, "secret == ''"),
    ],
)
def test_a_ban_lets_pass_what_it_does_not_mean(banned: Callable[[ast.AST], bool], source: str) -> None:
    assert not [*found(banned, source)]

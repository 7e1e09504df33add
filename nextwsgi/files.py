"""Finds a project's route files, imports them, and checks what they export."""

from __future__ import annotations

import importlib.util
import inspect
import logging
import sys
import traceback
from collections.abc import Callable, Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import FunctionType, ModuleType

from nextwsgi.config import DEFAULTS, read_config
from nextwsgi.errors import RouteError
from nextwsgi.instrumentation import Instrumentation
from nextwsgi.public import conflicts
from nextwsgi.routes import Route, problems, route_path

log = logging.getLogger("nextwsgi")

Loader = Callable[[str, str], SourceFileLoader]
"""Makes the loader of a module from its name and file; the development server has its own."""


def pages_folder(root: Path) -> Path:
    """Find ``pages/``, or ``src/pages/`` where there is no ``pages/``; RouteError without either."""
    for folder in (root / "pages", root / "src" / "pages"):
        if folder.is_dir():
            return folder
    raise RouteError([f"there is no pages/ folder in {root}: put a first route into pages/api/hello.py"])


def route_files(pages: Path) -> Iterator[tuple[str, Path]]:
    """Yield the path and file of every route: all Python files below ``pages/api/`` but ``__init__.py``."""
    found: dict[str, Path] = {}
    for file in sorted((pages / "api").rglob("*.py")):
        if file.is_file() and file.name != "__init__.py":
            path = route_path(file.relative_to(pages).as_posix())
            found[path] = _preferred(path, found.get(path), file)
    yield from found.items()


def _preferred(path: str, other: Path | None, file: Path) -> Path:
    """Choose between a.py and a/index.py as Next.js does, which warns too."""
    if other is None:
        return file
    chosen, left = (file, other) if file.name == "index.py" else (other, file)
    log.warning("two files answer %s: %s does, %s never will", path, chosen, left)
    return chosen


def load_routes(root: Path) -> list[Route]:
    """Import every route file of a project; RouteError lists all that cannot be served, and why."""
    pages = pages_folder(root)
    make_importable(root, pages)
    files = list(route_files(pages))
    found = [*problems((path, file.relative_to(root).as_posix()) for path, file in files)]
    found += conflicts(root / "public", (path for path, _ in files))
    routes = []
    failed: dict[str, list[ImportFailed]] = {}
    for path, file in files:
        try:
            routes.append(load_route(root, path, file))
        except ImportFailed as error:
            failed.setdefault(error.reason, []).append(error)
        except RouteError as error:
            found += error.problems
    found += [_cause(errors) for errors in failed.values()]
    if found:
        raise RouteError(found)
    return routes


class ImportFailed(RouteError):
    """A file of the project raised something while it was imported."""

    def __init__(self, file: str, reason: str, line: int | None) -> None:
        """``line`` is the last one of the file that ran, None where none did."""
        self.reason = reason
        self.place = f"{file} (line {line})" if line else file
        super().__init__([f"{file}: it cannot be imported: {reason}{f' (line {line})' if line else ''}"])


def _cause(errors: list[ImportFailed]) -> str:
    """Tell once what keeps files from being imported: often one module that all of them import."""
    if len(errors) == 1:
        return errors[0].problems[0]
    places = ", ".join(error.place for error in errors)
    return f"{errors[0].reason}: it keeps {len(errors)} files from being imported: {places}"


def load_route(root: Path, path: str, file: Path, loader: Loader = SourceFileLoader) -> Route:
    """Import one route file and check its exports; RouteError names the file and the mend."""
    name = file.relative_to(root).as_posix()
    module = _import(file, name, loader)
    found = [f"{name}: {problem}" for problem in _handler_problems(module)]
    config, wrong = read_config(module.config) if hasattr(module, "config") else (DEFAULTS, [])
    found += [f"{name}: {problem}" for problem in wrong]
    if found:
        raise RouteError(found)
    return Route(path, name, module.handler, config)


def load_instrumentation(root: Path, loader: Loader = SourceFileLoader) -> Instrumentation:
    """Import the instrumentation.py beside ``pages/``, where there is one; RouteError says what is wrong."""
    pages = pages_folder(root)
    file = pages.parent / "instrumentation.py"
    if not file.is_file():
        return Instrumentation()
    make_importable(root, pages)
    name = file.relative_to(root).as_posix()
    module = _import(file, name, loader)
    found = [f"{name}: {problem}" for problem in _instrumentation_problems(module)]
    if found:
        raise RouteError(found)
    return Instrumentation(module)


# What instrumentation.py may export, with the number of its arguments, and how JavaScript writes it.
_HOOKS = [("register", 0, "register"), ("on_request_error", 3, "onRequestError")]


def _instrumentation_problems(module: ModuleType) -> Iterator[str]:
    for name, count, script in _HOOKS:
        hook = getattr(module, name, None)
        signature = f"def {name}({'error, request, context' if count else ''}): ..."
        if hook is None and hasattr(module, script):
            yield f"it exports {script}, which is never called here: write {signature}"
        elif hook is not None and not (callable(hook) and takes(hook, count)):
            yield f"{name} must be a function of {count or 'no'} arguments: {signature}"


def module_name(name: str) -> str:
    """Name a file's module as the project imports it: ``src/pages/api/[id].py`` is ``pages.api.[id]``."""
    return name.removeprefix("src/").removesuffix(".py").replace("/", ".")


def _import(file: Path, name: str, loader: Loader) -> ModuleType:
    module_loader = loader(module_name(name), str(file))
    spec = importlib.util.spec_from_file_location(module_name(name), file, loader=module_loader)
    assert spec is not None  # there is a loader
    module = importlib.util.module_from_spec(spec)
    # Dataclasses with postponed annotations look their module up while it is being executed.
    sys.modules[spec.name] = module
    try:
        module_loader.exec_module(module)
    except (Exception, SystemExit) as error:  # a script's sys.exit() must not end the server unseen
        sys.modules.pop(spec.name, None)
        raise ImportFailed(name, _reason(error), _last_line(error, file)) from error
    return module


def _reason(error: BaseException) -> str:
    """Say what went wrong, on one line."""
    text = error.msg if isinstance(error, SyntaxError) else str(error).partition("\n")[0]
    return f"{type(error).__name__}: {text}"


def _last_line(error: BaseException, file: Path) -> int | None:
    """Give the line of a file at which something went wrong, there or in what it calls."""
    if isinstance(error, SyntaxError):
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == str(file)), None)


def _handler_problems(module: ModuleType) -> Iterator[str]:
    if not hasattr(module, "handler"):
        yield "it exports no handler: write def handler(req, res): ... (a helper belongs outside pages/)"
    elif not callable(module.handler):
        kind = type(module.handler).__name__
        yield f"handler must be a function, it is {kind}: def handler(req, res): ..."
    elif not takes(module.handler, 2):
        around = "; a wrapper needs a handler: compose(...)(handler)" if takes(module.handler, 1) else ""
        yield f"handler must take two arguments: def handler(req, res): ...{around}"


def takes(function: Callable[..., object], count: int) -> bool:
    """Tell whether a function can be called with so many arguments."""
    # PERF: a plain function tells it by itself; inspect takes 25 us for each.
    if isinstance(function, FunctionType) and not function.__dict__:
        code = function.__code__
        if code.co_argcount == count and not code.co_kwonlyargcount:
            return True
    try:
        inspect.signature(function).bind(*[None] * count)
    except TypeError:
        return False
    except ValueError:  # a function written in C may not tell
        return True
    return True


def make_importable(root: Path, pages: Path) -> None:
    """Let route files import what stands beside ``pages/``: ``from lib.auth import ...``."""
    for folder in {str(root), str(pages.parent)}:
        if folder not in sys.path:
            sys.path.insert(0, folder)

"""Finds a project's route files, imports them, and checks what they export."""

from __future__ import annotations

import importlib.util
import inspect
import logging
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from nextwsgi.config import DEFAULTS, UNREAD, is_edge, read_config
from nextwsgi.errors import RouteError
from nextwsgi.instrumentation import Instrumentation
from nextwsgi.public import conflicts
from nextwsgi.routes import Handler, Route, handler_path, is_app, problems, route_path

if TYPE_CHECKING:
    from nextwsgi.front.config import NextConfig
    from nextwsgi.front.proxy import Proxy

log = logging.getLogger("nextwsgi")

Loader = Callable[[str, str], SourceFileLoader]
"""Makes the loader of a module from its name and file; the development server has its own."""


def home_folder(root: Path) -> Path:
    """Find what holds ``pages/`` and ``app/``: the root, or its ``src/``; RouteError where neither does."""
    for folder in (root, root / "src"):
        if (folder / "pages").is_dir() or (folder / "app").is_dir():
            return folder
    raise RouteError([f"there is no pages/ folder in {root}: put a first route into pages/api/hello.py"])


def route_files(home: Path) -> Iterator[tuple[str, Path]]:
    """Yield the path and file of every route below ``pages/api/`` and ``app/``."""
    found: dict[str, Path] = {}
    pages = home / "pages"
    for file in sorted((pages / "api").rglob("*.py")):
        if file.is_file() and file.name != "__init__.py":
            path = route_path(file.relative_to(pages).as_posix())
            found[path] = _preferred(path, found.get(path), file)
    yield from found.items()
    for file in sorted((home / "app").rglob("route.py")):
        app_path = handler_path(file.relative_to(home / "app").as_posix())
        if app_path is not None and file.is_file():
            yield app_path, file


def _preferred(path: str, other: Path | None, file: Path) -> Path:
    """Choose between a.py and a/index.py as Next.js does, which warns too."""
    if other is None:
        return file
    chosen, left = (file, other) if file.name == "index.py" else (other, file)
    log.warning("two files answer %s: %s does, %s never will", path, chosen, left)
    return chosen


def load_routes(root: Path) -> list[Route]:
    """Import every route file of a project; RouteError lists all that cannot be served, and why."""
    home = home_folder(root)
    make_importable(root, home)
    files = list(route_files(home))
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
    if is_app(name):
        return app_route(path, name, vars(module))
    edge = is_edge(getattr(module, "config", None))
    found = [f"{name}: {problem}" for problem in _handler_problems(module, edge=edge)]
    config, wrong = read_config(module.config) if hasattr(module, "config") else (DEFAULTS, [])
    found += [f"{name}: {problem}" for problem in wrong]
    if found:
        raise RouteError(found)
    return Route(path, name, edge_handler(module.handler) if edge else module.handler, config)


def edge_handler(function: Callable[[Any], object]) -> Handler:
    """Make a handler of ``req`` and ``res`` of one that takes a request and returns a Response."""
    from nextwsgi.web.handlers import EdgeHandler  # slow to import, and rarely needed

    return EdgeHandler(function)


def load_instrumentation(root: Path, loader: Loader = SourceFileLoader) -> Instrumentation:
    """Import the instrumentation.py beside ``pages/``, where there is one; RouteError says what is wrong."""
    home = home_folder(root)
    file = home / "instrumentation.py"
    if not file.is_file():
        return Instrumentation()
    make_importable(root, home)
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


def load_front(root: Path, loader: Loader = SourceFileLoader) -> tuple[NextConfig, Proxy | None] | None:
    """Import next.config.py and proxy.py, and read them; None where a project has neither.

    RouteError lists what is wrong with them.
    """
    home = home_folder(root)
    if problems := [*_astray(root, home)]:
        raise RouteError(problems)
    config_file = root / "next.config.py"
    files = [file for file in front_files(root, home) if file != config_file]
    if not config_file.is_file() and not files:
        return None
    make_importable(root, home)
    from nextwsgi.front.config import NextConfig

    config = _read_config(config_file, root, loader) if config_file.is_file() else NextConfig()
    return config, _proxy(files, root, config.base_path, loader) if files else None


def front_files(root: Path, home: Path) -> list[Path]:
    """List the files that come before the routes, as far as there are any."""
    files = (root / "next.config.py", home / "proxy.py", home / "middleware.py")
    return [file for file in files if file.is_file()]


def _astray(root: Path, home: Path) -> Iterator[str]:
    """Say which of these files lie where nobody reads them: a guard that is never called guards nothing."""
    folders = (root, root / "src", home / "pages", home / "app")
    for folder in folders:
        for name, right in (("proxy", home), ("middleware", home), ("next.config", root)):
            file = folder / f"{name}.py"
            if folder == right or not file.is_file():
                continue
            # A module of that name may be anything else.
            exported = "config" if name == "next.config" else name
            if re.search(
                rf"^(?:(?:async )?def {exported}\b|{exported}\s*[:=])", file.read_text(errors="replace"), re.M
            ):
                where, there = (each.relative_to(root).as_posix() for each in (file, right / file.name))
                yield f"{where}: it is never read there: move it to {there}"


def set_env(config: NextConfig) -> dict[str, str]:
    """Put what ``env`` says into the environment where nothing else has; give what was put there."""
    put = {name: value for name, value in config.env.items() if name not in os.environ}
    os.environ.update(put)
    return put


def _read_config(file: Path, root: Path, loader: Loader) -> NextConfig:
    from nextwsgi.front.config import read_config

    module = _import(file, file.relative_to(root).as_posix(), loader)
    if not hasattr(module, "config"):
        raise RouteError([f"{file.name}: it exports no config: write config = {{...}}"])
    try:
        config, problems = read_config(module.config)
    except Exception as error:
        where = f" (line {line})" if (line := _last_line(error, file)) else ""
        raise RouteError([f"{file.name}: it cannot be read: {_reason(error)}{where}"]) from error
    if problems:
        raise RouteError([f"{file.name}: {problem}" for problem in problems])
    return config


def _proxy(files: list[Path], root: Path, base_path: str, loader: Loader) -> Proxy:
    from nextwsgi.front.proxy import Proxy, function_problems, read_matchers

    names = [file.relative_to(root).as_posix() for file in files]
    if len(files) > 1:
        raise RouteError([f"{names[0]} and {names[1]} are two names of one thing: remove {names[1]}"])
    module = _import(files[0], names[0], loader)
    function = files[0].stem
    matchers, problems = read_matchers(getattr(module, "config", None), base_path)
    problems = [*function_problems(vars(module), function), *problems]
    if problems:
        raise RouteError([f"{names[0]}: {problem}" for problem in problems])
    return Proxy(getattr(module, function), names[0], matchers)


def app_route(path: str, name: str, exports: Mapping[str, object]) -> Route:
    """Make the route of what a route.py exports; RouteError says what is wrong with that."""
    from nextwsgi.web.exports import read_functions  # slow to import, and not every project has an app/

    functions, found = read_functions(exports)
    if found:
        raise RouteError([f"{name}: {problem}" for problem in found])
    from nextwsgi.web.handlers import RouteHandler

    return Route(path, name, RouteHandler(functions), UNREAD)


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


def _handler_problems(module: ModuleType, *, edge: bool) -> Iterator[str]:
    signature = "def handler(request): ..." if edge else "def handler(req, res): ..."
    if not hasattr(module, "handler"):
        yield f"it exports no handler: write {signature} (a helper belongs outside pages/)"
    elif not callable(module.handler):
        yield f"handler must be a function, it is {type(module.handler).__name__}: {signature}"
    elif edge and not takes(module.handler, 1):
        yield f'handler must take one argument, as config has runtime "edge": {signature}'
    elif edge:
        return
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


def make_importable(root: Path, home: Path) -> None:
    """Let route files import what stands beside ``pages/``: ``from lib.auth import ...``."""
    for folder in {str(root), str(home)}:
        if folder not in sys.path:
            sys.path.insert(0, folder)

"""The project's modules in ``sys.modules``: imported from source, and dropped when their files change."""

from __future__ import annotations

import importlib
import linecache
import os
import re
import sys
from collections.abc import Iterable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import NamedTuple

from nextwsgi.dev.stamps import Stamps


class Source(NamedTuple):
    """What was compiled of a file."""

    text: bytes
    code: CodeType
    imports_routes: bool


Compiled = dict[str, Source]

# Whatever can lead to a route that was imported before: Python asks no finder for what it has.
_IMPORTS_ROUTES = re.compile(rb"\bpages\.api\b|^[^\S\n]*from\s+\.|import_module|__import__", re.MULTILINE)

_FOREIGN = frozenset({"node_modules", "site-packages", "dist-packages"})


def is_own(file: str, root: Path) -> bool:
    """Tell whether a file belongs to the project, not to a library or an environment inside its folder."""
    if not file.startswith(f"{root}{os.sep}"):
        return False
    parts = file[len(str(root)) + 1 :].split(os.sep)
    return not any(part in _FOREIGN or part.startswith(".") for part in parts)


class SourceLoader(SourceFileLoader):
    """Compiles a file anew at each import.

    Bytecode files know a source by its time in whole seconds and its size: the second of two quick edits
    would run the first one's bytecode.
    """

    def __init__(self, name: str, file: str, stamps: Stamps, compiled: Compiled) -> None:
        super().__init__(name, file)
        self._stamps = stamps
        self._compiled = compiled

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - importlib's signature
        """Compile what the file holds now, and watch it from here on."""
        text = self._stamps.read(self.path)
        # PERF: an edit of one module has all imported anew, and compiling is most of an import.
        known = self._compiled.get(self.path)
        if known is None or known.text != text:
            code = self.source_to_code(text, self.path)
            known = Source(text, code, _IMPORTS_ROUTES.search(text) is not None)
            self._compiled[self.path] = known
        return known.code


class Modules(MetaPathFinder):
    """Finds the modules of a project, knows which those are, and drops those that are out of date."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.is_clean = True
        """Whether nothing that was imported before the last change is left."""
        self._stamps = Stamps()
        self._compiled: Compiled = {}
        self._routes: set[str] = set()
        self._files: dict[str, str | None] = {}  # module name -> file; None for a folder without __init__.py
        self._asked: set[str] = set()  # the last part of every name that was imported, found or not
        self._entries: dict[str, set[str]] = {}  # folder that was searched -> the names in it
        # A package that is there before the project's modules belongs to the server, wherever it lies.
        self._theirs = {name.partition(".")[0] for name in sys.modules}

    # --- importing ----------------------------------------------------------------------------------------

    def install(self) -> None:
        """Take over the import of the project's modules."""
        sys.meta_path.insert(0, self)

    def remove(self) -> None:
        """Hand importing back and drop all modules of the project."""
        sys.meta_path.remove(self)
        self.drop()

    def route_loader(self, name: str, file: str) -> SourceLoader:
        """Make the loader of a route's module."""
        self._routes.add(name)
        return self.loader(name, file)

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Find a module as Python does, but have the project's own compiled from source."""
        if fullname.partition(".")[0] in self._theirs:
            return None
        self._asked.add(fullname.rpartition(".")[2])
        self._remember(sys.path if path is None else path)
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or not self._is_own(spec):
            return None
        self._files[fullname] = None
        if isinstance(spec.loader, SourceFileLoader):
            spec.loader = self.loader(fullname, spec.loader.path)
        return spec

    def loader(self, name: str, file: str) -> SourceLoader:
        """Make the loader of a module that others may import."""
        self._files[name] = file
        return SourceLoader(name, file, self._stamps, self._compiled)

    def _is_own(self, spec: ModuleSpec) -> bool:
        places = [spec.origin] if spec.has_location else spec.submodule_search_locations
        return any(place is not None and is_own(place, self.root) for place in places or ())

    def _remember(self, folders: Iterable[str]) -> None:
        for folder in folders:
            if folder not in self._entries and (folder == str(self.root) or is_own(folder, self.root)):
                self._entries[folder] = _entries(folder)

    # --- dropping -----------------------------------------------------------------------------------------

    def refresh(self) -> set[str]:
        """Drop the modules that are out of date, and name the files of all that were dropped."""
        changed = self._stamps.changed()
        if self._appeared():
            return self.drop()
        names = [name for name, file in list(self._files.items()) if file in changed]
        if not all(self._is_alone(name) for name in names):
            return self.drop()
        if names:
            self._forget(names)
            self.is_clean = False
        return changed

    def drop(self) -> set[str]:
        """Drop every module of the project, as a restart would, and name their files."""
        # A part of them is not enough: two generations of one class, or a registry filled twice, are worse
        # than state that is lost.
        files = {file for file in self._files.values() if file}
        self._forget(list(self._files))
        self._asked.clear()
        self._entries.clear()
        self.is_clean = True
        return files

    def _forget(self, names: Iterable[str]) -> None:
        for name in names:
            sys.modules.pop(name, None)
            self._stamps.forget(self._files.pop(name))
        linecache.clearcache()
        importlib.invalidate_caches()

    def _is_alone(self, name: str) -> bool:
        """Tell whether no other module can have imported this one."""
        if name not in self._routes or name.rpartition(".")[0] in sys.modules:
            return False
        others = [file for other, file in self._files.items() if file and other != name]
        return not any(file in self._compiled and self._compiled[file].imports_routes for file in others)

    def _appeared(self) -> bool:
        """Tell whether there is a new file or folder that an earlier import would have found."""
        new: set[str] = set()
        for folder, before in list(self._entries.items()):
            self._entries[folder] = _entries(folder)
            new |= self._entries[folder] - before
        return not new.isdisjoint(self._asked)


def _entries(folder: str) -> set[str]:
    try:
        return {name.removesuffix(".py") for name in os.listdir(folder)}
    except OSError:
        return set()

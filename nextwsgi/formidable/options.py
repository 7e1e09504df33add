"""The options of ``formidable(...)``: formidable's names and defaults, checked when the form is made."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypedDict

MIB = 1024 * 1024
COUNT = 1000  # parts of a body, where no option allows more

Filter = Callable[[Any], object]
Rename = Callable[[str, str, Any, Any], str]


class FormidableOptions(TypedDict, total=False):
    """What ``formidable`` takes. Sizes are bytes; ``math.inf`` is no limit."""

    uploadDir: str | os.PathLike[str]
    keepExtensions: bool
    allowEmptyFiles: bool
    minFileSize: float
    maxFiles: float
    maxFileSize: float
    maxTotalFileSize: float | None
    maxFields: float
    maxFieldsSize: float
    hashAlgorithm: str | bool
    filename: Rename | None
    filter: Filter | None


@dataclass(frozen=True)
class Options:
    """The options of one form."""

    uploadDir: str | os.PathLike[str] | None = None
    keepExtensions: bool = False
    allowEmptyFiles: bool = False
    minFileSize: float = 1
    maxFiles: float = float("inf")
    maxFileSize: float = 200 * MIB
    maxTotalFileSize: float | None = None
    maxFields: float = 1000
    maxFieldsSize: float = 20 * MIB
    hashAlgorithm: str | bool = False
    filename: Rename | None = None
    filter: Filter | None = None

    @property
    def total(self) -> float:
        """The bytes of all files together."""
        return self.maxTotalFileSize or self.maxFileSize

    @property
    def parts(self) -> float:
        """How many parts a body may have, those that ``filter`` leaves out included."""
        given = [each for each in (self.maxFields, self.maxFiles) if each != float("inf")]
        return max([COUNT, *given])


def read_options(given: Mapping[str, object]) -> Options:
    """Check options; TypeError, ValueError say which is wrong and what it takes."""
    for name, value in given.items():
        if name not in _CHECKS:
            raise TypeError(f"formidable has no option {name!r}{_hint(name)}")
        _CHECKS[name](name, value)
    return Options(**given)  # type: ignore[arg-type] # checked just now


def _number(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        bytes_ = " of bytes, 10 * 1024 * 1024 for example," if name.endswith("Size") else ""
        raise TypeError(f"formidable: {name} must be a number{bytes_} or math.inf, not {value!r:.40}")
    if not value >= 0:
        raise ValueError(f"formidable: {name} must be 0 or more, not {value}")


def _number_or_none(name: str, value: object) -> None:
    if value is not None:
        _number(name, value)


def _flag(name: str, value: object) -> None:
    if not isinstance(value, bool):
        raise TypeError(f"formidable: {name} must be True or False, not {value!r:.40}")


def _folder(name: str, value: object) -> None:
    if not isinstance(value, str | os.PathLike) or not os.fspath(value):
        raise TypeError(f"formidable: {name} must be the path of a folder, not {value!r:.40}")
    if "\0" in os.fsdecode(value):
        raise ValueError(f"formidable: {name} must be the path of a folder, which has no NUL: {value!r:.40}")


def _function(name: str, value: object) -> None:
    if value is not None and not callable(value):
        raise TypeError(f"formidable: {name} must be a function, not {value!r:.40}")


def _hash(name: str, value: object) -> None:
    known = isinstance(value, str) and value in hashlib.algorithms_available
    if value is not False and (not known or str(value).startswith("shake")):
        raise ValueError(f"formidable: {name} must be False or a name like 'sha256', not {value!r:.40}")


_CHECKS: dict[str, Callable[[str, object], None]] = {
    "uploadDir": _folder,
    "keepExtensions": _flag,
    "allowEmptyFiles": _flag,
    "minFileSize": _number,
    "maxFiles": _number,
    "maxFileSize": _number,
    "maxTotalFileSize": _number_or_none,
    "maxFields": _number,
    "maxFieldsSize": _number,
    "hashAlgorithm": _hash,
    "filename": _function,
    "filter": _function,
}
assert list(_CHECKS) == [each.name for each in fields(Options)]

# What older versions, and formidable itself, take besides.
_ABSENT = {
    "multiples": "fields and files always have lists",
    "encoding": "text is UTF-8",
    "enabledPlugins": "the content type decides",
    "fileWriteStreamHandler": "read the files from uploadDir afterwards",
    "createDirsFromUploads": "clients must not make folders",
    "defaultInvalidName": "a name that cannot be used is refused",
    "hash": "write hashAlgorithm='sha256'",
    "maxFilesSize": "did you mean maxTotalFileSize?",
}


def _hint(name: str) -> str:
    from difflib import get_close_matches  # needed by mistakes alone

    if name in _ABSENT:
        return f": {_ABSENT[name]}"
    folded = {each.lower(): each for each in _CHECKS}
    found = get_close_matches(name.lower().replace("_", ""), folded, n=1, cutoff=0.6)
    return f": did you mean {folded[found[0]]}?" if found else f": it takes {', '.join(_CHECKS)}"

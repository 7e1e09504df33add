"""Names: what a part's header calls a file, and what the file is called here. No file is opened."""

import os
import re
import secrets
import string

from nextwsgi.formidable.errors import FILENAME, FormidableError

LONGEST = 255  # bytes of a file name that file systems take
_LETTERS = string.ascii_lowercase
_ALPHABET = _LETTERS + string.digits

# formidable's expressions, but a quote that is never closed ends with the header: searching on from each
# further "name=" would take the square of the header's length.
_NAME = re.compile(r'\bname=(?:"([^"]*)|([^()<>@,;:\\"/\[\]?={}\s]+))', re.IGNORECASE)
_FILENAME = re.compile(
    r'\bfilename=(?:"(.*?)(?:"(?=$|;\s)|$)|([^()<>{}\[\]@,;:"?=\s/]+)(?=$|;\s))', re.IGNORECASE | re.DOTALL
)
_REFERENCE = re.compile(r"&#([0-9]{4});")
_EXTENSION = re.compile(r"[.0-9A-Za-z]*")


def field_name(disposition: str) -> str | None:
    """Give the name that a Content-Disposition has for its part; None without one."""
    found = _NAME.search(disposition)
    return None if found is None else found[1] or found[2] or ""


def original_filename(disposition: str) -> str | None:
    """Give the file's name on the client's machine, without the folders of Windows; None without one."""
    found = _FILENAME.search(disposition)
    if found is None:
        return None
    name = (found[1] or found[2] or "").rpartition("\\")[2].replace("%22", '"')
    return _REFERENCE.sub(lambda code: chr(int(code[1])), name)


def split_name(name: str) -> tuple[str, str]:
    """Split the last part of a path before its last dot: ``b.tar`` and ``.gz`` of ``a/b.tar.gz``."""
    return os.path.splitext(_last_part(name))


def extension(name: str) -> str:
    """Give all endings of a name, up to the first character that is no ASCII letter, digit or dot.

    ``a.tar.gz``: ``.tar.gz``; ``a.php;.jpg``: ``.php``; ``""`` where there is none, or a very long one.
    """
    last = _last_part(name)
    several = last.find(".") != last.rfind(".")
    ending = last[last.find(".") :] if several else os.path.splitext(last)[1]
    found = _EXTENSION.match(ending)
    text = found[0] if found else ""
    return "" if text == "." or len(text) > LONGEST - 25 else text


def _last_part(name: str) -> str:
    return name.rstrip("/").rpartition("/")[2]


def random_name() -> str:
    """Give 25 letters and digits that nobody can guess: 128 random bits, as cuid2 looks."""
    return secrets.choice(_LETTERS) + "".join(secrets.choice(_ALPHABET) for _ in range(24))


def checked_name(name: object) -> str:
    """Give a name made by the option ``filename`` if it is one of a file; FormidableError 400 if it is not.

    TypeError for what is no text. A client that can choose it must not choose the folder.
    """
    if not isinstance(name, str):
        raise TypeError(f"formidable: filename(name, ext, part, form) must give a text, not {name!r:.40}")
    unusable = name in ("", ".", "..") or any(each in name for each in "/\\\0")
    if unusable or len(name.encode(errors="replace")) > LONGEST or not _encodable(name):
        raise FormidableError("The file's name cannot be used", FILENAME)
    return name


def _encodable(name: str) -> bool:
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        return False
    return True

"""marshmallow's schemas as ``with_validation`` asks them. Slow to import: only where there is a schema."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Literal, NamedTuple

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError
from marshmallow.fields import Field, List, Nested, Tuple
from marshmallow.fields import Mapping as MappingField

from nextwsgi.middleware.handlers import title

SchemaLike = Schema | type[Schema] | Mapping[str, object]

# After so many wrong values the rest is not looked at: each costs up to 20 us, and 1 MB has room for 500,000.
LOOKED_AT = 1000

# So deep a body may be where a schema is nested in itself.
DEEP = 50

# A name and a message have so many characters at most: they may hold what was sent.
LONGEST = 200


class Problem(NamedTuple):
    """One thing that is wrong: ``field`` is its place, ``items.0.sku``, or "" for the whole."""

    field: str
    message: str


TOO_MANY = Problem("", f"More than {LOOKED_AT} values are wrong.")


class Check:
    """One schema and how it is asked: unknown keys are dropped unless ``class Meta`` says ``unknown``."""

    def __init__(self, schema: object) -> None:
        """Take a Schema, its class or a dict of fields; TypeError for anything else."""
        self._schema = _schema(schema)

    def load(self, data: Any, problems: list[Problem]) -> Any:
        """Give what the schema makes of ``data``, or add to ``problems``; what its own code raises passes."""
        _open(self._schema)
        _turn.left = LOOKED_AT
        try:
            _check_type(self._schema, data)
            return self._schema.load(data, unknown=_unknown(self._schema))
        except ValidationError as error:
            found = [*islice(_problems(error.messages, data), LOOKED_AT + 1)]
            problems += found if len(found) <= LOOKED_AT else [TOO_MANY]
        except _TooMany:
            problems.append(TOO_MANY)
        except RecursionError:
            if not _is_deep(data):
                raise
            problems.append(Problem("", "Nested too deeply."))
        finally:
            _turn.left = None

    def load_texts(self, data: object, problems: list[Problem]) -> Any:
        """Load a query or a form: where a list is wanted, a name that was sent once is one of one."""
        if isinstance(data, dict):
            fields = self._schema.load_fields.items()
            lists = {field.data_key or name for name, field in fields if isinstance(field, List | Tuple)}
            data = {
                name: [value] if name in lists and isinstance(value, str) else value
                for name, value in data.items()
            }
        return self.load(data, problems)


def _schema(given: object) -> Schema:
    if isinstance(given, Schema):
        return given
    if isinstance(given, type) and issubclass(given, Schema):
        return given()
    if isinstance(given, Mapping):
        _check_fields(given)
        return Schema.from_dict(dict(given))()
    name = title(given) if callable(given) else f"{given!r:.40}"
    raise TypeError(
        f"with_validation takes a marshmallow Schema or a dict of fields, not {name}:"
        " with_validation(UserSchema)(handler)"
    )


def _check_fields(fields: Mapping[object, object]) -> None:
    for name, field in fields.items():
        if not isinstance(field, Field):
            is_class = isinstance(field, type) and issubclass(field, Field)
            mend = f": write {title(field)}()" if is_class else ""
            raise TypeError(
                f"with_validation: {name!r} must be a field of marshmallow, not {field!r:.60}{mend}"
            )


# --- Loading ----------------------------------------------------------------------------------------------


class _TooMany(Exception):
    """So much is wrong that the rest is not looked at."""


class _Turn(threading.local):
    """How many values may still be wrong in the check that this thread is at; None outside of checks.

    marshmallow hands nothing through to nested schemas and fields, which other threads use at the same time.
    """

    left: int | None = None


_turn = _Turn()


class _Load:
    """The ``load`` of a nested schema: in a check it drops unknown keys, as the schema around it does."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._load = schema.load

    def __call__(self, data: Any, *, unknown: Unknown = None, **options: Any) -> Any:
        if _turn.left is not None:
            _check_type(self._schema, data)
            _open(self._schema)
            unknown = unknown or _unknown(self._schema)
        return self._load(data, unknown=unknown, **options)


class _Deserialize:
    """The ``deserialize`` of a field: in a check it counts what is wrong."""

    def __init__(self, field: Field[Any]) -> None:
        self._deserialize = field.deserialize

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        try:
            return self._deserialize(*arguments, **options)
        except OverflowError:  # TimeDelta and DateTime(format="timestamp") do not expect it
            raise ValidationError("Number too large.") from None
        except ValidationError:
            if _turn.left is not None:
                _turn.left -= 1
                if _turn.left < 0:
                    raise _TooMany from None
            raise


_opening = threading.Lock()

Unknown = Literal["exclude", "include", "raise"] | None


def _check_type(schema: Schema, data: Any) -> None:
    """ValidationError for what is no object: ``pre_load`` of the schema is written for those."""
    wrong = schema.error_messages["type"]
    if not isinstance(data, list if schema.many else dict):
        raise ValidationError(wrong)
    if schema.many:
        misfits = (place for place, item in enumerate(data) if not isinstance(item, dict))
        if found := {place: [wrong] for place in islice(misfits, LOOKED_AT + 1)}:
            raise ValidationError(found)


def _unknown(schema: Schema) -> Unknown:
    """Have unknown keys dropped where a schema does not say what becomes of them."""
    silent = schema.unknown == RAISE and not hasattr(schema.Meta, "unknown")
    return EXCLUDE if silent else None


def _open(schema: Schema) -> None:
    """Prepare what is right below a schema. Not all at once: a schema may be nested in itself."""
    if "_opened" in vars(schema):
        return
    with _opening:  # two threads that ask a field for its schema at once would get two
        for field in _fields(schema.load_fields.values()):
            vars(field).setdefault("deserialize", _Deserialize(field))
            if isinstance(field, Nested):
                vars(field.schema).setdefault("load", _Load(field.schema))
        vars(schema)["_opened"] = True


def _fields(fields: Iterable[Field[Any] | None]) -> Iterator[Field[Any]]:
    """Give fields and those within lists, tuples and dicts."""
    for field in filter(None, fields):
        yield field
        if isinstance(field, List):
            yield from _fields([field.inner])
        elif isinstance(field, Tuple):
            yield from _fields(field.tuple_fields)
        elif isinstance(field, MappingField):
            yield from _fields([field.key_field, field.value_field])


def _is_deep(data: object) -> bool:
    level = [data]
    for _ in range(DEEP):
        level = [child for value in level for child in _children(value)]
    return bool(level)


def _children(value: object) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


# --- Problems ---------------------------------------------------------------------------------------------


def _problems(messages: object, data: object) -> Iterator[Problem]:
    """Give marshmallow's messages, which nest as the data does, one by one."""
    waiting: list[tuple[tuple[object, ...], object]] = [((), messages)]
    while waiting:
        path, found = waiting.pop()
        if isinstance(found, Mapping):
            waiting += reversed([((*path, key), below) for key, below in found.items()])
        elif isinstance(found, list | tuple):
            waiting += [(path, below) for below in reversed(found)]
        else:
            place = [part for part in path if part != "_schema"]
            message = _discreet(str(found), place, data)
            yield Problem(_short(".".join(map(str, place))), _short(message))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


_SECRET = re.compile("pass|secret|token|pin|cv[cv]", re.IGNORECASE)


def _discreet(message: str, place: Sequence[object], data: object) -> str:
    """Give a message, unless it repeats a password: answers end up in logs that bodies stay out of."""
    if not _SECRET.search(".".join(map(str, place))):
        return message
    for key in place:
        data = _at(data, key)
    sent = str(data)
    if not sent or sent not in message or not re.search(rf"(?<!\w){re.escape(sent)}(?!\w)", message):
        return message
    return "Invalid value."


def _at(data: object, key: object) -> object:
    if isinstance(data, list) and isinstance(key, int):
        return data[key] if key < len(data) else ""
    return data.get(key, "") if isinstance(data, dict) else ""

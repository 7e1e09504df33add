"""What one GraphQL document may ask for. It is counted before the document is checked or run."""

from __future__ import annotations

from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    parse,
)

from lib.posts import RECENT
from lib.schemas import MOST, USUAL

# The query of the introspection has 163.
TOKENS, COMMENTS, CHARACTERS = 1000, 100, 20_000

# Of fields inside fields; an introspection goes deeper, and graphql-core limits its lists.
DEPTH, INTROSPECTION_DEPTH = 8, 20

# Each field costs one for each object that it may be asked of, and those at the top, which ask the database,
# more. A hundred users with all of their posts cost 4,900.
COST = 10_000
QUERY = 500
MUTATION = 950  # so that one document has at most ten of them, and some fields of each

# Fragments inside fragments, which may be empty.
_NESTING = 50


def parse_within_limits(_: object, data: dict[str, Any]) -> DocumentNode:
    """Parse a request's query; GraphQLError for one that is longer, deeper or dearer than any needs to be."""
    document = parse(
        data["query"], max_lexical_tokens=TOKENS, max_comments=COMMENTS, max_source_length=CHARACTERS
    )
    fragments = {
        definition.name.value: definition
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    count = _Count(fragments)  # one for all: each of many operations takes time to be counted
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            count.operation(definition)
    return document


class _Place(NamedTuple):
    """Where in an operation a field is: for how many objects it is asked, and how deep."""

    objects: int
    depth: int = 0
    nesting: int = 0
    deepest: int = DEPTH


class _Count:
    """What a document costs so far. Whatever costs at least one, so this ends, cycles of fragments too."""

    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._cost = 0

    def operation(self, operation: OperationDefinitionNode) -> None:
        mutates = operation.operation is OperationType.MUTATION
        self._add(operation.selection_set, _Place(MUTATION if mutates else QUERY))

    def _add(self, selected: SelectionSetNode | None, place: _Place) -> None:
        if place.depth > place.deepest or place.nesting > _NESTING:
            raise GraphQLError(f"The query is nested too deeply: fields have at most {DEPTH} levels")
        for selection in selected.selections if selected else ():
            self._cost += place.objects if isinstance(selection, FieldNode) else 1
            if self._cost > COST:
                raise GraphQLError(f"The query asks for too much: it costs more than {COST}")
            self._add(*self._inside(selection, place._replace(nesting=place.nesting + 1)))

    def _inside(self, selection: SelectionNode, place: _Place) -> tuple[SelectionSetNode | None, _Place]:
        if isinstance(selection, FieldNode):
            return selection.selection_set, _below(selection, place)
        if isinstance(selection, FragmentSpreadNode):
            fragment = self._fragments.get(selection.name.value)
            return (fragment.selection_set if fragment else None), place
        assert isinstance(selection, InlineFragmentNode)  # there are no others
        return selection.selection_set, place


def _below(field: FieldNode, place: _Place) -> _Place:
    objects = 1 if place.depth == 0 else place.objects
    return place._replace(
        objects=objects * _size(field, at_root=place.depth == 0),
        depth=place.depth + 1,
        deepest=INTROSPECTION_DEPTH if field.name.value.startswith("__") else place.deepest,
    )


def _size(field: FieldNode, *, at_root: bool) -> int:
    """Give how many objects a field has at most."""
    name = field.name.value
    if name not in ("users", "posts"):
        return 1
    if not at_root:
        return RECENT
    limits = [argument.value for argument in field.arguments or () if argument.name.value == "limit"]
    if not limits:
        return USUAL
    limit = limits[0]
    if isinstance(limit, IntValueNode) and len(limit.value) < 4:
        return min(MOST, max(1, int(limit.value)))
    return MOST  # that of a variable is not looked up

"""How large a query may be. Checked on the parsed document before validation, in time bounded by the limits themselves."""

from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

MAX_QUERY_LENGTH = 10_000
"""Characters."""
MAX_BODY_BYTES = 100_000
MAX_TOKENS = 3_000
MAX_DEPTH = 10
MAX_INTROSPECTION_DEPTH = 20
"""`__schema` and `__type` follow a type's wrappers: the usual introspection query is 15 deep. graphql-core's own rule bounds its lists."""
MAX_SELECTIONS = 500
"""Fields and spreads, fragments expanded wherever they are spread; so a circle of fragments ends here too."""
MAX_ALIASES = 20
"""What bounds the cost: only an alias lets a query read the same field twice."""


@dataclass(slots=True)
class _Walk:
    fragments: dict[str, FragmentDefinitionNode]
    selections: int = 0
    aliases: int = 0

    def descend(self, selection_set: SelectionSetNode, depth: int, max_depth: int) -> None:
        for selection in selection_set.selections:
            self.selections += 1
            if self.selections > MAX_SELECTIONS:
                raise GraphQLError(f"The query selects more than {MAX_SELECTIONS} fields. Ask for less, or in several queries.", selection)
            if isinstance(selection, FieldNode):
                self._field(selection, depth + 1, max_depth)
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self.fragments.get(selection.name.value)
                if fragment is not None:  # an unknown one is validation's to name
                    self.descend(fragment.selection_set, depth, max_depth)
            elif isinstance(selection, InlineFragmentNode):
                self.descend(selection.selection_set, depth, max_depth)

    def _field(self, field: FieldNode, depth: int, max_depth: int) -> None:
        if depth == 1 and field.name.value in {"__schema", "__type"}:
            max_depth = MAX_INTROSPECTION_DEPTH
        if field.alias is not None:
            self.aliases += 1
            if self.aliases > MAX_ALIASES:
                raise GraphQLError(f"The query uses more than {MAX_ALIASES} aliases. Ask in several queries.", field)
        if depth > max_depth:
            raise GraphQLError(f"The query is more than {max_depth} levels deep.", field)
        if field.selection_set is not None:
            self.descend(field.selection_set, depth, max_depth)


def check_size(document: DocumentNode) -> None:
    """Raises GraphQLError for a document that is too deep or too large."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    walk = _Walk(fragments)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            walk.descend(node.selection_set, 0, MAX_DEPTH)

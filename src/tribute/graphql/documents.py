"""Queries as checked documents: parsed, limited, validated; those that are asked again are kept. Called by `answer`.

Invariant: what is kept depends on the schema and the query's text alone. Who may see what is decided when a document runs, never here.
"""

import threading
from collections import OrderedDict

from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse, validate

from tribute.graphql.limits import MAX_TOKENS, check_size

MOST_KEPT_CHARACTERS = 32_000
"""Of all kept queries together: a hundred as dashboards send them. A character costs a kilobyte at most, in text made to cost it."""
LONGEST_KEPT = 4_000
_MAX_VALIDATION_ERRORS = 20


class RefusedDocumentError(Exception):
    """A document that is wrong as a whole, with what says so; nobody keeps it."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__("refused")
        self.errors = errors


class CheckedDocuments:
    """The documents of queries that may be run, the ones asked for last kept. Safe from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[GraphQLSchema, str], DocumentNode] = OrderedDict()
        self.characters = 0
        """Of the queries that are kept."""

    def document(self, schema: GraphQLSchema, query: str) -> DocumentNode:
        """Raises RefusedDocumentError. Clients ask in the same words again, and to check these costs more than the answer."""
        if len(query) > LONGEST_KEPT:
            return _checked(schema, query)
        with self._lock:
            document = self._kept.get((schema, query))
            if document is not None:
                self._kept.move_to_end((schema, query))
                return document
        document = _checked(schema, query)
        self._keep((schema, query), document)
        return document

    def _keep(self, asked: tuple[GraphQLSchema, str], document: DocumentNode) -> None:
        with self._lock:
            if asked not in self._kept:  # another thread may have been faster
                self.characters += len(asked[1])
            self._kept[asked] = document
            while self.characters > MOST_KEPT_CHARACTERS:
                (_, forgotten), _ = self._kept.popitem(last=False)
                self.characters -= len(forgotten)


def _checked(schema: GraphQLSchema, query: str) -> DocumentNode:
    try:
        document = parse(query, max_tokens=MAX_TOKENS)
        check_size(document)
    except GraphQLError as error:
        raise RefusedDocumentError([error]) from error
    errors = validate(schema, document, max_errors=_MAX_VALIDATION_ERRORS)
    if errors:
        raise RefusedDocumentError(errors)
    return document

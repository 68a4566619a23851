"""From a GraphQL request to its answer: parse, limit, validate, run, shape. Plain; the HTTP door calls it in a thread."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    execute_sync,
    parse,
    validate,
)

from tribute.access.caller import Caller
from tribute.graphql.context import Context
from tribute.graphql.errors import MALFORMED, field_error, refused, request_error
from tribute.graphql.limits import MAX_QUERY_LENGTH, MAX_TOKENS, check_size
from tribute.graphql.rows import RowsExecutor

_encoder = msgspec.json.Encoder()
_MAX_VALIDATION_ERRORS = 20
_KEPT_DOCUMENTS, _KEPT_LENGTH = 128, 4_000
"""How many checked documents stay in memory, and how many characters such a query has at most."""
_TOO_LONG = f"The query is longer than {MAX_QUERY_LENGTH:,} characters. Ask in several queries."


class Request(msgspec.Struct, rename="camel"):
    """GraphQL over HTTP: what a client asks for."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and JSON body. A query that ran, or was refused as a whole, is 200: AppSync's clients look into the body."""

    status: int
    body: bytes


def malformed(message: str) -> Answer:
    """What was sent is no GraphQL request."""
    return failed(400, MALFORMED, message)


def failed(status: int, error_type: str, message: str) -> Answer:
    """A request that never became a query."""
    return Answer(status, _encoder.encode(request_error(error_type, message)))


def answer(schema: GraphQLSchema, caller: Caller, request: Request, *, queries_only: bool = False) -> Answer:
    """Run one request for one caller. Never raises for anything a client can send.

    `queries_only` is for GET, which must not change anything.
    """
    if not request.query.strip():
        return malformed("The query is empty.")
    if len(request.query) > MAX_QUERY_LENGTH:
        return malformed(_TOO_LONG)
    document = checked(schema, request)
    if isinstance(document, list):
        return Answer(200, _encoder.encode({"data": None, "errors": document}))
    if queries_only and _kinds(document) != {OperationType.QUERY}:
        return failed(405, MALFORMED, "GET answers queries only. Send this with POST.")
    if OperationType.SUBSCRIPTION in _kinds(document):
        return malformed("Subscriptions run over a websocket: graphql-transport-ws at /graphql, AppSync's protocol at /graphql/realtime.")
    return Answer(200, _encoder.encode(run(schema, document, caller, request)))


class _WrongAsAWhole(Exception):  # noqa: N818 -- no fault of ours, and caught below
    """A document with errors, which nobody keeps."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__("refused")
        self.errors = errors


def checked(schema: GraphQLSchema, request: Request) -> DocumentNode | list[dict[str, Any]]:
    """The document of a request; where it is wrong as a whole, the errors that say so."""
    if len(request.query) > MAX_QUERY_LENGTH:
        return refused([GraphQLError(_TOO_LONG)])
    try:
        return (_document if len(request.query) <= _KEPT_LENGTH else _document.__wrapped__)(schema, request.query)
    except _WrongAsAWhole as wrong:
        return refused(wrong.errors)


@lru_cache(_KEPT_DOCUMENTS)
def _document(schema: GraphQLSchema, query: str) -> DocumentNode:
    """The document of a query that may be run. Kept: clients ask in the same words again, and to check them costs more than the answer."""
    try:
        document = parse(query, max_tokens=MAX_TOKENS)
        check_size(document)
    except GraphQLError as error:
        raise _WrongAsAWhole([error]) from error
    errors = validate(schema, document, max_errors=_MAX_VALIDATION_ERRORS)
    if errors:
        raise _WrongAsAWhole(errors)
    return document


def _kinds(document: DocumentNode) -> set[OperationType]:
    return {node.operation for node in document.definitions if isinstance(node, OperationDefinitionNode)}


def run(schema: GraphQLSchema, document: DocumentNode, caller: Caller, request: Request) -> dict[str, Any]:
    """Run a checked document that is no subscription; the response's JSON."""
    result: ExecutionResult = execute_sync(
        schema,
        document,
        context_value=Context(caller),
        variable_values=request.variables,
        operation_name=request.operation_name,
        executor_class=RowsExecutor,
    )
    return shaped(result)


def shaped(result: ExecutionResult) -> dict[str, Any]:
    """A result as the response's JSON."""
    response: dict[str, Any] = {"data": result.data}
    if result.errors:
        response["errors"] = [field_error(error) for error in result.errors]
    return response

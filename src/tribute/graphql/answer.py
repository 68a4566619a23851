"""From a GraphQL request to its answer: check, run, shape. Plain; the HTTP door calls it in a thread."""

from dataclasses import dataclass
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
)

from tribute.access.caller import Caller
from tribute.graphql.context import Context
from tribute.graphql.documents import CheckedDocuments, RefusedDocumentError
from tribute.graphql.errors import MALFORMED, field_error, refused, request_error
from tribute.graphql.limits import MAX_QUERY_LENGTH
from tribute.graphql.rows import RowsExecutor

_encoder = msgspec.json.Encoder()
_documents = CheckedDocuments()
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


def checked(schema: GraphQLSchema, request: Request) -> DocumentNode | list[dict[str, Any]]:
    """The document of a request; where it is wrong as a whole, the errors that say so."""
    if len(request.query) > MAX_QUERY_LENGTH:
        return refused([GraphQLError(_TOO_LONG)])
    try:
        return _documents.document(schema, request.query)
    except RefusedDocumentError as wrong:
        return refused(wrong.errors)


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

"""From a GraphQL request to its answer: parse, limit, validate, run, shape. Plain; the HTTP door calls it in a thread."""

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
    parse,
    validate,
)

from tribute.access.caller import Caller
from tribute.graphql.context import Context
from tribute.graphql.errors import MALFORMED, field_error, refused_query, request_error
from tribute.graphql.limits import MAX_QUERY_LENGTH, MAX_TOKENS, check_size
from tribute.graphql.rows import RowsExecutor

_encoder = msgspec.json.Encoder()
_MAX_VALIDATION_ERRORS = 20


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
        return malformed(f"The query is longer than {MAX_QUERY_LENGTH:,} characters. Ask in several queries.")
    try:
        document = parse(request.query, max_tokens=MAX_TOKENS)
        check_size(document)
    except GraphQLError as error:
        return Answer(200, _encoder.encode(refused_query([error])))
    if errors := validate(schema, document, max_errors=_MAX_VALIDATION_ERRORS):
        return Answer(200, _encoder.encode(refused_query(errors)))
    if queries_only and not _is_query(document):
        return failed(405, MALFORMED, "GET answers queries only. Send this with POST.")
    return Answer(200, _encoder.encode(_run(schema, document, caller, request)))


def _is_query(document: DocumentNode) -> bool:
    return all(node.operation is OperationType.QUERY for node in document.definitions if isinstance(node, OperationDefinitionNode))


def _run(schema: GraphQLSchema, document: DocumentNode, caller: Caller, request: Request) -> dict[str, Any]:
    result: ExecutionResult = execute_sync(
        schema,
        document,
        context_value=Context(caller),
        variable_values=request.variables,
        operation_name=request.operation_name,
        executor_class=RowsExecutor,
    )
    shaped: dict[str, Any] = {"data": result.data}
    if result.errors:
        shaped["errors"] = [field_error(error) for error in result.errors]
    return shaped

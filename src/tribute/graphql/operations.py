"""A GraphQL operation as a stream of results: a subscription's many, a query's one. Called by both realtime protocols."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, TypeAlias, cast

from graphql import DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema, OperationType, get_operation_ast, subscribe

from tribute.access.caller import Caller
from tribute.graphql.answer import Request, checked, run, shaped
from tribute.graphql.caller_threads import CallerThreads
from tribute.graphql.context import Context
from tribute.graphql.errors import field_error, refused

Operation: TypeAlias = AsyncGenerator[dict[str, Any], None]


class Refused(Exception):  # noqa: N818 -- no fault: the answer to an operation that is wrong as a whole
    """Nothing was run; `errors` are in AppSync's shape."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__("refused")
        self.errors = errors


async def begun(
    schema: GraphQLSchema, caller: Caller, request: Request, threads: CallerThreads, *, subscriptions_only: bool = False
) -> Operation:
    """Begin an operation for a caller: its results, one by one, for whoever closes them in the end. Raises Refused."""
    document = await threads.run(caller.person_id, checked, schema, request)
    if isinstance(document, list):
        raise Refused(document)
    asked = get_operation_ast(document, request.operation_name)
    if asked is not None and asked.operation is OperationType.SUBSCRIPTION:
        return await _subscribed(schema, document, caller, request)
    if subscriptions_only:
        raise Refused([{"errorType": "UnsupportedOperation", "message": "Only subscriptions are supported through the realtime channel."}])
    if asked is not None and asked.operation is OperationType.MUTATION:
        raise Refused(refused([GraphQLError("Changes are sent with POST to /graphql.", asked)]))
    return _answered(schema, document, caller, request, threads)


async def _answered(schema: GraphQLSchema, document: DocumentNode, caller: Caller, request: Request, threads: CallerThreads) -> Operation:
    yield await threads.run(caller.person_id, run, schema, document, caller, request)


async def _subscribed(schema: GraphQLSchema, document: DocumentNode, caller: Caller, request: Request) -> Operation:
    subscribed = subscribe(
        schema, document, context_value=Context(caller), variable_values=request.variables, operation_name=request.operation_name
    )
    results = await subscribed if asyncio.iscoroutine(subscribed) else subscribed
    if isinstance(results, ExecutionResult):
        raise Refused([field_error(error) for error in results.errors or [GraphQLError("It cannot be subscribed to.")]])
    return _shaped(cast("AsyncIterator[ExecutionResult]", results))


async def _shaped(results: AsyncIterator[ExecutionResult]) -> Operation:
    async with aclosing(cast("Any", results)):
        async for result in results:
            yield shaped(result)

"""Errors as AppSync answers them, so that its clients read ours: shape, type names and the wording of a denied field.

Sources: AWS's AppSync developer guide, and the behaviour its team described in graphql/graphql-over-http#81.
"""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import structlog
from graphql import GraphQLError, GraphQLResolveInfo

from tribute.access.caller import NotAllowedError
from tribute.kit.errors import ConflictError, InvalidInputError, NotFoundError, TributeError, UnavailableError

MALFORMED = "MalformedHttpRequestException"
UNAUTHENTICATED = "UnauthorizedException"
VALIDATION = "ValidationError"

_TOLD: Final[dict[type[TributeError], str]] = {
    NotAllowedError: "Unauthorized",  # where no resolver could name its field, as `guarded` does
    UnavailableError: "ServiceUnavailableException",
    InvalidInputError: "BadRequestException",
    NotFoundError: "NotFoundException",
    ConflictError: "ConflictException",
}
"""What a person can mend, by the type that AWS's services give such an error."""

_log = structlog.get_logger(__name__)


class DeniedError(GraphQLError):
    """A field that the credentials do not reach."""

    def __init__(self, field: str, on_type: str) -> None:
        super().__init__(f"Not Authorized to access {field} on type {on_type}")


def guarded(resolver: Callable[..., Any]) -> Callable[..., Any]:
    """The resolver, with NotAllowedError told as AppSync tells it."""

    @wraps(resolver)
    def resolve(source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        try:
            return resolver(source, info, **arguments)
        except NotAllowedError as error:
            raise DeniedError(info.field_name, info.parent_type.name) from error

    return resolve


def request_error(error_type: str, message: str) -> dict[str, Any]:
    """The body for a request that never became a query."""
    return {"errors": [{"errorType": error_type, "message": message}]}


def refused(errors: list[GraphQLError]) -> list[dict[str, Any]]:
    """The errors of a query that is wrong as a whole: nothing was run."""
    return [_shaped(error, VALIDATION, error.message) for error in errors]


def field_error(error: GraphQLError) -> dict[str, Any]:
    """An error of a field that was run, or of variables that do not fit. What was not foreseen is logged and told without details."""
    cause = error.original_error
    if isinstance(cause, DeniedError) or isinstance(error, DeniedError):
        return _shaped(error, "Unauthorized", error.message)
    for kind, error_type in _TOLD.items():
        if isinstance(cause, kind):
            return _shaped(error, error_type, str(cause))
    if error.path is None:  # no field was run: the variables do not fit
        return _shaped(error, VALIDATION, error.message)
    return _shaped(error, "InternalFailure", log_internal_failure(cause or error))


def internal_failure(error: BaseException) -> dict[str, Any]:
    """The error of an operation that failed as a whole by a fault of ours."""
    return _shaped(GraphQLError("fault"), "InternalFailure", log_internal_failure(error))


def log_internal_failure(error: BaseException) -> str:
    """Log what went wrong under a fresh reference; the sentence that the client gets in its place."""
    reference = secrets.token_hex(4)
    _log.error("graphql_internal_failure", reference=reference, exc_info=error)
    return f"This could not be answered because of a fault of ours. It is logged as {reference}."


def _shaped(error: GraphQLError, error_type: str, message: str) -> dict[str, Any]:
    locations = [{"line": place.line, "column": place.column, "sourceName": None} for place in error.locations or []]
    return {
        "path": error.path,
        "data": None,
        "errorType": error_type,
        "errorInfo": None,
        "locations": locations or None,
        "message": message,
    }

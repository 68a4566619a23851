"""What goes wrong, as JSON that a person can act on. Never a stack trace, never a cause that only we understand."""

import secrets
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, MethodNotAllowedException, ValidationException

from tribute.access.caller import NotAllowedError, WrongCredentialsError
from tribute.kit.errors import ConflictError, InvalidInputError, NotFoundError, UnavailableError

_log = structlog.get_logger(__name__)

_HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
_UNAUTHENTICATED = "No valid credentials. Sign in to the portal, or send a token as `Authorization: Bearer TOKEN` or `x-api-key: TOKEN`."
_NOT_FOUND = "There is nothing here; /api/v1 shows what there is."
_NOT_ACCEPTABLE = "The answer is application/json or text/csv; ask for one of them in Accept, or with `format`."
_UNREADABLE = "The request cannot be read; check its address and its method."


class NotAcceptableError(Exception):
    """The Accept header allows neither JSON nor CSV."""


class Fault(msgspec.Struct, omit_defaults=True):
    """What is wrong and what to do about it; `field` is the parameter that is wrong."""

    message: str
    field: str | None = None


def fault_handlers() -> dict[Any, Any]:
    """Exception handlers for the whole application."""
    return {
        InvalidInputError: lambda _, error: _told(400, Fault(str(error), error.field)),
        WrongCredentialsError: lambda _, _error: _told(401, Fault(_UNAUTHENTICATED), {"www-authenticate": "Bearer"}),
        NotAllowedError: lambda _, error: _told(403, Fault(str(error))),
        ConflictError: lambda _, error: _told(409, Fault(str(error))),
        NotFoundError: lambda _, error: _told(404, Fault(str(error))),
        NotAcceptableError: lambda _, _error: _told(406, Fault(_NOT_ACCEPTABLE)),
        UnavailableError: lambda _, error: _told(503, Fault(str(error)), {"retry-after": "5"}),
        ValidationException: lambda _, error: _told(400, _wrong_parameter(error)),
        MethodNotAllowedException: lambda _, error: _told(405, Fault(_methods(error)), error.headers),
        HTTPException: lambda _, error: _told(
            error.status_code, Fault(_NOT_FOUND if error.status_code == 404 else _UNREADABLE), error.headers
        ),
        Exception: _unforeseen,
    }


def _wrong_parameter(error: ValidationException) -> Fault:
    """The first parameter of the address that is not what it can be, by name."""
    for wrong in error.extra if isinstance(error.extra, list) else ():
        if isinstance(wrong, dict) and wrong.get("key"):
            name = str(wrong["key"])
            return Fault(f"{name}: {wrong.get('message', 'is not what it can be')}; /api/v1 says what it can be", name)
    return Fault(_UNREADABLE)


def _methods(error: MethodNotAllowedException) -> str:
    """Which methods the address takes; OPTIONS, which every address has, helps nobody who got the method wrong."""
    taken = sorted(set((error.headers or {}).get("allow", "").split(", ")) - {"OPTIONS", ""})
    return f"This address takes {' and '.join(taken)} only; /api/v1 says what each method does." if taken else _UNREADABLE


def not_found() -> Response[bytes]:
    """The answer where there is nothing."""
    return _told(404, Fault(_NOT_FOUND))


def _unforeseen(_request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    reference = secrets.token_hex(4)
    _log.error("rest_internal_failure", reference=reference, exc_info=error)
    return _told(500, Fault(f"This could not be read because of a fault of ours; nothing was changed. It is logged as {reference}."))


def _told(status: int, fault: Fault, headers: dict[str, str] | None = None) -> Response[bytes]:
    body = msgspec.json.encode({"error": fault})
    return Response(body, status_code=status, media_type="application/json", headers=_HEADERS | (headers or {}))

"""What the routes of the API share: who calls, the answer as JSON, parameters and refusals as the document tells them."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal, cast

import msgspec
from anyio.to_thread import run_sync
from litestar import Request, Response
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter

from tribute.access.caller import Caller
from tribute.access.credentials import Credentials
from tribute.kit.asgi import Scope
from tribute.kit.clock import parse_iso
from tribute.kit.errors import InvalidInputError
from tribute.ledger.rules.text import is_storable
from tribute.rest.faults import Fault

AnyRequest = Request[Any, Any, Any]
Limit = Annotated[int, QueryParameter(ge=1, le=200, description="How many there are on a page, 1 to 200.")]
Cursor = Annotated[str | None, QueryParameter(description="`next_cursor` of the page before.")]

REFUSALS: Final = {
    400: ResponseSpec(Fault, description="A field is wrong; `field` names it."),
    401: ResponseSpec(Fault, description="No valid credentials."),
    403: ResponseSpec(Fault, description="The credentials do not reach this."),
}
UNKNOWN: Final = {404: ResponseSpec(Fault, description="What the address names is not there.")}
CONFLICT: Final = {409: ResponseSpec(Fault, description="It contradicts what is there.")}


def reader(credentials: Credentials, request: AnyRequest) -> Caller:
    """Who only reads; a person may have opened the address by hand."""
    return credentials.caller(cast("Scope", request.scope), opened_by_hand=True)


async def changer(credentials: Credentials, request: AnyRequest) -> Caller:
    """Who changes something. A cookie counts from our own pages alone."""
    return await run_sync(credentials.caller, cast("Scope", request.scope))


def as_json(document: msgspec.Struct, *, status: Literal[200, 201] = 200) -> Response[bytes]:
    """The answer."""
    return Response(msgspec.json.encode(document), status_code=status, media_type="application/json")


def time_of(field: str, told: str | None) -> datetime | None:
    """A time of the address. Raises InvalidInputError."""
    if told is None:
        return None
    try:
        return parse_iso(told)
    except ValueError:
        raise InvalidInputError(field, "give a time like 2026-11-20T10:00:00Z") from None


def text_of(field: str, told: str | None) -> str | None:
    """A text of the address that a database can compare. Raises InvalidInputError."""
    if told is not None and not is_storable(told):
        raise InvalidInputError(field, "has characters that no database holds; leave them out")
    return told

"""`/api/v1/conversions/<id>/…`: what an owner says of an order; `/api/v1/audit` and `/api/v1/order-hints`: what an owner looks into."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import msgspec
from anyio.to_thread import run_sync
from litestar import Response, delete, get, post, put
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter

from tribute.access.caller import Caller
from tribute.access.credentials import Credentials
from tribute.kit.errors import InvalidInputError
from tribute.office.orders import OrderOffice
from tribute.rest.bodies import body_of
from tribute.rest.conversion_documents import ConversionDocument, conversion_document
from tribute.rest.description import takes
from tribute.rest.office_doors import OfficeDoors
from tribute.rest.promoter_documents import AuditPage, HintList, audit_page, hint_document
from tribute.rest.serving import CONFLICT, REFUSALS, UNKNOWN, AnyRequest, Cursor, Limit, as_json, changer, reader, text_of, time_of

_DECIDED = {
    200: ResponseSpec(ConversionDocument, description="The conversion as it is decided now."),
    **REFUSALS,
    **UNKNOWN,
    **CONFLICT,
}


_Method = Callable[..., Callable[..., Any]]
"""`put`, `post` or `delete`."""


class AssignmentTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose the order is, by code or id; null: nobody's. The reason is kept with the decision."""

    affiliate: str | None
    reason: str


class ReasonTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why."""

    reason: str


class LinkedTo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The conversion that is the same order, by id; it alone earns."""

    to: str


Told = TypeVar("Told", AssignmentTold, ReasonTold, LinkedTo)


def ruling_routes(doors: OfficeDoors, credentials: Credentials) -> list[Any]:
    """The routes of what owners say of orders, and look into."""
    routes = _Routes(doors, credentials)
    return [*routes.ruling(), *routes.looking()]


class _Routes:
    def __init__(self, doors: OfficeDoors, credentials: Credentials) -> None:
        self._doors = doors
        self._credentials = credentials

    def ruling(self) -> list[Any]:
        """What an owner says of one order: whose it is, whether it counts, whether two are one, whether what it earned may be paid."""
        return [
            self._with_words(
                put,
                "assignment",
                AssignmentTold,
                "Give an order to an affiliate, or to nobody; nothing overrules that",
                lambda orders, caller, order, told: orders.assign(caller, order, told.affiliate, reason=told.reason),
            ),
            self._plain(delete, "assignment", "Take that back: the order is decided by its codes and clicks again", OrderOffice.unassign),
            self._with_words(
                put,
                "rejection",
                ReasonTold,
                "Reject an order: nobody earns on it",
                lambda orders, caller, order, told: orders.reject(caller, order, reason=told.reason),
            ),
            self._plain(delete, "rejection", "Take a rejection back", OrderOffice.unreject),
            self._with_words(
                post,
                "link",
                LinkedTo,
                "Say that an order is the same as another one, which alone earns",
                lambda orders, caller, order, told: orders.link(caller, order, told.to),
            ),
            self._plain(post, "keep-apart", "Say that an order is no duplicate of another", OrderOffice.keep_apart),
            self._with_words(
                post,
                "hold",
                ReasonTold,
                "Hold what an order earned until it is released; the affiliate sees the reason",
                lambda orders, caller, order, told: orders.hold(caller, order, reason=told.reason),
            ),
            self._plain(post, "release", "Release what was held", OrderOffice.release),
            self._plain(post, "decide", "Decide an order again by what is known now", OrderOffice.decide_again),
        ]

    def _with_words(
        self, method: _Method, name: str, form: type[Told], summary: str, say: Callable[[OrderOffice, Caller, str, Told], None]
    ) -> Any:
        """A route whose body says more."""

        @method(
            f"/conversions/{{conversion_id:str}}/{name}",
            operation_id=_operation_id(method, name),
            operation_class=takes(form),
            status_code=200,
            summary=summary,
            responses=_DECIDED,
        )
        async def rule(request: AnyRequest, conversion_id: FromPath[str]) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            told = await body_of(request, form)
            return await self._said(caller, conversion_id, lambda orders: say(orders, caller, conversion_id, told))

        return rule

    def _plain(self, method: _Method, name: str, summary: str, say: Callable[[OrderOffice, Caller, str], None]) -> Any:
        """A route whose address says all."""

        @method(
            f"/conversions/{{conversion_id:str}}/{name}",
            operation_id=_operation_id(method, name),
            status_code=200,
            summary=summary,
            responses=_DECIDED,
        )
        async def rule(request: AnyRequest, conversion_id: FromPath[str]) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            return await self._said(caller, conversion_id, lambda orders: say(orders, caller, conversion_id))

        return rule

    def looking(self) -> list[Any]:
        """What an owner looks into."""

        @get(
            "/audit",
            summary="Every change by a person, the latest first; the team only",
            sync_to_thread=True,
            responses={200: ResponseSpec(AuditPage, description="A page of them."), **REFUSALS},
        )
        def list_audit(
            request: AnyRequest,
            *,
            subject_kind: Annotated[str | None, QueryParameter(description="Only of such: program, affiliate, conversion.")] = None,
            subject_id: Annotated[str | None, QueryParameter(description="Only of this one, together with its kind.")] = None,
            cursor: Cursor = None,
            limit: Limit = 50,
        ) -> Response[bytes]:
            kind, name = text_of("subject_kind", subject_kind), text_of("subject_id", subject_id)
            if (kind is None) != (name is None):
                raise InvalidInputError("subject_id", "give it together with subject_kind, or leave both out")
            subject = (kind, name) if kind is not None and name is not None else None
            caller = reader(self._credentials, request)
            return as_json(audit_page(self._doors.records.audit(caller, subject=subject, cursor=cursor, limit=limit)))

        @get(
            "/order-hints",
            summary="Orders that pages told of and no trusted source confirmed: shown, never paid; the team only",
            sync_to_thread=True,
            responses={200: ResponseSpec(HintList, description="The latest first."), **REFUSALS},
        )
        def list_order_hints(
            request: AnyRequest,
            *,
            since: Annotated[str | None, QueryParameter(description="Hints from this time on; 30 days before the end unless told.")] = None,
            until: Annotated[str | None, QueryParameter(description="Hints up to this time; now unless told.")] = None,
            limit: Limit = 50,
        ) -> Response[bytes]:
            caller = reader(self._credentials, request)
            found = self._doors.hints.unconfirmed(caller, since=time_of("since", since), until=time_of("until", until), limit=limit)
            return as_json(HintList([hint_document(one) for one in found]))

        return [list_audit, list_order_hints]

    async def _said(self, caller: Caller, conversion_id: str, change: Callable[[OrderOffice], None]) -> Response[bytes]:
        """The conversion after the owner's word."""
        await run_sync(change, self._doors.office.orders)
        return as_json(conversion_document(await run_sync(self._doors.money.conversion, caller, conversion_id)))


def _operation_id(method: _Method, name: str) -> str:
    """What generated clients call it: `putConversionAssignment`."""
    return f"{method.__name__}Conversion{name.title().replace('-', '')}"

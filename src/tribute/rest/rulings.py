"""`/api/v1/conversions/<id>/…`: what an owner says of an order; `/api/v1/audit` and `/api/v1/order-hints`: what an owner looks into."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from anyio.to_thread import run_sync
from litestar import Response, delete, get, post, put
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter

from tribute.access.caller import Caller
from tribute.access.credentials import Credentials
from tribute.kit.errors import InvalidInputError
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


def ruling_routes(doors: OfficeDoors, credentials: Credentials) -> list[Any]:
    """The routes of what owners say of orders, and look into."""
    routes = _Routes(doors, credentials)
    return [*routes.assigning(), *routes.rejecting(), *routes.comparing(), *routes.holding(), *routes.looking()]


class _Routes:
    def __init__(self, doors: OfficeDoors, credentials: Credentials) -> None:
        self._doors = doors
        self._credentials = credentials

    def assigning(self) -> list[Any]:
        """Whose an order is."""

        @put(
            "/conversions/{conversion_id:str}/assignment",
            operation_class=takes(AssignmentTold),
            summary="Give an order to an affiliate, or to nobody; nothing overrules that",
            responses=_DECIDED,
        )
        async def assign(request: AnyRequest, conversion_id: FromPath[str]) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            told = await body_of(request, AssignmentTold)
            office = self._doors.office.orders
            return await self._said(caller, conversion_id, lambda: office.assign(caller, conversion_id, told.affiliate, reason=told.reason))

        @delete(
            "/conversions/{conversion_id:str}/assignment",
            status_code=200,
            summary="Take that back: the order is decided by its codes and clicks again",
            responses=_DECIDED,
        )
        async def unassign(request: AnyRequest, conversion_id: FromPath[str]) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            return await self._said(caller, conversion_id, lambda: self._doors.office.orders.unassign(caller, conversion_id))

        return [assign, unassign]

    def rejecting(self) -> list[Any]:
        """Whether an order counts."""

        @put(
            "/conversions/{conversion_id:str}/rejection",
            operation_class=takes(ReasonTold),
            summary="Reject an order: nobody earns on it",
            responses=_DECIDED,
        )
        async def reject(request: AnyRequest, conversion_id: FromPath[str]) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            told = await body_of(request, ReasonTold)
            office = self._doors.office.orders
            return await self._said(caller, conversion_id, lambda: office.reject(caller, conversion_id, reason=told.reason))

        @delete("/conversions/{conversion_id:str}/rejection", status_code=200, summary="Take a rejection back", responses=_DECIDED)
        async def unreject(request: AnyRequest, conversion_id: FromPath[str]) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            return await self._said(caller, conversion_id, lambda: self._doors.office.orders.unreject(caller, conversion_id))

        return [reject, unreject]

    def comparing(self) -> list[Any]:
        """Whether two orders are one."""

        @post(
            "/conversions/{conversion_id:str}/link",
            operation_class=takes(LinkedTo),
            status_code=200,
            summary="Say that an order is the same as another one, which alone earns",
            responses=_DECIDED,
        )
        async def link(request: AnyRequest, conversion_id: FromPath[str]) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            told = await body_of(request, LinkedTo)
            return await self._said(caller, conversion_id, lambda: self._doors.office.orders.link(caller, conversion_id, told.to))

        @post(
            "/conversions/{conversion_id:str}/keep-apart",
            status_code=200,
            summary="Say that an order is no duplicate of another",
            responses=_DECIDED,
        )
        async def keep_apart(request: AnyRequest, conversion_id: FromPath[str]) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            return await self._said(caller, conversion_id, lambda: self._doors.office.orders.keep_apart(caller, conversion_id))

        return [link, keep_apart]

    def holding(self) -> list[Any]:
        """Whether what an order earned may be paid, and what it earned."""

        @post(
            "/conversions/{conversion_id:str}/hold",
            operation_class=takes(ReasonTold),
            status_code=200,
            summary="Hold what an order earned until it is released; the affiliate sees the reason",
            responses=_DECIDED,
        )
        async def hold(request: AnyRequest, conversion_id: FromPath[str]) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            told = await body_of(request, ReasonTold)
            office = self._doors.office.orders
            return await self._said(caller, conversion_id, lambda: office.hold(caller, conversion_id, reason=told.reason))

        @post(
            "/conversions/{conversion_id:str}/release",
            status_code=200,
            summary="Release what was held",
            responses=_DECIDED,
        )
        async def release(request: AnyRequest, conversion_id: FromPath[str]) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            return await self._said(caller, conversion_id, lambda: self._doors.office.orders.release(caller, conversion_id))

        @post(
            "/conversions/{conversion_id:str}/decide",
            status_code=200,
            summary="Decide an order again by what is known now",
            responses=_DECIDED,
        )
        async def decide(request: AnyRequest, conversion_id: FromPath[str]) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            return await self._said(caller, conversion_id, lambda: self._doors.office.orders.decide_again(caller, conversion_id))

        return [hold, release, decide]

    def looking(self) -> list[Any]:
        """What an owner looks into."""

        @get(
            "/audit",
            summary="Every change by a person, the latest first; owners only",
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
            summary="Orders that pages told of and no trusted source confirmed: shown, never paid; owners only",
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

    async def _said(self, caller: Caller, conversion_id: str, change: Callable[[], None]) -> Response[bytes]:
        """The conversion after the owner's word."""
        await run_sync(change)
        return as_json(conversion_document(await run_sync(self._doors.money.conversion, caller, conversion_id)))

"""`/api/v1/conversions` and `/api/v1/commissions`: orders come in with an owner's token, and what became of them is read."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Protocol, TypeVar

from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, QueryParameter

from tribute.access.caller import Caller
from tribute.access.credentials import Credentials
from tribute.attribution.desk import Desk
from tribute.attribution.intake import Intake, Taken
from tribute.attribution.order_form import ConversionTold, DisputeTold, RefundTold
from tribute.attribution.ports import Arrivals
from tribute.kit.errors import UnavailableError
from tribute.ledger.commission_pages import Filters
from tribute.ledger.commissions import CommissionStatus
from tribute.ledger.conversions import Status
from tribute.office.permission import require_change
from tribute.reports.money import Money
from tribute.rest.bodies import body_of
from tribute.rest.conversion_documents import (
    CommissionPage,
    ConversionDocument,
    ConversionPage,
    commission_page,
    conversion_document,
    conversion_page,
)
from tribute.rest.description import takes
from tribute.rest.faults import Fault
from tribute.rest.serving import REFUSALS, AnyRequest, Cursor, Limit, as_json, changer, reader, text_of, time_of

WAIT_SECONDS: Final = 2.0
"""How long an answer waits for the events that were received before the order."""
_LOOK_SECONDS: Final = 0.01

_UNKNOWN = {404: ResponseSpec(Fault, description="There is no such conversion.")}
_CONFLICT = {409: ResponseSpec(Fault, description="Something else was told under this id before.")}

Told = TypeVar("Told", RefundTold, DisputeTold)
_In_contra = TypeVar("_In_contra", contravariant=True)


class _Take(Protocol[_In_contra]):
    """Takes in what was told of a conversion."""

    def __call__(self, conversion_id: str, told: _In_contra, *, by: str) -> Taken: ...


@dataclass(frozen=True, slots=True)
class MoneyDoors:
    """What the routes of money need beside credentials. `on_change` is called after each thing that was taken in."""

    intake: Intake
    desk: Desk
    arrivals: Arrivals
    money: Money
    on_change: Callable[[], None]


def conversion_routes(doors: MoneyDoors, credentials: Credentials) -> list[Any]:
    """The routes of conversions and commissions."""
    routes = _Routes(doors, credentials)
    return [*routes.taking(), *routes.reading()]


class _Routes:
    def __init__(self, doors: MoneyDoors, credentials: Credentials) -> None:
        self._doors = doors
        self._credentials = credentials

    def taking(self) -> list[Any]:
        """Routes that take something in."""

        @post(
            "/conversions",
            operation_class=takes(ConversionTold),
            summary="Tell of a sale or a lead",
            responses={
                201: ResponseSpec(ConversionDocument, description="Taken in, and decided if its events were there within two seconds."),
                200: ResponseSpec(ConversionDocument, description="Told before; as it stands now."),
                **REFUSALS,
                **_CONFLICT,
            },
        )
        async def take_conversion(request: AnyRequest) -> Response[bytes]:
            caller = await self._sender(request)
            told = await body_of(request, ConversionTold)
            taken = await run_sync(lambda: self._doors.intake.conversion(told, by=caller.person_id))
            return await self._answer(caller, taken)

        refunds = self._about_a_conversion("refunds", RefundTold, "Tell of a refund", lambda intake: intake.refund)
        disputes = self._about_a_conversion("disputes", DisputeTold, "Tell of a dispute's opening or end", lambda intake: intake.dispute)
        return [take_conversion, refunds, disputes]

    def _about_a_conversion(self, name: str, form: type[Told], summary: str, taking: Callable[[Intake], _Take[Told]]) -> Any:
        """The route that takes in something about a conversion that was told of before."""

        @post(
            f"/conversions/{{conversion_id:str}}/{name}",
            name=f"take_{name}",
            operation_class=takes(form),
            summary=summary,
            responses={
                201: ResponseSpec(ConversionDocument, description="Taken in; the conversion as it stands now."),
                200: ResponseSpec(ConversionDocument, description="Told before; the conversion as it stands now."),
                **REFUSALS,
                **_UNKNOWN,
                **_CONFLICT,
            },
        )
        async def take_in(request: AnyRequest, conversion_id: FromPath[str]) -> Response[bytes]:
            caller = await self._sender(request)
            told = await body_of(request, form)
            taken = await run_sync(lambda: taking(self._doors.intake)(conversion_id, told, by=caller.person_id))
            return await self._answer(caller, taken)

        return take_in

    def reading(self) -> list[Any]:
        """Routes that only read."""
        return [self._one_conversion(), self._conversions(), self._commissions()]

    def _one_conversion(self) -> Any:
        @get(
            "/conversions/{conversion_id:str}",
            summary="One conversion",
            sync_to_thread=True,
            responses={200: ResponseSpec(ConversionDocument, description="As it stands now."), **REFUSALS, **_UNKNOWN},
        )
        def one_conversion(request: AnyRequest, conversion_id: FromPath[str]) -> Response[bytes]:
            return as_json(conversion_document(self._doors.money.conversion(self._caller(request), conversion_id)))

        return one_conversion

    def _conversions(self) -> Any:
        @get(
            "/conversions",
            summary="Conversions, the latest first",
            sync_to_thread=True,
            responses={200: ResponseSpec(ConversionPage, description="A page of them."), **REFUSALS},
        )
        def conversions(
            request: AnyRequest,
            *,
            website_id: FromQuery[str | None] = None,
            program_id: FromQuery[str | None] = None,
            status: FromQuery[Status | None] = None,
            cursor: Cursor = None,
            limit: Limit = 50,
        ) -> Response[bytes]:
            page = self._doors.money.conversions(
                self._caller(request),
                website_id=text_of("website_id", website_id),
                program_id=text_of("program_id", program_id),
                status=status,
                cursor=cursor,
                limit=limit,
            )
            return as_json(conversion_page(page))

        return conversions

    def _commissions(self) -> Any:
        @get(
            "/commissions",
            summary="Commissions, the latest first: an affiliate's own, or the team's of everyone",
            sync_to_thread=True,
            responses={200: ResponseSpec(CommissionPage, description="A page of them."), **REFUSALS},
        )
        def commissions(
            request: AnyRequest,
            *,
            affiliate_id: FromQuery[str | None] = None,
            website_id: FromQuery[str | None] = None,
            program_id: FromQuery[str | None] = None,
            status: FromQuery[CommissionStatus | None] = None,
            since: Annotated[str | None, QueryParameter(description="Orders from this time on.")] = None,
            until: Annotated[str | None, QueryParameter(description="Orders before this time.")] = None,
            cursor: Cursor = None,
            limit: Limit = 50,
        ) -> Response[bytes]:
            filters = Filters(
                affiliate_id=text_of("affiliate_id", affiliate_id),
                status=status,
                website_id=text_of("website_id", website_id),
                program_id=text_of("program_id", program_id),
                since=time_of("since", since),
                until=time_of("until", until),
            )
            return as_json(commission_page(self._doors.money.commissions(self._caller(request), filters, cursor=cursor, limit=limit)))

        return commissions

    def _caller(self, request: AnyRequest) -> Caller:
        return reader(self._credentials, request)

    async def _sender(self, request: AnyRequest) -> Caller:
        """Who of the team sends something."""
        caller = await changer(self._credentials, request)
        require_change(caller)
        return caller

    async def _answer(self, caller: Caller, taken: Taken) -> Response[bytes]:
        """The conversion as it stands, after what is new has been decided, if that can be within two seconds."""
        if taken.is_new:
            await self._wait(taken.received_at)
            with suppress(UnavailableError):  # it is taken in: the worker decides when the ledger has room again
                await run_sync(self._doors.desk.decide_due)
            self._doors.on_change()
        seen = await run_sync(self._doors.money.conversion, caller, taken.conversion_id)
        return as_json(conversion_document(seen), status=201 if taken.is_new else 200)

    async def _wait(self, received_at: datetime) -> None:
        """Until everything that was received before is loaded, or for long enough."""
        arrivals = self._doors.arrivals
        give_up_at = time.monotonic() + WAIT_SECONDS
        if arrivals.loaded_until() < received_at:
            arrivals.hurry()
        while arrivals.loaded_until() < received_at and time.monotonic() < give_up_at:
            await asyncio.sleep(_LOOK_SECONDS)

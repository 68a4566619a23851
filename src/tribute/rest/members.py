"""`/api/v1/programs/…/enrollments` and `…/coupons`: who may earn in a program, and by which discount codes."""

from typing import Annotated, Any

from anyio.to_thread import run_sync
from litestar import Response, delete, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter

from tribute.access.caller import Caller
from tribute.access.credentials import Credentials
from tribute.kit.errors import InvalidInputError
from tribute.ledger.coupons import CouponRecord
from tribute.ledger.rules.enrollment import State
from tribute.reports.programs import CouponSeen
from tribute.rest.bodies import body_of
from tribute.rest.description import takes
from tribute.rest.office_doors import OfficeDoors
from tribute.rest.program_documents import (
    CouponDocument,
    CouponList,
    CouponTold,
    EnrollmentDocument,
    EnrollmentPage,
    EnrollmentTold,
    coupon_document,
    enrollment_document,
    enrollment_page,
)
from tribute.rest.serving import CONFLICT, REFUSALS, UNKNOWN, AnyRequest, Cursor, Limit, as_json, changer, reader

Standing = Annotated[State | None, QueryParameter(name="state", description="Only who stands so.")]


def member_routes(doors: OfficeDoors, credentials: Credentials) -> list[Any]:
    """The routes of enrollments and coupons."""
    routes = _Routes(doors, credentials)
    return [*routes.enrollments(), *routes.coupons()]


class _Routes:
    def __init__(self, doors: OfficeDoors, credentials: Credentials) -> None:
        self._doors = doors
        self._credentials = credentials

    def enrollments(self) -> list[Any]:
        """Who stands where."""

        @get(
            "/programs/{program:str}/enrollments",
            summary="Who stands somehow in a program: everyone for an owner, an affiliate themself",
            sync_to_thread=True,
            responses={200: ResponseSpec(EnrollmentPage, description="A page of them, by affiliate id."), **REFUSALS, **UNKNOWN},
        )
        def list_enrollments(
            request: AnyRequest,
            program: FromPath[str],
            *,
            standing: Standing = None,
            cursor: Cursor = None,
            limit: Limit = 50,
        ) -> Response[bytes]:
            caller = reader(self._credentials, request)
            return as_json(enrollment_page(self._doors.programs.enrollments(caller, program, state=standing, cursor=cursor, limit=limit)))

        @post(
            "/programs/{program:str}/enrollments",
            operation_class=takes(EnrollmentTold),
            status_code=200,
            summary="An owner changes where an affiliate stands; an affiliate applies, or takes up an invitation, with an empty object",
            responses={200: ResponseSpec(EnrollmentDocument, description="Where they stand now."), **REFUSALS, **UNKNOWN, **CONFLICT},
        )
        async def change_enrollment(request: AnyRequest, program: FromPath[str]) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            told = await body_of(request, EnrollmentTold)
            return await run_sync(lambda: self._enrolled(caller, program, told))

        return [list_enrollments, change_enrollment]

    def coupons(self) -> list[Any]:
        """Discount codes."""

        @get(
            "/programs/{program:str}/coupons",
            summary="A program's coupons: all for an owner, an affiliate's own",
            sync_to_thread=True,
            responses={200: ResponseSpec(CouponList, description="By code."), **REFUSALS, **UNKNOWN},
        )
        def list_coupons(request: AnyRequest, program: FromPath[str]) -> Response[bytes]:
            seen = self._doors.programs.coupons(reader(self._credentials, request), program)
            return as_json(CouponList([coupon_document(one) for one in seen]))

        @post(
            "/programs/{program:str}/coupons",
            operation_class=takes(CouponTold),
            summary="Give an affiliate a coupon; it counts for orders received from now on",
            responses={201: ResponseSpec(CouponDocument, description="Theirs."), **REFUSALS, **UNKNOWN, **CONFLICT},
        )
        async def add_coupon(request: AnyRequest, program: FromPath[str]) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            told = await body_of(request, CouponTold)
            made = await run_sync(self._doors.office.affiliates.add_coupon, caller, program, told.code, told.affiliate)
            return as_json(await run_sync(self._coupon, caller, made), status=201)

        @delete(
            "/programs/{program:str}/coupons/{code:str}",
            status_code=200,
            summary="Let a coupon credit no orders that are placed from now on",
            responses={200: ResponseSpec(CouponDocument, description="Disabled."), **REFUSALS, **UNKNOWN},
        )
        async def disable_coupon(request: AnyRequest, program: FromPath[str], code: FromPath[str]) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            disabled = await run_sync(self._doors.office.affiliates.disable_coupon, caller, program, code)
            return as_json(await run_sync(self._coupon, caller, disabled))

        return [list_coupons, add_coupon, disable_coupon]

    def _enrolled(self, caller: Caller, program: str, told: EnrollmentTold) -> Response[bytes]:
        office = self._doors.office.enrollments
        if caller.affiliate_id is not None and told == EnrollmentTold():
            return as_json(enrollment_document(office.apply(caller, program)))
        if caller.affiliate_id is None and told.affiliate is None:
            raise InvalidInputError("affiliate", "is missing; give the affiliate's code or id")
        changed = office.change(caller, program, told.affiliate or "", told.state, group=told.group, reason=told.reason)
        return as_json(enrollment_document(changed))

    def _coupon(self, caller: Caller, record: CouponRecord) -> CouponDocument:
        return coupon_document(CouponSeen(record, self._doors.promoters.affiliate(caller, record.affiliate_id).record.code))

"""`/api/v1/affiliates`, `/links`, `/balances` and `/adjustments`: whom programs pay. An affiliate reaches what is their own."""

from typing import Annotated, Any

from anyio.to_thread import run_sync
from litestar import Response, get, patch, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter

from tribute.access.caller import Caller
from tribute.access.credentials import Credentials
from tribute.kit.errors import InvalidInputError
from tribute.reports.records import AdjustmentSeen
from tribute.reports.scope import require_team
from tribute.rest.bodies import body_of
from tribute.rest.description import takes
from tribute.rest.office_doors import OfficeDoors
from tribute.rest.promoter_documents import (
    AdjustmentDocument,
    AdjustmentPage,
    AdjustmentTold,
    AffiliateChange,
    AffiliateDocument,
    AffiliateList,
    AffiliateTold,
    BalanceList,
    CodeTold,
    LinkDocument,
    LinkList,
    LinkTold,
    adjustment_document,
    adjustment_page,
    affiliate_document,
    balance_document,
    link_document,
)
from tribute.rest.serving import CONFLICT, REFUSALS, UNKNOWN, AnyRequest, Cursor, Limit, as_json, changer, reader, text_of

Whose = Annotated[str | None, QueryParameter(description="The affiliate's code or id; for owners. An affiliate sees their own anyway.")]


def promoter_routes(doors: OfficeDoors, credentials: Credentials) -> list[Any]:
    """The routes of affiliates, links and what is booked for them."""
    routes = _Routes(doors, credentials)
    return [*routes.affiliates(), *routes.changes(), *routes.links(), *routes.amounts()]


class _Routes:
    def __init__(self, doors: OfficeDoors, credentials: Credentials) -> None:
        self._doors = doors
        self._credentials = credentials

    def affiliates(self) -> list[Any]:
        """Who there is."""

        @get(
            "/affiliates",
            summary="Affiliates by primary code; an affiliate sees themself",
            sync_to_thread=True,
            responses={200: ResponseSpec(AffiliateList, description="All of them."), **REFUSALS},
        )
        def list_affiliates(request: AnyRequest) -> Response[bytes]:
            seen = self._doors.promoters.affiliates(reader(self._credentials, request))
            return as_json(AffiliateList([affiliate_document(one) for one in seen]))

        @get(
            "/affiliates/{affiliate:str}",
            summary="One affiliate by code or id",
            sync_to_thread=True,
            responses={200: ResponseSpec(AffiliateDocument, description="As they stand now."), **REFUSALS, **UNKNOWN},
        )
        def get_affiliate(request: AnyRequest, affiliate: FromPath[str]) -> Response[bytes]:
            return self._affiliate(reader(self._credentials, request), affiliate)

        @post(
            "/affiliates",
            operation_class=takes(AffiliateTold),
            summary="Add an affiliate; `tribute affiliate sign-in-url` makes the link that lets them in",
            responses={201: ResponseSpec(AffiliateDocument, description="Added."), **REFUSALS, **CONFLICT},
        )
        async def add_affiliate(request: AnyRequest) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            told = await body_of(request, AffiliateTold)
            made = await run_sync(self._doors.office.affiliates.add, caller, told.name, told.email, told.code)
            return await run_sync(lambda: self._affiliate(caller, made.id, status=201))

        return [list_affiliates, get_affiliate, add_affiliate]

    def changes(self) -> list[Any]:
        """What changes of an affiliate."""

        @patch(
            "/affiliates/{affiliate:str}",
            operation_class=takes(AffiliateChange),
            summary="Let an affiliate sign in and earn, or no longer; what they earned stays",
            responses={200: ResponseSpec(AffiliateDocument, description="As they stand now."), **REFUSALS, **UNKNOWN},
        )
        async def change_affiliate(request: AnyRequest, affiliate: FromPath[str]) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            told = await body_of(request, AffiliateChange)
            await run_sync(lambda: self._doors.office.affiliates.set_active(caller, affiliate, active=told.active))
            return await run_sync(self._affiliate, caller, affiliate)

        @post(
            "/affiliates/{affiliate:str}/codes",
            operation_class=takes(CodeTold),
            summary="Give an affiliate a further code, or make one the primary; what was decided before stays",
            responses={201: ResponseSpec(AffiliateDocument, description="As they stand now."), **REFUSALS, **UNKNOWN, **CONFLICT},
        )
        async def add_code(request: AnyRequest, affiliate: FromPath[str]) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            told = await body_of(request, CodeTold)
            await run_sync(lambda: self._doors.office.affiliates.add_code(caller, affiliate, told.code, primary=told.primary))
            return await run_sync(lambda: self._affiliate(caller, affiliate, status=201))

        return [change_affiliate, add_code]

    def links(self) -> list[Any]:
        """Links, which affiliates share."""

        @get(
            "/links",
            summary="Links: an affiliate's own, or the team's view of everyone's",
            sync_to_thread=True,
            responses={200: ResponseSpec(LinkList, description="In the order of their making."), **REFUSALS, **UNKNOWN},
        )
        def list_links(request: AnyRequest, *, affiliate: Whose = None) -> Response[bytes]:
            seen = self._doors.promoters.links(reader(self._credentials, request), affiliate)
            return as_json(LinkList([link_document(one, self._doors.public_url) for one in seen]))

        @post(
            "/links",
            operation_class=takes(LinkTold),
            summary="Add a link: an affiliate for themself, an owner for the affiliate whom they name",
            responses={201: ResponseSpec(LinkDocument, description="Added."), **REFUSALS, **CONFLICT},
        )
        async def add_link(request: AnyRequest) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            told = await body_of(request, LinkTold)
            return await run_sync(self._linked, caller, told)

        return [list_links, add_link]

    def amounts(self) -> list[Any]:
        """What is owed."""

        @get(
            "/balances",
            summary="What an affiliate is owed, by currency",
            sync_to_thread=True,
            responses={200: ResponseSpec(BalanceList, description="As the books have it."), **REFUSALS, **UNKNOWN},
        )
        def list_balances(request: AnyRequest, *, affiliate_id: Whose = None) -> Response[bytes]:
            caller = reader(self._credentials, request)
            whose = self._whose(caller, affiliate_id)
            if whose is None:
                raise InvalidInputError("affiliate_id", "is missing; name the affiliate by code or id")
            return as_json(BalanceList(whose, [balance_document(one) for one in self._doors.money.balances(caller, whose)]))

        @get(
            "/adjustments",
            summary="Bonuses and corrections, the latest first",
            sync_to_thread=True,
            responses={200: ResponseSpec(AdjustmentPage, description="A page of them."), **REFUSALS, **UNKNOWN},
        )
        def list_adjustments(
            request: AnyRequest, *, affiliate_id: Whose = None, cursor: Cursor = None, limit: Limit = 50
        ) -> Response[bytes]:
            caller = reader(self._credentials, request)
            whose = self._whose(caller, affiliate_id)
            return as_json(adjustment_page(self._doors.records.adjustments(caller, affiliate_id=whose, cursor=cursor, limit=limit)))

        @post(
            "/adjustments",
            operation_class=takes(AdjustmentTold),
            summary="Give a bonus, or correct what an affiliate is owed; once for each external_id, without one by each call",
            responses={
                201: ResponseSpec(AdjustmentDocument, description="Booked."),
                200: ResponseSpec(AdjustmentDocument, description="Told before; as it was booked then."),
                **REFUSALS,
                **CONFLICT,
            },
        )
        async def add_adjustment(request: AnyRequest) -> Response[bytes]:
            caller = await changer(self._credentials, request)
            told = await body_of(request, AdjustmentTold)
            return await run_sync(self._adjusted, caller, told)

        return [list_balances, list_adjustments, add_adjustment]

    def _affiliate(self, caller: Caller, affiliate: str, *, status: Any = 200) -> Response[bytes]:
        return as_json(affiliate_document(self._doors.promoters.affiliate(caller, affiliate)), status=status)

    def _whose(self, caller: Caller, affiliate: str | None) -> str | None:
        """The affiliate who is asked about: an affiliate always themself."""
        if caller.affiliate_id is not None:
            return caller.affiliate_id
        require_team(caller)
        told = text_of("affiliate_id", affiliate)
        return self._doors.promoters.affiliate(caller, told).record.id if told is not None else None

    def _linked(self, caller: Caller, told: LinkTold) -> Response[bytes]:
        if caller.affiliate_id is None and told.affiliate is None:
            raise InvalidInputError("affiliate", "is missing; give the affiliate's code or id")
        made = self._doors.office.affiliates.add_link(
            caller, told.website, affiliate=told.affiliate, slug=told.slug, to=told.to, sub_id=told.sub_id
        )
        seen = next(one for one in self._doors.promoters.links(caller, made.affiliate_id) if one.record.id == made.id)
        return as_json(link_document(seen, self._doors.public_url), status=201)

    def _adjusted(self, caller: Caller, told: AdjustmentTold) -> Response[bytes]:
        made, is_new = self._doors.office.adjustments.add(
            caller, told.affiliate, told.kind, told.amount_minor, told.currency, reason=told.reason, external_id=told.external_id
        )
        code = self._doors.promoters.affiliate(caller, made.affiliate_id).record.code
        return as_json(adjustment_document(AdjustmentSeen(made, code, made.created_by)), status=201 if is_new else 200)

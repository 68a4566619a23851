"""The resolvers of what the ledger tells; `reports` decide who sees what. Called by `schema`."""

from collections.abc import Callable
from typing import Any, TypeVar

from ariadne import ObjectType, QueryType
from graphql import GraphQLResolveInfo

from tribute.access.caller import Caller, NotAllowedError
from tribute.graphql.context import Context
from tribute.graphql.errors import guarded
from tribute.graphql.ledger_shapes import (
    Shape,
    adjustment_shape,
    affiliate_shape,
    application_shape,
    audit_shape,
    balance_shape,
    click_shape,
    commission_shape,
    conversion_shape,
    coupon_shape,
    decision_shape,
    details_shape,
    dispute_shape,
    enrollment_shape,
    link_shape,
    not_credited_shape,
    program_shape,
    sign_up_shape,
    terms_shape,
)
from tribute.graphql.told import as_text, as_time
from tribute.kit.errors import InvalidInputError
from tribute.ledger.applications import ApplicationState
from tribute.ledger.paging import Page
from tribute.reports.clicks import ClicksAsked
from tribute.reports.ledger import LedgerReports
from tribute.reports.money import Asked, ConversionSeen, summary

Info = GraphQLResolveInfo[Context]
Item = TypeVar("Item")
_AS_ASKED = {"cursor": "after", "limit": "first"}
"""What the reports call the arguments of a page, and what the schema does."""


def bind_ledger(query: QueryType, reports: LedgerReports, public_url: str) -> list[ObjectType]:
    """Give the fields their resolvers."""
    reading = _Reading(reports, public_url)
    for name in ("links", "clicks", "conversions", "conversion", "commissions", "commission", "balances", "adjustments"):
        query.set_field(name, guarded(getattr(reading, name)))
    for name, resolver in (("auditLog", reading.audit_log), ("programs", reading.programs), ("program", reading.program)):
        query.set_field(name, guarded(resolver))
    query.set_field("applications", guarded(reading.applications))
    query.set_field("notCredited", guarded(reading.not_credited))
    query.set_field("affiliates", guarded(reading.affiliates))
    query.set_field("affiliate", guarded(reading.affiliate))
    return [*_conversion_types(reports), _program_type(reports, public_url), _viewer_type(reports)]


class _Reading:
    """One method a field of the query."""

    def __init__(self, reports: LedgerReports, public_url: str) -> None:
        self._reports = reports
        self._public_url = public_url

    def links(self, _: Any, info: Info, *, affiliate: str | None = None) -> list[Shape]:
        return [link_shape(one, self._public_url) for one in self._reports.promoters.links(_caller(info), affiliate)]

    def clicks(self, _: Any, info: Info, *, filter: Shape | None = None, **page: Any) -> Shape:  # noqa: A002 -- the schema's name
        told = filter or {}
        asked = ClicksAsked(
            website=told.get("website"),
            affiliate=told.get("affiliate"),
            link=told.get("link"),
            sub_id=told.get("subId"),
            since=as_time(told.get("since"), "since"),
            until=as_time(told.get("until"), "until"),
        )
        read = _paged(info, page, lambda cursor, limit: self._reports.clicks.clicks(_caller(info), asked, cursor=cursor, limit=limit))
        return _page_shape("clicks", read, click_shape)

    def conversions(self, _: Any, info: Info, *, filter: Shape | None = None, status: Any = None, **page: Any) -> Shape:  # noqa: A002 -- the schema's name
        caller, money, asked = _caller(info), self._reports.money, _asked(filter)
        if not caller.is_team:
            own = _paged(info, page, lambda cursor, limit: money.credited(caller, asked, status=status, cursor=cursor, limit=limit))
            return _page_shape("conversions", own, conversion_shape)
        wanted = money.filters(caller, asked)
        whole = _paged(
            info,
            page,
            lambda cursor, limit: money.conversions(
                caller,
                website_id=wanted.website_id,
                program_id=wanted.program_id,
                affiliate_id=wanted.affiliate_id,
                status=status,
                since=wanted.since,
                until=wanted.until,
                cursor=cursor,
                limit=limit,
            ),
        )
        return _page_shape("conversions", whole, whole_conversion_shape)

    def conversion(self, _: Any, info: Info, *, id: str) -> Shape:  # noqa: A002 -- the schema's name
        caller = _caller(info)
        if caller.is_team:
            return whole_conversion_shape(self._reports.money.conversion(caller, id))
        return conversion_shape(self._reports.money.credited_one(caller, id))

    def commissions(self, _: Any, info: Info, *, filter: Shape | None = None, status: Any = None, **page: Any) -> Shape:  # noqa: A002 -- the schema's name
        caller, money = _caller(info), self._reports.money
        wanted = money.filters(caller, _asked(filter), status=status)
        read = _paged(info, page, lambda cursor, limit: money.commissions(caller, wanted, cursor=cursor, limit=limit))
        return _page_shape("commissions", read, commission_shape)

    def commission(self, _: Any, info: Info, *, id: str) -> Shape:  # noqa: A002 -- the schema's name
        return commission_shape(self._reports.money.commission(_caller(info), id))

    def not_credited(self, _: Any, info: Info, **page: Any) -> Shape:
        caller, orders = _caller(info), self._reports.not_credited.orders
        read = _paged(info, page, lambda cursor, limit: orders(caller, cursor=cursor, limit=limit))
        return _page_shape("orders", read, not_credited_shape)

    def balances(self, _: Any, info: Info, *, affiliate: str | None = None) -> list[Shape]:
        return [balance_shape(one) for one in self._reports.money.owed(_caller(info), affiliate)]

    def adjustments(self, _: Any, info: Info, *, affiliate: str | None = None, **page: Any) -> Shape:
        caller, records = _caller(info), self._reports.records
        whose = self._reports.money.filters(caller, Asked(affiliate=affiliate)).affiliate_id
        read = _paged(info, page, lambda cursor, limit: records.adjustments(caller, affiliate_id=whose, cursor=cursor, limit=limit))
        return _page_shape("adjustments", read, adjustment_shape)

    def programs(self, _: Any, info: Info) -> list[Shape]:
        caller = _caller(info)
        return [program_shape(one, to_owner=caller.is_team) for one in self._reports.programs.programs(caller)]

    def program(self, _: Any, info: Info, *, name: str) -> Shape:
        caller = _caller(info)
        return program_shape(self._reports.programs.program(caller, name), to_owner=caller.is_team)

    def affiliates(self, _: Any, info: Info) -> list[Shape]:
        return [affiliate_shape(one) for one in self._reports.promoters.affiliates(_caller(info))]

    def affiliate(self, _: Any, info: Info, *, code: str) -> Shape:
        return affiliate_shape(self._reports.promoters.affiliate(_caller(info), code))

    def applications(self, _: Any, info: Info, *, state: Any = None, search: str | None = None, **page: Any) -> Shape:
        caller, joining = _caller(info), self._reports.joining
        asked: ApplicationState = state or "waiting"
        text = as_text(search or "", "search")
        read = _paged(info, page, lambda cursor, limit: joining.applications(caller, asked, search=text, cursor=cursor, limit=limit))
        return _page_shape("applications", read, application_shape)

    def audit_log(self, _: Any, info: Info, *, subjectKind: str | None = None, subjectId: str | None = None, **page: Any) -> Shape:  # noqa: N803 -- the schema's names
        if (subjectKind is None) != (subjectId is None):
            raise InvalidInputError("subjectId", "give subjectKind and subjectId together, or neither")
        subject = (subjectKind, subjectId) if subjectKind is not None and subjectId is not None else None
        caller, records = _caller(info), self._reports.records
        read = _paged(info, page, lambda cursor, limit: records.audit(caller, subject=subject, cursor=cursor, limit=limit))
        return _page_shape("entries", read, audit_shape)


def whole_conversion_shape(seen: ConversionSeen) -> Shape:
    """A conversion with its details, for its owner."""
    return conversion_shape(summary(seen), seen)


def _conversion_types(reports: LedgerReports) -> list[ObjectType]:
    conversion, details = ObjectType("Conversion"), ObjectType("ConversionDetails")

    def resolve_details(source: Shape, _info: Info) -> Shape:
        whole: ConversionSeen | None = source["_whole"]
        if whole is None:
            raise NotAllowedError("Only an owner, or somebody of their team, sees this.")
        return details_shape(whole)

    def resolve_disputes(source: Shape, info: Info) -> list[Shape]:
        return [dispute_shape(one) for one in reports.money.conversion(_caller(info), source["_id"]).disputes]

    def resolve_decisions(source: Shape, info: Info) -> list[Shape]:
        info.context.rows.take(1)
        return [decision_shape(one) for one in reports.money.decisions(_caller(info), source["_id"])]

    conversion.set_field("details", guarded(resolve_details))
    details.set_field("disputes", guarded(resolve_disputes))
    details.set_field("decisions", guarded(resolve_decisions))
    return [conversion, details]


def _program_type(reports: LedgerReports, public_url: str) -> ObjectType:
    program = ObjectType("Program")

    def resolve_enrollments(source: Shape, info: Info, *, state: Any = None, **page: Any) -> Shape:
        caller, programs = _caller(info), reports.programs
        read = _paged(info, page, lambda cursor, limit: programs.enrollments(caller, source["id"], state=state, cursor=cursor, limit=limit))
        return _page_shape("enrollments", read, enrollment_shape)

    def resolve_coupons(source: Shape, info: Info) -> list[Shape]:
        return [coupon_shape(one) for one in reports.programs.coupons(_caller(info), source["id"])]

    def resolve_history(source: Shape, info: Info) -> list[Shape]:
        return [terms_shape(one, to_owner=True) for one in reports.programs.history(_caller(info), source["id"])]

    def resolve_standing(source: Shape, info: Info) -> Shape | None:
        """An affiliate's own; the page of their enrollments has it, or nothing."""
        if source["_standing"] is None:
            return None
        own = reports.programs.enrollments(_caller(info), source["id"], limit=1).items
        return enrollment_shape(own[0]) if own else None

    def resolve_sign_up(source: Shape, info: Info) -> Shape:
        return sign_up_shape(reports.joining.draft(_caller(info), source["id"]), public_url)

    program.set_field("signUp", guarded(resolve_sign_up))
    program.set_field("enrollments", guarded(resolve_enrollments))
    program.set_field("coupons", guarded(resolve_coupons))
    program.set_field("history", guarded(resolve_history))
    program.set_field("standing", guarded(resolve_standing))
    return program


def _viewer_type(reports: LedgerReports) -> ObjectType:
    viewer = ObjectType("Viewer")

    def resolve_codes(_: Shape, info: Info) -> list[str]:
        caller = _caller(info)
        return [] if caller.affiliate_id is None else list(reports.promoters.affiliate(caller, caller.affiliate_id).codes)

    viewer.set_field("codes", guarded(resolve_codes))
    return viewer


def _caller(info: Info) -> Caller:
    return info.context.caller


def _paged(info: Info, page: Shape, read: Callable[[str | None, int], Page[Item]]) -> Page[Item]:
    """A page as the arguments `after` and `first` ask for it. Raises InvalidInputError, by the schema's names."""
    cursor, first = page.get("after"), page.get("first")
    limit = 50 if first is None else first
    info.context.rows.take(limit)
    try:
        return read(cursor, limit)
    except InvalidInputError as error:
        raise InvalidInputError(_AS_ASKED.get(error.field, error.field), error.problem) from error


def _page_shape(name: str, page: Page[Item], shape: Callable[[Item], Shape]) -> Shape:
    return {name: [shape(one) for one in page.items], "next": page.next}


def _asked(told: Shape | None) -> Asked:
    """A LedgerFilter as the reports take it."""
    told = told or {}
    return Asked(
        website=told.get("website"),
        program=told.get("program"),
        affiliate=told.get("affiliate"),
        since=as_time(told.get("since"), "since"),
        until=as_time(told.get("until"), "until"),
    )

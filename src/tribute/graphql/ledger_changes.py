"""The mutations: each one a use case of the offices, answered with what it changed as it stands after it. Called by `schema`."""

from collections.abc import Callable, Sequence
from typing import Any

from ariadne import MutationType
from graphql import GraphQLResolveInfo

from tribute.access.caller import Caller
from tribute.graphql.context import Context
from tribute.graphql.errors import guarded
from tribute.graphql.ledger_reading import whole_conversion_shape
from tribute.graphql.ledger_shapes import (
    Shape,
    adjustment_shape,
    affiliate_shape,
    application_shape,
    commission_shape,
    coupon_shape,
    enrollment_shape,
    link_shape,
    money,
    program_shape,
    sign_up_shape,
)
from tribute.graphql.told import as_sample, as_sign_up, as_terms, as_time
from tribute.kit.errors import NotFoundError
from tribute.ledger.enrollments import Enrollment
from tribute.office.office import Office
from tribute.reports.ledger import LedgerReports
from tribute.reports.programs import CouponSeen, EnrollmentSeen
from tribute.reports.records import AdjustmentSeen

Info = GraphQLResolveInfo[Context]


def bind_changes(office: Office, reports: LedgerReports, public_url: str) -> MutationType:
    """Give the mutations their resolvers."""
    mutation = MutationType()
    programs, people, orders = _Programs(office, reports, public_url), _People(office, reports, public_url), _Orders(office, reports)
    resolvers: dict[str, Callable[..., Any]] = {
        "createProgram": programs.create,
        "setTerms": programs.set_terms,
        "tryTerms": programs.try_terms,
        "changeEnrollment": programs.change_enrollment,
        "applyToProgram": programs.apply,
        "changeSignUp": programs.change_sign_up,
        "approveApplication": people.approve,
        "rejectApplication": people.reject,
        "addCoupon": people.add_coupon,
        "disableCoupon": people.disable_coupon,
        "addAffiliate": people.add,
        "addCode": people.add_code,
        "createLink": people.add_link,
        "addAdjustment": people.add_adjustment,
        "reassignConversion": orders.reassign,
        "rejectConversion": orders.reject,
        "linkConversions": orders.link,
        "keepApart": orders.keep_apart,
        "holdCommission": orders.hold,
        "releaseCommission": orders.release,
    }
    for name, resolver in resolvers.items():
        mutation.set_field(name, guarded(resolver))
    return mutation


class _Programs:
    """Programs, their terms and sign-up pages, and who is in them."""

    def __init__(self, office: Office, reports: LedgerReports, public_url: str) -> None:
        self._office = office
        self._reports = reports
        self._public_url = public_url

    def create(
        self,
        _: Any,
        info: Info,
        *,
        name: str,
        terms: Shape,
        websites: Sequence[str] | None = None,
        groups: Sequence[str] | None = None,
        note: str | None = None,
    ) -> Shape:
        caller = info.context.caller
        made = self._office.programs.add(caller, name, as_terms(terms), websites=websites or (), groups=groups or (), note=note or "")
        return self._program(caller, made.id)

    def set_terms(
        self,
        _: Any,
        info: Info,
        *,
        program: str,
        terms: Shape,
        effectiveFrom: str | None = None,  # noqa: N803 -- the schema's name
        note: str | None = None,
    ) -> Shape:
        caller, begins = info.context.caller, as_time(effectiveFrom, "effectiveFrom")
        version = self._office.programs.set_terms(caller, program, as_terms(terms), effective_from=begins, note=note or "")
        return self._program(caller, version.program_id)

    def try_terms(
        self,
        _: Any,
        info: Info,
        *,
        sample: Shape,
        terms: Shape | None = None,
        program: str | None = None,
        groups: Sequence[str] | None = None,
    ) -> Shape:
        wanted = as_terms(terms) if terms is not None else None
        trial = self._office.trying.try_terms(info.context.caller, as_sample(sample), wanted, program=program, groups=groups or ())
        return {
            "commissionable": money(trial.commissionable_minor, trial.currency),
            "commission": money(trial.commission_minor, trial.currency),
            "why": list(trial.why),
            "rules": list(trial.rules),
        }

    def change_enrollment(
        self,
        _: Any,
        info: Info,
        *,
        program: str,
        affiliate: str,
        state: Any = None,
        group: str | None = None,
        reason: str | None = None,
    ) -> Shape:
        caller = info.context.caller
        return self._enrollment(caller, self._office.enrollments.change(caller, program, affiliate, state, group=group, reason=reason))

    def apply(self, _: Any, info: Info, *, program: str) -> Shape:
        caller = info.context.caller
        return self._enrollment(caller, self._office.enrollments.apply(caller, program))

    def change_sign_up(self, _: Any, info: Info, *, program: str, **wanted: Any) -> Shape:
        caller = info.context.caller
        kept = self._office.sign_ups.change(caller, program, as_sign_up(wanted))
        return sign_up_shape(self._reports.joining.draft(caller, kept.program_id), self._public_url)

    def _program(self, caller: Caller, program_id: str) -> Shape:
        return program_shape(self._reports.programs.program(caller, program_id), to_owner=True)

    def _enrollment(self, caller: Caller, changed: Enrollment) -> Shape:
        who = self._reports.promoters.affiliate(caller, changed.affiliate_id).record
        return enrollment_shape(EnrollmentSeen(changed, who.code, who.name))


class _People:
    """Affiliates, and what is given to them."""

    def __init__(self, office: Office, reports: LedgerReports, public_url: str) -> None:
        self._office = office
        self._reports = reports
        self._public_url = public_url

    def add(self, _: Any, info: Info, *, name: str, email: str, code: str) -> Shape:
        caller = info.context.caller
        return self._affiliate(caller, self._office.affiliates.add(caller, name, email, code).id)

    def add_code(self, _: Any, info: Info, *, affiliate: str, code: str, primary: bool | None = None) -> Shape:
        caller = info.context.caller
        return self._affiliate(caller, self._office.affiliates.add_code(caller, affiliate, code, primary=bool(primary)).id)

    def approve(self, _: Any, info: Info, *, id: str, code: str | None = None, group: str | None = None) -> Shape:  # noqa: A002 -- the schema's name
        caller = info.context.caller
        self._office.applications.approve(caller, id, code=code, group=group)
        return application_shape(self._reports.joining.application(caller, id))

    def reject(self, _: Any, info: Info, *, id: str, reason: str) -> Shape:  # noqa: A002 -- the schema's name
        caller = info.context.caller
        self._office.applications.reject(caller, id, reason)
        return application_shape(self._reports.joining.application(caller, id))

    def add_coupon(self, _: Any, info: Info, *, program: str, code: str, affiliate: str) -> Shape:
        caller = info.context.caller
        made = self._office.affiliates.add_coupon(caller, program, code, affiliate)
        return coupon_shape(CouponSeen(made, self._code(caller, made.affiliate_id)))

    def disable_coupon(self, _: Any, info: Info, *, program: str, code: str) -> Shape:
        caller = info.context.caller
        disabled = self._office.affiliates.disable_coupon(caller, program, code)
        return coupon_shape(CouponSeen(disabled, self._code(caller, disabled.affiliate_id)))

    def add_link(
        self,
        _: Any,
        info: Info,
        *,
        website: str,
        affiliate: str | None = None,
        slug: str | None = None,
        to: str | None = None,
        subId: str | None = None,  # noqa: N803 -- the schema's name
    ) -> Shape:
        caller = info.context.caller
        made = self._office.affiliates.add_link(caller, website, affiliate=affiliate, slug=slug, to=to, sub_id=subId)
        links = self._reports.promoters.links(caller, made.affiliate_id)
        return link_shape(next(one for one in links if one.record.id == made.id), self._public_url)

    def add_adjustment(
        self,
        _: Any,
        info: Info,
        *,
        affiliate: str,
        kind: Any,
        amountMinor: int,  # noqa: N803 -- the schema's name
        currency: str,
        reason: str,
        externalId: str | None = None,  # noqa: N803 -- the schema's name
    ) -> Shape:
        caller = info.context.caller
        made, _is_new = self._office.adjustments.add(caller, affiliate, kind, amountMinor, currency, reason=reason, external_id=externalId)
        return adjustment_shape(AdjustmentSeen(made, self._code(caller, made.affiliate_id), made.created_by))

    def _affiliate(self, caller: Caller, affiliate_id: str) -> Shape:
        return affiliate_shape(self._reports.promoters.affiliate(caller, affiliate_id))

    def _code(self, caller: Caller, affiliate_id: str) -> str:
        return self._reports.promoters.affiliate(caller, affiliate_id).record.code


class _Orders:
    """What an owner says of an order, answered with what was decided after it."""

    def __init__(self, office: Office, reports: LedgerReports) -> None:
        self._office = office
        self._reports = reports

    def reassign(self, _: Any, info: Info, *, id: str, reason: str, affiliate: str | None = None) -> Shape:  # noqa: A002 -- the schema's name
        self._office.orders.assign(info.context.caller, id, affiliate, reason=reason)
        return self._conversion(info, id)

    def reject(self, _: Any, info: Info, *, id: str, reason: str) -> Shape:  # noqa: A002 -- the schema's name
        self._office.orders.reject(info.context.caller, id, reason=reason)
        return self._conversion(info, id)

    def link(self, _: Any, info: Info, *, id: str, sameAs: str) -> Shape:  # noqa: A002, N803 -- the schema's names
        self._office.orders.link(info.context.caller, id, sameAs)
        return self._conversion(info, id)

    def keep_apart(self, _: Any, info: Info, *, id: str) -> Shape:  # noqa: A002 -- the schema's name
        self._office.orders.keep_apart(info.context.caller, id)
        return self._conversion(info, id)

    def hold(self, _: Any, info: Info, *, id: str, reason: str) -> Shape:  # noqa: A002 -- the schema's name
        conversion_id = self._conversion_of(info, id)
        self._office.orders.hold(info.context.caller, conversion_id, reason=reason)
        return self._commission(info, conversion_id)

    def release(self, _: Any, info: Info, *, id: str) -> Shape:  # noqa: A002 -- the schema's name
        conversion_id = self._conversion_of(info, id)
        self._office.orders.release(info.context.caller, conversion_id)
        return self._commission(info, conversion_id)

    def _conversion_of(self, info: Info, commission_id: str) -> str:
        return self._reports.money.commission(info.context.caller, commission_id).record.conversion_id

    def _conversion(self, info: Info, conversion_id: str) -> Shape:
        return whole_conversion_shape(self._reports.money.conversion(info.context.caller, conversion_id))

    def _commission(self, info: Info, conversion_id: str) -> Shape:
        """The commission that stands after the change, which may have been decided anew."""
        seen = self._reports.money.conversion(info.context.caller, conversion_id).commission
        if seen is None:
            raise NotFoundError("the order earns nothing any more")
        return commission_shape(seen)

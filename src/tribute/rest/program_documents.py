"""Programs, their terms, members and coupons as JSON documents, and the bodies that change them. Times are ISO 8601 in UTC."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from tribute.attribution.order_form import Aware
from tribute.kit.clock import iso
from tribute.ledger.enrollments import Enrollment
from tribute.ledger.paging import Page
from tribute.ledger.rules.enrollment import State
from tribute.ledger.rules.terms import Terms
from tribute.office.trying import SampleOrder, Trial
from tribute.reports.programs import CouponSeen, EnrollmentSeen, ProgramSeen, TermsSeen


class SiteDocument(msgspec.Struct):
    """A website of a program."""

    id: str
    name: str
    domain: str


class TermsDocument(msgspec.Struct, omit_defaults=True):
    """A version of terms. `sentences` tells each rule in English; `terms`, the whole as it is saved, is for the team alone."""

    id: str
    currency: str
    attribution: str
    window_days: int
    hold_days: int
    minimum_payout_minor: int
    by_approval: bool
    sentences: list[str]
    text: str
    effective_from: Annotated[str | None, Meta(description="Left out for the first version, which has no beginning.")] = None
    terms: Terms | None = None
    created_at: str | None = None
    created_by: str | None = None
    note: str | None = None


class ProgramDocument(msgspec.Struct, omit_defaults=True):
    """A program as it stands. `groups` is for owners; `state`, `group` and `may_earn` say where the calling affiliate stands."""

    id: str
    name: str
    websites: list[SiteDocument]
    terms: TermsDocument
    coming: list[TermsDocument]
    archived: bool
    groups: list[str] | None = None
    state: str | None = None
    group: str | None = None
    may_earn: bool | None = None


class ProgramList(msgspec.Struct):
    """Programs by name."""

    programs: list[ProgramDocument]


class TermsList(msgspec.Struct):
    """Every version of a program's terms, the first one first."""

    terms: list[TermsDocument]


class EnrollmentDocument(msgspec.Struct):
    """Where an affiliate stands in a program, since when, and why."""

    program_id: str
    affiliate_id: str
    state: str
    group: str | None
    reason: str | None
    since: str
    affiliate: Annotated[str | None, Meta(description="Their current primary code.")] = None
    name: str | None = None


class EnrollmentPage(msgspec.Struct):
    """Some enrollments; `next_cursor` asks for those that follow."""

    enrollments: list[EnrollmentDocument]
    next_cursor: str | None


class CouponDocument(msgspec.Struct):
    """A coupon, in lower case, and the affiliate whom it credits."""

    program_id: str
    code: str
    affiliate_id: str
    created_at: str
    disabled_at: str | None
    affiliate: Annotated[str | None, Meta(description="Their current primary code.")] = None


class CouponList(msgspec.Struct):
    """Coupons by code."""

    coupons: list[CouponDocument]


class TrialDocument(msgspec.Struct):
    """What a sample order would earn: the arithmetic line by line, and in English; `rules` tells each rule in a sentence."""

    currency: str
    commissionable_minor: int
    commission_minor: int
    reason: str | None
    lines: list[dict[str, Any]]
    why: list[str]
    rules: list[str]


class ProgramTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new program. Websites are named by id, domain or name; rules may name them so, and affiliates by code or id."""

    name: str
    terms: Terms
    websites: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    note: str = ""


class ProgramChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be otherwise; what is left out stays."""

    name: str | None = None
    archived: bool | None = None


class TermsTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Terms, whole, that hold from a time on; without one from now on."""

    terms: Terms
    effective_from: Aware | None = None
    note: str = ""


class WebsiteTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A website by id, domain or name."""

    website: str


class GroupTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A group's name."""

    name: str


class TrialTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sample order, and the terms to try it on; without terms, those that the program has."""

    order: SampleOrder
    terms: Terms | None = None


class NewTrialTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sample order, and the terms of a program that is still to be made."""

    order: SampleOrder
    terms: Terms
    groups: tuple[str, ...] = ()


class EnrollmentTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An owner's change of an affiliate's (by code or id) standing or group. An affiliate who applies sends an empty object."""

    affiliate: str | None = None
    state: State | None = None
    group: str | None = None
    reason: str | None = None


class CouponTold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A coupon for an affiliate, by code or id."""

    code: str
    affiliate: str


def program_document(seen: ProgramSeen, *, whole: bool) -> ProgramDocument:
    """A program; `whole` for owners."""
    return ProgramDocument(
        id=seen.record.id,
        name=seen.record.name,
        websites=[SiteDocument(site.id, site.name, site.domain) for site in seen.websites],
        terms=terms_document(seen.current, whole=whole),
        coming=[terms_document(one, whole=whole) for one in seen.coming],
        archived=seen.record.archived_at is not None,
        groups=list(seen.groups) if whole else None,
        state=seen.standing.state if seen.standing is not None else None,
        group=seen.standing.group_name if seen.standing is not None else None,
        may_earn=seen.may_earn,
    )


def terms_document(seen: TermsSeen, *, whole: bool) -> TermsDocument:
    """A version of terms; to an affiliate without the rules themselves, whose conditions may name other people's coupons."""
    version, terms = seen.version, seen.version.terms
    return TermsDocument(
        id=version.id,
        currency=terms.currency,
        attribution=terms.model,
        window_days=terms.window_days,
        hold_days=terms.hold_days,
        minimum_payout_minor=terms.minimum_payout_minor,
        by_approval=terms.by_approval,
        sentences=list(seen.sentences),
        text=terms.text,
        effective_from=_iso(version.effective_from),
        terms=terms if whole else None,
        created_at=iso(version.created_at) if whole else None,
        created_by=version.created_by if whole else None,
        note=version.note if whole else None,
    )


def enrollment_document(record: Enrollment, seen: EnrollmentSeen | None = None) -> EnrollmentDocument:
    """An enrollment, with the affiliate's names where they are known."""
    return EnrollmentDocument(
        program_id=record.program_id,
        affiliate_id=record.affiliate_id,
        state=record.state,
        group=record.group_name,
        reason=record.reason,
        since=iso(record.at),
        affiliate=seen.code if seen is not None else None,
        name=seen.name if seen is not None else None,
    )


def enrollment_page(page: Page[EnrollmentSeen]) -> EnrollmentPage:
    """A page of them."""
    return EnrollmentPage([enrollment_document(one.record, one) for one in page.items], page.next)


def coupon_document(seen: CouponSeen) -> CouponDocument:
    """A coupon."""
    record = seen.record
    return CouponDocument(
        program_id=record.program_id,
        code=record.code,
        affiliate_id=record.affiliate_id,
        created_at=iso(record.created_at),
        disabled_at=_iso(record.disabled_at),
        affiliate=seen.code,
    )


def trial_document(trial: Trial) -> TrialDocument:
    """A trial."""
    return TrialDocument(
        currency=trial.currency,
        commissionable_minor=trial.commissionable_minor,
        commission_minor=trial.commission_minor,
        reason=trial.reason,
        lines=[msgspec.to_builtins(line) for line in trial.lines],
        why=list(trial.why),
        rules=list(trial.rules),
    )


def _iso(at: datetime | None) -> str | None:
    return iso(at) if at is not None else None

"""Programs as a caller may see them: terms that hold and that are to come, told in sentences; who is enrolled; coupons.

The team sees everything. An affiliate sees programs in use, without rules and groups that are other people's, and of enrollments and
coupons their own. Used by REST, GraphQL, the pages and the CLI.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec
from sqlalchemy.orm import Session

from tribute.access.caller import Caller
from tribute.kit.clock import Clock
from tribute.kit.errors import NotFoundError
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.coupons import CouponRecord, Coupons
from tribute.ledger.database import Database
from tribute.ledger.enrollments import Enrollment, Enrollments
from tribute.ledger.paging import Page
from tribute.ledger.programs import ProgramRecord, Programs, TermsVersion
from tribute.ledger.rules.enrollment import State, may_earn
from tribute.ledger.rules.telling import PLAIN, Forms, Names, rule_sentences
from tribute.ledger.rules.terms import Rule, Terms
from tribute.ledger.websites import WebsiteRecord, Websites
from tribute.reports.scope import require_team, scope_of


@dataclass(frozen=True, slots=True)
class TermsSeen:
    """A version of terms with each rule in a sentence; to an affiliate, with the rules that can be for them alone."""

    version: TermsVersion
    names: Names
    to_affiliate: str | None

    @property
    def sentences(self) -> Sequence[str]:
        """The rules in the forms of the APIs."""
        return self.told()

    def told(self, forms: Forms = PLAIN) -> Sequence[str]:
        """The rules in anybody's forms."""
        return rule_sentences(self.version.terms, self.names, to_affiliate=self.to_affiliate, forms=forms)


@dataclass(frozen=True, slots=True)
class ProgramSeen:
    """A program with its websites, by name. `standing` and `may_earn` are the calling affiliate's; `groups` are for the team."""

    record: ProgramRecord
    websites: Sequence[WebsiteRecord]
    current: TermsSeen
    coming: Sequence[TermsSeen]
    groups: Sequence[str]
    standing: Enrollment | None = None
    may_earn: bool | None = None


@dataclass(frozen=True, slots=True)
class EnrollmentSeen:
    """Where an affiliate stands, by the code and name that people know."""

    record: Enrollment
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class CouponSeen:
    """A coupon and whose it is."""

    record: CouponRecord
    code: str
    """The affiliate's current primary code."""


class ProgramReports:
    """Reads the ledger within the caller's scope. A program is named by id or name."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def programs(self, caller: Caller) -> Sequence[ProgramSeen]:
        """Every program by name, archived ones too; to an affiliate those in use."""
        scope_of(caller)
        with self._database.reading() as session:
            return [self._seen(session, caller, one) for one in Programs(session, self._clock).all() if _is_shown(one, caller)]

    def program(self, caller: Caller, program: str) -> ProgramSeen:
        """One of them. Raises NotFoundError."""
        scope_of(caller)
        with self._database.reading() as session:
            return self._seen(session, caller, self._known(session, caller, program))

    def enrollments(
        self, caller: Caller, program: str, *, state: State | None = None, cursor: str | None = None, limit: int = 50
    ) -> Page[EnrollmentSeen]:
        """Who stands somehow in a program: all for the team, an affiliate themself. Raises NotFoundError, InvalidInputError."""
        own = scope_of(caller)
        with self._database.reading() as session:
            found = self._known(session, caller, program)
            enrollments = Enrollments(session, self._clock)
            if own is None:
                page = enrollments.current(found.id, state=state, cursor=cursor, limit=limit)
            else:
                mine = enrollments.history(found.id, own)[-1:]
                page = Page(tuple(one for one in mine if state in {None, one.state}), None)
            people = Affiliates(session, self._clock).by_ids({one.affiliate_id for one in page.items})
        seen = (EnrollmentSeen(one, people[one.affiliate_id].code, people[one.affiliate_id].name) for one in page.items)
        return Page(tuple(seen), page.next)

    def coupons(self, caller: Caller, program: str) -> Sequence[CouponSeen]:
        """A program's coupons by code; to an affiliate their own. Raises NotFoundError."""
        with self._database.reading() as session:
            found = self._known(session, caller, program)
            records = Coupons(session, self._clock).all(program_id=found.id, affiliate_id=scope_of(caller))
            people = Affiliates(session, self._clock).by_ids({one.affiliate_id for one in records})
        return [CouponSeen(one, people[one.affiliate_id].code) for one in records]

    def history(self, caller: Caller, program: str) -> Sequence[TermsSeen]:
        """Every version of a program's terms, the first one first; the team's. Raises NotFoundError."""
        require_team(caller)
        with self._database.reading() as session:
            found = self._known(session, caller, program)
            versions = Programs(session, self._clock).terms_history(found.id)
            return [self._terms(session, one, caller, None) for one in versions]

    def _known(self, session: Session, caller: Caller, program: str) -> ProgramRecord:
        found = Programs(session, self._clock).by_name(program)
        if found is None or not _is_shown(found, caller):
            raise NotFoundError(f"no program is called {program[:60]!r}; `tribute program list` shows them")
        return found

    def _seen(self, session: Session, caller: Caller, record: ProgramRecord) -> ProgramSeen:
        programs, now = Programs(session, self._clock), self._clock.now()
        standing = None
        if caller.affiliate_id is not None:
            standing = next(iter(Enrollments(session, self._clock).history(record.id, caller.affiliate_id)[-1:]), None)
        group = standing.group_name if standing is not None else None
        current = programs.terms_at(record.id, now)
        coming = [one for one in programs.terms_history(record.id) if one.effective_from is not None and one.effective_from > now]
        inside = programs.websites(record.id)
        seen = ProgramSeen(
            record=record,
            websites=[one for one in Websites(session, self._clock).all() if one.id in inside],
            current=self._terms(session, current, caller, group),
            coming=[self._terms(session, one, caller, group) for one in coming],
            groups=programs.groups(record.id) if caller.affiliate_id is None else (),
        )
        if caller.affiliate_id is None:
            return seen
        state = standing.state if standing is not None else None
        return replace(seen, standing=standing, may_earn=may_earn(state, by_approval=current.terms.by_approval))

    def _terms(self, session: Session, version: TermsVersion, caller: Caller, group: str | None) -> TermsSeen:
        terms = version.terms
        if caller.affiliate_id is not None:
            terms = _for_affiliate(terms, caller.affiliate_id, group)
            version = replace(version, terms=terms, created_by="", note="")
        websites = {one.id: one.name for one in Websites(session, self._clock).all()}
        named = Affiliates(session, self._clock).by_ids({one for rule in terms.rules for one in rule.affiliates})
        names = Names(websites, {one.id: one.name for one in named.values()})
        return TermsSeen(version, names, caller.affiliate_id)


def _is_shown(program: ProgramRecord, caller: Caller) -> bool:
    return caller.affiliate_id is None or program.archived_at is None


def _for_affiliate(terms: Terms, affiliate_id: str, group: str | None) -> Terms:
    """The terms as one affiliate has them: without rules for others, without names of others, of groups their own."""
    rules = tuple(_without_others(rule, affiliate_id, group) for rule in terms.rules if _can_be_for(rule, affiliate_id, group))
    return msgspec.structs.replace(terms, rules=rules, groups=tuple(one for one in terms.groups if one.group == group))


def _can_be_for(rule: Rule, affiliate_id: str, group: str | None) -> bool:
    return (not rule.affiliates or affiliate_id in rule.affiliates) and (not rule.groups or group in rule.groups)


def _without_others(rule: Rule, affiliate_id: str, group: str | None) -> Rule:
    mine = (affiliate_id,) if rule.affiliates else ()
    ours = (group,) if rule.groups and group is not None else ()
    return msgspec.structs.replace(rule, affiliates=mine, groups=ours)

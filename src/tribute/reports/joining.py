"""What a program offers, to whoever comes by its sign-up page; and who applied, to the team.

What is offered is public and read without a Caller: of the rules only those that can be for somebody who is not in yet, and nobody's
name. Used by the pages and the CLI.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy.orm import Session

from tribute.access.caller import Caller
from tribute.kit.clock import Clock
from tribute.kit.errors import NotFoundError
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.applications import Application, Applications, ApplicationState
from tribute.ledger.database import Database
from tribute.ledger.enrollments import Enrollment, Enrollments
from tribute.ledger.paging import Page
from tribute.ledger.programs import ProgramRecord, Programs, TermsVersion
from tribute.ledger.rules.sign_up import Question, slug_of
from tribute.ledger.rules.telling import PLAIN, Forms, Names, rule_sentences
from tribute.ledger.rules.terms import Terms
from tribute.ledger.rules.text import email_key, is_storable
from tribute.ledger.sign_ups import SignUp, SignUps
from tribute.ledger.websites import WebsiteRecord, Websites
from tribute.reports.scope import affiliate_of, require_team

_NOBODY = ""
"""Stands for the affiliate who is not there yet: no rule is for them alone."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a program offers and asks. `terms` are without what is for others alone; `terms_id` names the version."""

    program: ProgramRecord
    slug: str
    is_published: bool
    welcome: str
    questions: tuple[Question, ...]
    websites: Sequence[WebsiteRecord]
    terms: Terms
    terms_id: str

    def told(self, forms: Forms = PLAIN) -> Sequence[str]:
        """The rules in the forms of whoever reads."""
        return rule_sentences(self.terms, Names({one.id: one.name for one in self.websites}), to_affiliate=_NOBODY, forms=forms)


@dataclass(frozen=True, slots=True)
class ApplicationSeen:
    """An application with its program's name and groups.

    `holder_code` is the current code of the affiliate whose it is, else of the account that its address has; None without either.
    """

    record: Application
    program: str
    groups: Sequence[str]
    holder_code: str | None


class JoiningReports:
    """Reads the ledger. A program is named by id or name to the team, by its public name to everybody."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def offer(self, slug: str) -> Offer:
        """What everybody may see at a public name. Raises NotFoundError where nothing is published."""
        with self._database.reading() as session:
            page = SignUps(session, self._clock).by_slug(slug)
            program = Programs(session, self._clock).by_id(page.program_id) if page is not None and page.is_published else None
            if page is None or program is None or program.archived_at is not None:
                raise NotFoundError("no program takes applications at this address")
            return self._offer(session, program, page)

    def draft(self, caller: Caller, program: str) -> Offer:
        """A program's page as it stands, published or not, also before it was ever edited; the team's. Raises NotFoundError."""
        require_team(caller)
        with self._database.reading() as session:
            found = Programs(session, self._clock).by_name(program)
            if found is None:
                raise NotFoundError(f"no program is called {program[:60]!r}; `tribute program list` shows them")
            return self._offer(session, found, SignUps(session, self._clock).of(found.id))

    def standing(self, caller: Caller, program_id: str) -> Enrollment | None:
        """Where the calling affiliate stands in a program."""
        with self._database.reading() as session:
            return next(iter(Enrollments(session, self._clock).history(program_id, affiliate_of(caller))[-1:]), None)

    def standings(self, caller: Caller, affiliate_id: str) -> Sequence[Enrollment]:
        """Where an affiliate stands, in every program where they do; the team's."""
        require_team(caller)
        with self._database.reading() as session:
            return Enrollments(session, self._clock).of_affiliate(affiliate_id)

    def waiting(self, caller: Caller) -> int:
        """How many applications wait for an answer; the team's."""
        require_team(caller)
        with self._database.reading() as session:
            return Applications(session, self._clock).waiting()

    def applications(
        self, caller: Caller, state: ApplicationState, *, search: str = "", cursor: str | None = None, limit: int = 50
    ) -> Page[ApplicationSeen]:
        """Applications of a state, the latest first; the team's. Raises InvalidInputError for a cursor or limit.

        A search for what no database holds finds nothing; doors that can say so refuse it before.
        """
        require_team(caller)
        if not is_storable(search):
            return Page((), None)
        with self._database.reading() as session:
            page = Applications(session, self._clock).page(state, search=search, cursor=cursor, limit=limit)
            return Page(tuple(self._seen(session, page.items)), page.next)

    def application(self, caller: Caller, application_id: str) -> ApplicationSeen:
        """One of them; the team's. Raises NotFoundError."""
        require_team(caller)
        with self._database.reading() as session:
            found = Applications(session, self._clock).by_id(application_id)
            if found is None:
                raise NotFoundError("there is no such application")
            return self._seen(session, [found])[0]

    def of_affiliate(self, caller: Caller, affiliate_id: str) -> Sequence[ApplicationSeen]:
        """What an affiliate applied for, the latest first; the team's."""
        require_team(caller)
        with self._database.reading() as session:
            return self._seen(session, Applications(session, self._clock).of_affiliate(affiliate_id))

    def _seen(self, session: Session, records: Sequence[Application]) -> Sequence[ApplicationSeen]:
        """Applications with what stands around them, by as many questions for all of them as for one."""
        ids, programs, affiliates = {one.program_id for one in records}, Programs(session, self._clock), Affiliates(session, self._clock)
        found, groups = programs.by_ids(ids), programs.groups_of(ids)
        known = affiliates.by_ids({one.affiliate_id for one in records if one.affiliate_id is not None})
        holders = affiliates.by_emails({one.email for one in records if one.affiliate_id is None})
        seen = []
        for one in records:
            holder = holders.get(email_key(one.email)) if one.affiliate_id is None else known[one.affiliate_id]
            code = holder.code if holder is not None else None
            seen.append(ApplicationSeen(one, found[one.program_id].name, groups[one.program_id], code))
        return seen

    def _offer(self, session: Session, program: ProgramRecord, page: SignUp | None) -> Offer:
        version = Programs(session, self._clock).terms_at(program.id, self._clock.now())
        inside = Programs(session, self._clock).websites(program.id)
        websites = [one for one in Websites(session, self._clock).all() if one.id in inside]
        terms = _for_strangers(version)
        return Offer(
            program=program,
            slug=page.slug if page is not None else slug_of(program.name),
            is_published=page is not None and page.is_published,
            welcome=page.welcome if page is not None else "",
            questions=page.questions if page is not None else (),
            websites=websites,
            terms=terms,
            terms_id=version.id,
        )


def _for_strangers(version: TermsVersion) -> Terms:
    terms = version.terms
    rules = tuple(rule for rule in terms.rules if not rule.affiliates and not rule.groups)
    return msgspec.structs.replace(terms, rules=rules, groups=())

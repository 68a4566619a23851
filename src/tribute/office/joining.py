"""Joining a program: what people tell on its sign-up page becomes an affiliate, where the program is open, or an application.

A stranger learns nothing about anybody: whoever an address belongs to, the answer is the same. Called by the pages.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.orm import Session

from tribute.access.caller import Caller
from tribute.kit.clock import Clock
from tribute.kit.errors import InvalidInputError, NotFoundError, UnavailableError
from tribute.kit.ids import new_id
from tribute.ledger.affiliates import AffiliateRecord, Affiliates
from tribute.ledger.applications import Application, Applications, ApplicationState
from tribute.ledger.audit import Audit
from tribute.ledger.database import Database
from tribute.ledger.enrollments import Enrollments
from tribute.ledger.programs import ProgramRecord, Programs, TermsVersion
from tribute.ledger.rules.codes import checked_code
from tribute.ledger.rules.sign_up import LONGEST_LONG, Answer, FormProblemsError, Question, checked_answer, checked_plain_text
from tribute.ledger.rules.text import checked_email, checked_name, email_key
from tribute.ledger.sign_ups import SignUps
from tribute.office.enrollments import ask_in
from tribute.office.letters import Letters
from tribute.office.permission import require_affiliate

SIGN_UP_PAGE: Final = "sign-up page"
"""Who the audit log says it was, where a stranger joined."""
MOST_WAITING: Final = 1_000
"""Applications that may wait for one program's owner: more than anybody reads."""
_TAKEN: Final = "is taken; choose another one"


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody typed. `answers` are by the question's place, `terms_id` is of the terms that stood there (None: not accepted).

    `once` is another for every page that was shown, so that a form that is sent twice counts once.
    """

    name: str
    email: str
    code: str
    promotes: str
    answers: Mapping[int, str]
    terms_id: str | None
    once: str


@dataclass(frozen=True, slots=True)
class _Page:
    """A sign-up page that is open to who asks."""

    slug: str
    program: ProgramRecord
    terms: TermsVersion
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class _Applicant:
    """Who joins: by what they typed, or by their account."""

    name: str
    email: str
    code: str
    affiliate_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Answered:
    """What they say of themselves."""

    promotes: str
    answers: tuple[Answer, ...]


class JoiningOffice:
    """Threads may share it; each call is one transaction with its note in the audit log."""

    def __init__(self, database: Database, clock: Clock, letters: Letters) -> None:
        self._database = database
        self._clock = clock
        self._letters = letters

    def is_free(self, slug: str, code: str) -> bool:
        """Whether somebody who joins there could have a code. Raises NotFoundError, InvalidInputError for what cannot be one."""
        with self._database.reading() as session:
            self._page(session, slug)
            return self._is_free(session, checked_code(code))

    def apply(self, slug: str, told: Told) -> None:
        """A stranger joins an open program, or applies where the owner lets people in.

        Nothing tells whether the address has an account. Idempotent by `once`. Raises NotFoundError, FormProblemsError, and
        UnavailableError while too many wait already.
        """
        with self._database.session() as session:
            page, applications = self._page(session, slug), Applications(session, self._clock)
            who, answered = _identity(page, told), _checked(page, told)
            key = _sent_key(told.once, page.program.id, email_key(who.email), who.code)
            if applications.sent(key) is not None:
                return
            if not self._is_free(session, who.code):
                raise FormProblemsError({"code": _TAKEN})
            if applications.waiting(page.program.id) >= MOST_WAITING:
                raise UnavailableError("very many people are applying here just now; nothing was kept, please come back tomorrow")
            holder = Affiliates(session, self._clock).by_email(who.email)
            made, state = None, self._state_of(session, page, who, holder)
            if state == "admitted":
                made = Affiliates(session, self._clock).add(who.name, who.email, who.code)
            person = made or holder
            who = replace(who, affiliate_id=person.id if person is not None else None)
            kept = self._kept(page, state, who, answered, key)
            applications.add(kept)
            self._follow(session, page, kept, made, holder)

    def apply_as(self, caller: Caller, slug: str, told: Told) -> None:
        """An affiliate asks to be in another program, by their own account. Idempotent.

        Raises NotAllowedError, NotFoundError, FormProblemsError, and ConflictError for who was put out.
        """
        affiliate_id = require_affiliate(caller)
        with self._database.session() as session:
            page, applications = self._page(session, slug), Applications(session, self._clock)
            answered = _checked(page, told)
            record = Affiliates(session, self._clock).by_ids([affiliate_id])[affiliate_id]
            who = _Applicant(record.name, record.email, record.code, record.id)
            standing = ask_in(session, self._clock, page.program, affiliate_id, by=caller.person_id)
            if applications.has_waiting(page.program.id, who.email, record.id):
                return
            state: ApplicationState = "waiting" if standing.state == "pending" else "admitted"
            kept = self._kept(page, state, who, answered, _sent_key(told.once, page.program.id, record.id))
            if applications.add(kept) and state == "waiting":
                self._letters.received(session, kept, page.program.name)

    def _page(self, session: Session, slug: str) -> _Page:
        """The published page of this public name. Raises NotFoundError."""
        page = SignUps(session, self._clock).by_slug(slug)
        program = Programs(session, self._clock).by_id(page.program_id) if page is not None and page.is_published else None
        if page is None or program is None or program.archived_at is not None:
            raise NotFoundError("no program takes applications at this address")
        return _Page(page.slug, program, Programs(session, self._clock).terms_at(program.id, self._clock.now()), page.questions)

    def _is_free(self, session: Session, code: str) -> bool:
        return Affiliates(session, self._clock).by_code(code) is None and not Applications(session, self._clock).holds(code)

    def _state_of(self, session: Session, page: _Page, who: _Applicant, holder: AffiliateRecord | None) -> ApplicationState:
        """What a stranger's application is to begin with."""
        if holder is not None or Applications(session, self._clock).has_waiting(page.program.id, who.email):
            return "repeated"
        return "waiting" if page.terms.terms.by_approval else "admitted"

    def _kept(self, page: _Page, state: ApplicationState, who: _Applicant, answered: _Answered, sent_key: str) -> Application:
        now, is_done = self._clock.now(), state == "admitted"
        return Application(
            id=new_id("app"),
            program_id=page.program.id,
            affiliate_id=who.affiliate_id,
            state=state,
            name=who.name,
            email=who.email,
            code=who.code,
            promotes=answered.promotes,
            answers=answered.answers,
            terms_id=page.terms.id,
            sent_key=sent_key,
            at=now,
            decided_at=now if is_done else None,
            decided_by=SIGN_UP_PAGE if is_done else None,
        )

    def _follow(
        self, session: Session, page: _Page, kept: Application, made: AffiliateRecord | None, holder: AffiliateRecord | None
    ) -> None:
        """What comes of an application: a place in the program, a note, and a letter to the address in every case."""
        program, audit = page.program, Audit(session, self._clock)
        if made is not None:
            Enrollments(session, self._clock).change(program.id, made.id, "approved", by=SIGN_UP_PAGE)
            audit.note("affiliate.add", "affiliate", made.id, by=SIGN_UP_PAGE, detail={"code": made.code, "program_id": program.id})
            self._letters.joined(session, made, program.name)
        elif holder is not None:
            self._letters.has_account(session, holder, kept, program.name, page.slug)
        else:
            if kept.state == "waiting":
                audit.note("application.add", "application", kept.id, by=SIGN_UP_PAGE, detail={"program_id": program.id})
            self._letters.received(session, kept, program.name)


def _identity(page: _Page, told: Told) -> _Applicant:
    """Name, address and code of a stranger. Raises FormProblemsError with everything that is wrong in the form."""
    problems: dict[str, str] = {}
    found: dict[str, str] = {}
    for field, check in (("name", checked_name), ("email", checked_email), ("code", checked_code)):
        try:
            found[field] = check(getattr(told, field), field)
        except InvalidInputError as error:
            problems[field] = error.problem
    if problems:
        raise FormProblemsError(problems | _problems(page, told))
    return _Applicant(**found)


def _checked(page: _Page, told: Told) -> _Answered:
    """Where they promote, and the answers that were given. Raises FormProblemsError."""
    problems = _problems(page, told)
    if problems:
        raise FormProblemsError(problems)
    answers = ((one, checked_answer(one, told.answers.get(place, ""), "")) for place, one in enumerate(page.questions))
    promotes = checked_plain_text(told.promotes, "promotes", most=LONGEST_LONG, lines=True)
    return _Answered(promotes, tuple(Answer(question.text, answer) for question, answer in answers if answer))


def _problems(page: _Page, told: Told) -> dict[str, str]:
    problems: dict[str, str] = {}
    try:
        if not checked_plain_text(told.promotes, "promotes", most=LONGEST_LONG, lines=True):
            problems["promotes"] = "is needed; a website, a channel or a few words will do"
    except InvalidInputError as error:
        problems["promotes"] = error.problem
    for place, question in enumerate(page.questions):
        try:
            checked_answer(question, told.answers.get(place, ""), "")
        except InvalidInputError as error:
            problems[f"answer-{place}"] = error.problem
    if told.terms_id is None:
        problems["terms"] = "accept the terms to join"
    elif told.terms_id != page.terms.id:
        problems["terms"] = "have changed while you were writing; read them again, then accept them"
    return problems


def _sent_key(*parts: str) -> str:
    """What two sendings of one form have in common, and no other forms."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()

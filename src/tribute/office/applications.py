"""What the team answers to those who want to be affiliates, and whom it invites. Called by the pages.

Whoever is let in counts from now on; an application is answered once, and its answer is told to whom it concerns.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import count

from sqlalchemy.orm import Session

from tribute.access.caller import Caller
from tribute.kit.clock import Clock
from tribute.kit.errors import ConflictError, InvalidInputError, NotFoundError
from tribute.ledger.affiliates import AffiliateRecord, Affiliates
from tribute.ledger.applications import Application, Applications
from tribute.ledger.audit import Audit
from tribute.ledger.database import Database
from tribute.ledger.enrollments import Enrollments
from tribute.ledger.programs import ProgramRecord, Programs
from tribute.ledger.rules.sign_up import checked_plain_text
from tribute.office.letters import Letters
from tribute.office.naming import the_affiliate, the_program
from tribute.office.permission import require_change

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Admitted:
    """An affiliate who was let in. `url` lets them in once, where they have never been; it is shown once."""

    affiliate: AffiliateRecord
    url: str | None


class ApplicationOffice:
    """Threads may share it; each call is one transaction with its note in the audit log."""

    def __init__(self, database: Database, clock: Clock, letters: Letters) -> None:
        self._database = database
        self._clock = clock
        self._letters = letters

    def approve(self, caller: Caller, application_id: str, *, code: str | None = None, group: str | None = None) -> Admitted:
        """Let in who applied: with the code that they asked for, or another, and in a group of the program's.

        Raises NotAllowedError, NotFoundError, InvalidInputError, also for a code where they have an account with another one, and
        ConflictError for an application that was answered or a taken code.
        """
        require_change(caller)
        with self._database.session() as session:
            application, program = self._waiting(session, application_id)
            who, is_new = self._affiliate(session, application, code)
            if not who.active:
                raise ConflictError("the affiliate is deactivated; take them up again first")
            Enrollments(session, self._clock).change(program.id, who.id, "approved", by=caller.person_id, group=group)
            applications = Applications(session, self._clock)
            applications.decide(application.id, "admitted", by=caller.person_id, affiliate_id=who.id)
            applications.settle(program.id, who.id, who.email, "admitted", by=caller.person_id)
            self._note(session, caller, "application.approve", application.id, program_id=program.id, affiliate_id=who.id, code=who.code)
            return Admitted(who, self._letters.approved(session, who, program.name, is_new=is_new))

    def reject(self, caller: Caller, application_id: str, reason: str) -> Application:
        """Turn down who applied, with a reason that they are told.

        Raises NotAllowedError, NotFoundError, InvalidInputError without a reason, and ConflictError for an application that was answered.
        """
        require_change(caller)
        told = checked_plain_text(reason, "reason", most=LONGEST_REASON, lines=True)
        if not told:
            raise InvalidInputError("reason", "say why; the applicant will read it")
        with self._database.session() as session:
            application, program = self._waiting(session, application_id)
            applications, who, by = Applications(session, self._clock), application.affiliate_id, caller.person_id
            decided = applications.decide(application.id, "rejected", by=by, reason=told)
            if who is not None:
                Enrollments(session, self._clock).change(program.id, who, "rejected", by=by, reason=told)
                applications.settle(program.id, who, application.email, "rejected", by=by, reason=told)
            self._note(session, caller, "application.reject", application.id, program_id=program.id, reason=told)
            self._letters.rejected(session, application, program.name, told)
            return decided

    def invite(self, caller: Caller, name: str, email: str, *, code: str = "", program: str = "", group: str | None = None) -> Admitted:
        """Add an affiliate who did not apply, in a program if one is named, and send them a link. Without a code one is made of the name.

        Raises NotAllowedError, InvalidInputError, and ConflictError for a taken code or address.
        """
        require_change(caller)
        with self._database.session() as session:
            within = the_program(session, self._clock, program, "program") if program else None
            affiliates = Affiliates(session, self._clock)
            made = affiliates.add(name, email, code.strip() or _free_code(session, self._clock, name))
            if within is not None:
                Programs(session, self._clock).lock(within.id)
                Enrollments(session, self._clock).change(within.id, made.id, "approved", by=caller.person_id, group=group)
            detail = {"code": made.code, "program_id": within.id if within is not None else None}
            Audit(session, self._clock).note("affiliate.invite", "affiliate", made.id, by=caller.person_id, detail=detail)
            return Admitted(made, self._letters.invited(session, made))

    def new_link(self, caller: Caller, affiliate: str) -> Admitted:
        """A fresh link that lets an affiliate in, by code or id; it is sent too. Raises NotAllowedError, NotFoundError, ConflictError."""
        require_change(caller)
        with self._database.session() as session:
            who = the_affiliate(session, self._clock, affiliate)
            if not who.active:
                raise ConflictError("the affiliate is deactivated and cannot sign in; take them up again first")
            Audit(session, self._clock).note("affiliate.link_make", "affiliate", who.id, by=caller.person_id)
            return Admitted(who, self._letters.invited(session, who))

    def _waiting(self, session: Session, application_id: str) -> tuple[Application, ProgramRecord]:
        """An application that nobody has answered, and its program, which nobody else changes until the end."""
        application = Applications(session, self._clock).by_id(application_id)
        if application is None:
            raise NotFoundError("there is no such application")
        if application.state != "waiting":
            raise ConflictError("this application was answered already; open the list again")
        programs = Programs(session, self._clock)
        programs.lock(application.program_id)
        program = programs.by_id(application.program_id)
        assert program is not None  # noqa: S101 -- an application's program is never deleted
        return application, program

    def _affiliate(self, session: Session, application: Application, code: str | None) -> tuple[AffiliateRecord, bool]:
        """Whose application it is, made where they are new; tells whether they are. Raises InvalidInputError for a code not theirs."""
        affiliates, wanted = Affiliates(session, self._clock), (code or "").strip()
        known = application.affiliate_id
        holder = affiliates.by_ids([known])[known] if known is not None else affiliates.by_email(application.email)
        if holder is None:
            return affiliates.add(application.name, application.email, wanted or application.code), True
        if wanted and wanted.lower() != holder.code:
            raise InvalidInputError(
                "code", f"they have an account already, whose code is {holder.code}; leave it out, and add a code afterwards"
            )
        return holder, False

    def _note(self, session: Session, caller: Caller, action: str, application_id: str, **detail: object) -> None:
        Audit(session, self._clock).note(action, "application", application_id, by=caller.person_id, detail=detail)


def _free_code(session: Session, clock: Clock, name: str) -> str:
    """A code made of a name that nobody has and nobody asked for: `adalovelace`, `adalovelace2`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    wanted = re.sub(r"[^a-z0-9]", "", plain)[:24]
    wanted = wanted if len(wanted) >= 2 else "partner"
    affiliates, applications = Affiliates(session, clock), Applications(session, clock)
    candidates = (wanted if number == 1 else f"{wanted}{number}" for number in count(1))
    return next(one for one in candidates if affiliates.by_code(one) is None and not applications.holds(one))

"""Who may earn in a program: affiliates apply for themselves, owners invite, approve, reject and put out. Changes count from now on.

Orders are decided by where an affiliate stood when they were placed, so that nothing of the past changes. Called by REST, GraphQL, the
pages and the CLI.
"""

from typing import Final, Literal

from sqlalchemy.orm import Session

from tribute.access.caller import Caller
from tribute.kit.clock import Clock
from tribute.kit.errors import ConflictError, NotFoundError
from tribute.kit.ids import new_id
from tribute.ledger.affiliates import Affiliates
from tribute.ledger.applications import Application, Applications
from tribute.ledger.audit import Audit
from tribute.ledger.database import Database
from tribute.ledger.enrollments import Enrollment, Enrollments
from tribute.ledger.programs import ProgramRecord, Programs
from tribute.ledger.rules.enrollment import State
from tribute.office.letters import Letters
from tribute.office.naming import the_affiliate, the_program
from tribute.office.permission import require_affiliate, require_change

_PUT_OUT: Final = frozenset({"deactivated", "banned"})


class EnrollmentOffice:
    """Threads may share it; each call is one transaction with its note in the audit log."""

    def __init__(self, database: Database, clock: Clock, letters: Letters) -> None:
        self._database = database
        self._clock = clock
        self._letters = letters

    def apply(self, caller: Caller, program: str) -> Enrollment:
        """The calling affiliate asks to be in a program, or takes up its invitation. Idempotent.

        They are approved where they were invited or the program is open, and pending otherwise. Raises NotAllowedError, NotFoundError, and
        ConflictError for who was put out. Where the team is to answer, it is among its applications.
        """
        affiliate_id = require_affiliate(caller)
        with self._database.session() as session:
            found = the_program(session, self._clock, program)
            if found.archived_at is not None:
                raise NotFoundError("no program is called so")
            standing = ask_in(session, self._clock, found, affiliate_id, by=caller.person_id)
            if standing.state == "pending":
                self._ask_the_team(session, found, affiliate_id)
            return standing

    def change(
        self, caller: Caller, program: str, affiliate: str, state: State | None, *, group: str | None = None, reason: str | None = None
    ) -> Enrollment:
        """An owner invites, approves, rejects, deactivates or bans an affiliate (by code or id), or puts them into a group. Idempotent.

        Without a state they keep theirs, and who never enrolled is approved; without a group likewise, and an empty one means none. Raises
        NotAllowedError, NotFoundError, InvalidInputError for a missing reason or an unknown group, and ConflictError for a step that cannot
        follow.
        """
        require_change(caller)
        with self._database.session() as session:
            found = the_program(session, self._clock, program)
            who = the_affiliate(session, self._clock, affiliate, "affiliate")
            Programs(session, self._clock).lock(found.id)
            enrollments = Enrollments(session, self._clock)
            history = enrollments.history(found.id, who.id)
            if state is None:
                state, reason = (history[-1].state, history[-1].reason) if history else ("approved", reason)
            changed = enrollments.change(found.id, who.id, state, by=caller.person_id, group=group, reason=reason)
            if changed.number > len(history):
                self._note(session, caller, found, changed)
                if changed.state in {"approved", "rejected"}:
                    settled: Literal["admitted", "rejected"] = "admitted" if changed.state == "approved" else "rejected"
                    Applications(session, self._clock).settle(found.id, who.id, who.email, settled, by=caller.person_id, reason=reason)
            return changed

    def _ask_the_team(self, session: Session, program: ProgramRecord, affiliate_id: str) -> None:
        """Keep an application for somebody who sent no form and was shown no terms, unless one waits; they hear that it arrived."""
        who = Affiliates(session, self._clock).by_ids([affiliate_id])[affiliate_id]
        applications, application_id = Applications(session, self._clock), new_id("app")
        if applications.has_waiting(program.id, who.email, who.id):
            return
        kept = Application(
            id=application_id,
            program_id=program.id,
            affiliate_id=who.id,
            state="waiting",
            name=who.name,
            email=who.email,
            code=who.code,
            promotes="",
            answers=(),
            terms_id=None,
            sent_key=application_id,
            at=self._clock.now(),
        )
        applications.add(kept)
        self._letters.received(session, kept, program.name)

    def _note(self, session: Session, caller: Caller, program: ProgramRecord, changed: Enrollment) -> None:
        detail = {"program_id": program.id, "state": changed.state, "group": changed.group_name, "reason": changed.reason}
        Audit(session, self._clock).note("enrollment.change", "affiliate", changed.affiliate_id, by=caller.person_id, detail=detail)


def ask_in(session: Session, clock: Clock, program: ProgramRecord, affiliate_id: str, *, by: str) -> Enrollment:
    """Let an affiliate ask to be in a program, or take up its invitation, with a note in the audit log. Idempotent.

    They are approved where they were invited or the program is open, and pending otherwise. Raises ConflictError for who was put out.
    """
    programs, enrollments = Programs(session, clock), Enrollments(session, clock)
    programs.lock(program.id)  # so that nobody is put out between this look and the change
    history = enrollments.history(program.id, affiliate_id)
    before = history[-1] if history else None
    if before is not None and before.state in {"pending", "approved"}:
        return before
    is_open = not programs.terms_at(program.id, clock.now()).terms.by_approval
    # Who was rejected may ask again where an owner answers; in an open program asking alone would let them earn again.
    if before is not None and (before.state in _PUT_OUT or (is_open and before.state == "rejected")):
        raise ConflictError(f"you are {before.state} in this program; ask its owner")
    is_let_in = before.state == "invited" if before is not None else is_open
    changed = enrollments.change(program.id, affiliate_id, "approved" if is_let_in else "pending", by=by)
    detail = {"program_id": program.id, "state": changed.state}
    Audit(session, clock).note("enrollment.apply", "affiliate", affiliate_id, by=by, detail=detail)
    return changed

"""Programs' sign-up pages as their owner edits them: words, questions, the address, and whether strangers see the page at all.

What affiliates agree to is the text of the program's terms: another text is another version of these, so that what each accepted can
always be told. Called by REST, GraphQL, the pages and the CLI.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy.orm import Session

from tribute.access.caller import Caller
from tribute.kit.clock import Clock
from tribute.ledger.audit import Audit
from tribute.ledger.database import Database
from tribute.ledger.programs import ProgramRecord, Programs
from tribute.ledger.rules.sign_up import LONGEST_WELCOME, Question, checked_join_slug, checked_plain_text, checked_questions, slug_of
from tribute.ledger.rules.terms_checked import LONGEST_TERMS_TEXT
from tribute.ledger.sign_ups import SignUp, SignUps
from tribute.office.naming import the_program
from tribute.office.permission import require_change


@dataclass(frozen=True, slots=True)
class SignUpChange:
    """What is to be another; None leaves a part as it is. `terms_text` makes a version of the terms that holds from now on."""

    is_published: bool | None = None
    slug: str | None = None
    welcome: str | None = None
    terms_text: str | None = None
    questions: Sequence[Question] | None = None


class SignUpOffice:
    """Threads may share it; each call is one transaction with its note in the audit log. A program is named by id or name."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def change(self, caller: Caller, program: str, wanted: SignUpChange) -> SignUp:
        """Edit a program's sign-up page, made with its first change and seen by nobody until it is published. Idempotent.

        Raises NotAllowedError, NotFoundError, InvalidInputError by field, and ConflictError when the address is another program's.
        """
        require_change(caller)
        with self._database.session() as session:
            found = the_program(session, self._clock, program)
            pages = SignUps(session, self._clock)
            before = pages.of(found.id)
            slug = checked_join_slug(wanted.slug) if wanted.slug is not None else before.slug if before else free_slug(pages, found)
            welcome = before.welcome if before is not None else ""
            if wanted.welcome is not None:
                welcome = checked_plain_text(wanted.welcome, "welcome", most=LONGEST_WELCOME, lines=True)
            questions = before.questions if before is not None else ()
            if wanted.questions is not None:
                questions = checked_questions(wanted.questions)
            is_published = before is not None and before.is_published if wanted.is_published is None else wanted.is_published
            kept = pages.keep(found.id, slug=slug, is_published=is_published, welcome=welcome, questions=questions)
            if wanted.terms_text is not None:
                self._set_text(session, caller, found, wanted.terms_text)
            if before is None or _differs(before, kept):
                detail = {"slug": slug, "is_published": is_published, "questions": len(questions)}
                self._note(session, caller, "program.sign_up_set", found.id, detail)
            return kept

    def _set_text(self, session: Session, caller: Caller, program: ProgramRecord, told: str) -> None:
        """Let another text hold, with everything else of the terms as it is."""
        programs = Programs(session, self._clock)
        current = programs.terms_at(program.id, self._clock.now()).terms
        text = checked_plain_text(told, "terms_text", most=LONGEST_TERMS_TEXT, lines=True)
        if text == current.text:
            return
        terms = msgspec.structs.replace(current, text=text)
        version = programs.set_terms(program.id, terms, by=caller.person_id, note="The text that affiliates agree to")
        self._note(session, caller, "program.terms_set", program.id, {"terms_id": version.id, "note": version.note})

    def _note(self, session: Session, caller: Caller, action: str, program_id: str, detail: dict[str, object]) -> None:
        Audit(session, self._clock).note(action, "program", program_id, by=caller.person_id, detail=detail)


def free_slug(pages: SignUps, program: ProgramRecord) -> str:
    """A public name made of the program's own that no other program's page has."""
    wanted, number = slug_of(program.name), 1
    slug = wanted
    while (holder := pages.by_slug(slug)) is not None and holder.program_id != program.id:
        number += 1
        slug = f"{wanted[:56]}-{number}"
    return slug


def _differs(before: SignUp, kept: SignUp) -> bool:
    parts = ("slug", "is_published", "welcome", "questions")
    return any(getattr(before, part) != getattr(kept, part) for part in parts)

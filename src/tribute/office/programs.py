"""Programs as their owner makes and changes them. Terms are added, never changed, so that no order of the past is paid otherwise.

A website that joins its first program brings the orders with it that are told of from then on; those that were told of before, while it was
in none, stay without one. Called by REST, GraphQL, the pages and the CLI.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from tribute.access.caller import Caller
from tribute.kit.clock import Clock, iso
from tribute.kit.errors import InvalidInputError
from tribute.ledger.audit import Audit
from tribute.ledger.database import Database
from tribute.ledger.programs import ProgramRecord, Programs, TermsVersion
from tribute.ledger.rules.orders_checked import checked_optional_text
from tribute.ledger.rules.terms import Terms
from tribute.ledger.rules.terms_checked import checked_terms
from tribute.ledger.rules.text import checked_name
from tribute.office.naming import the_program, the_website, with_ids
from tribute.office.permission import require_change

MOST_WEBSITES = 200
LONGEST_NOTE = 500


class ProgramOffice:
    """Threads may share it; each call is one transaction with its note in the audit log. A program is named by id or name."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(
        self, caller: Caller, name: str, terms: Terms, *, websites: Sequence[str] = (), groups: Sequence[str] = (), note: str = ""
    ) -> ProgramRecord:
        """Add a program with its websites (by id, domain or name), groups and first terms, whose rules may name websites and affiliates so.

        Raises NotAllowedError, InvalidInputError, and ConflictError when the name is taken or a website is in another program.
        """
        require_change(caller)
        if len(websites) > MOST_WEBSITES or len(groups) > MOST_WEBSITES:
            raise InvalidInputError("websites", f"give at most {MOST_WEBSITES} websites and groups")
        names = [checked_name(group, "groups") for group in groups]
        with self._database.session() as session:
            ids = [the_website(session, self._clock, one, "websites").id for one in websites]
            checked = checked_terms(with_ids(session, self._clock, terms), groups=names)
            programs = Programs(session, self._clock)
            made = programs.add(name, checked, by=caller.person_id, website_ids=list(dict.fromkeys(ids)), note=_checked_note(note))
            for group in names:
                programs.add_group(made.id, group)
            self._note(session, caller, "program.add", made.id, name=made.name, websites=ids, groups=names)
            return made

    def rename(self, caller: Caller, program: str, name: str) -> ProgramRecord:
        """Give a program another name. Raises NotAllowedError, InvalidInputError, NotFoundError, ConflictError."""
        require_change(caller)
        with self._database.session() as session:
            before = the_program(session, self._clock, program)
            renamed = Programs(session, self._clock).rename(before.id, name)
            if renamed != before:
                self._note(session, caller, "program.rename", before.id, before=before.name, name=renamed.name)
            return renamed

    def archive(self, caller: Caller, program: str, *, archived: bool = True) -> ProgramRecord:
        """Put a program away, so that it takes no further orders, or take it up again. What it owes stays. Idempotent."""
        require_change(caller)
        with self._database.session() as session:
            before = the_program(session, self._clock, program)
            record = Programs(session, self._clock).archive(before.id, archived=archived)
            if record != before:
                self._note(session, caller, "program.archive" if archived else "program.unarchive", before.id)
            return record

    def add_website(self, caller: Caller, program: str, website: str) -> ProgramRecord:
        """Put a website, by id, domain or name, into a program. Idempotent. Raises ConflictError when another program has it."""
        require_change(caller)
        with self._database.session() as session:
            found = the_program(session, self._clock, program)
            site = the_website(session, self._clock, website, "website")
            programs = Programs(session, self._clock)
            if site.id not in programs.websites(found.id):
                programs.add_website(found.id, site.id)
                self._note(session, caller, "program.website_add", found.id, website_id=site.id)
            return found

    def remove_website(self, caller: Caller, program: str, website: str) -> ProgramRecord:
        """Take a website out of a program; orders placed before are decided as if it were still in. Idempotent."""
        require_change(caller)
        with self._database.session() as session:
            found = the_program(session, self._clock, program)
            site = the_website(session, self._clock, website)
            programs = Programs(session, self._clock)
            if site.id in programs.websites(found.id):
                programs.remove_website(found.id, site.id)
                self._note(session, caller, "program.website_remove", found.id, website_id=site.id)
            return found

    def add_group(self, caller: Caller, program: str, group: str) -> str:
        """Add a group, for whose affiliates terms can differ; its name as it is kept. Idempotent."""
        require_change(caller)
        with self._database.session() as session:
            found = the_program(session, self._clock, program)
            programs = Programs(session, self._clock)
            known = programs.groups(found.id)
            name = programs.add_group(found.id, group)
            if name not in known:
                self._note(session, caller, "program.group_add", found.id, group=name)
            return name

    def set_terms(
        self, caller: Caller, program: str, terms: Terms, *, effective_from: datetime | None = None, note: str = ""
    ) -> TermsVersion:
        """Let other terms hold from an instant on (None: now). Orders placed before keep those of their time.

        Raises NotAllowedError, NotFoundError, and InvalidInputError for terms that are wrong, or an instant that is over.
        """
        require_change(caller)
        with self._database.session() as session:
            found = the_program(session, self._clock, program)
            programs = Programs(session, self._clock)
            checked = checked_terms(with_ids(session, self._clock, terms), groups=programs.groups(found.id))
            version = programs.set_terms(found.id, checked, by=caller.person_id, effective_from=effective_from, note=_checked_note(note))
            begins = iso(version.effective_from) if version.effective_from is not None else None
            self._note(session, caller, "program.terms_set", found.id, terms_id=version.id, effective_from=begins, note=version.note)
            return version

    def _note(self, session: Session, caller: Caller, action: str, program_id: str, **detail: object) -> None:
        Audit(session, self._clock).note(action, "program", program_id, by=caller.person_id, detail=detail)


def _checked_note(note: str) -> str:
    return checked_optional_text(note, "note", most=LONGEST_NOTE) or ""

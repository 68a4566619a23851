"""Programs: their websites, groups, and terms by version. No version is ever changed, so that what held at an instant can always be told.

Used by the use cases of money and, through them, by REST, GraphQL and the CLI.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.kit.clock import Clock, iso_seconds
from tribute.kit.errors import ConflictError, InvalidInputError, NotFoundError
from tribute.kit.ids import new_id
from tribute.ledger.columns import columns_of, insert, insert_or_ignore, update, values_of
from tribute.ledger.enrollments import Enrollments
from tribute.ledger.models import WebsiteRow
from tribute.ledger.models_programs import ProgramGroupRow, ProgramRow, ProgramTermsRow, ProgramWebsiteRow
from tribute.ledger.rules.enrollment import may_earn
from tribute.ledger.rules.terms import Terms
from tribute.ledger.rules.text import checked_name, is_storable, name_key


@dataclass(frozen=True, slots=True)
class ProgramRecord:
    """A program as it stands; its terms are read beside it."""

    id: str
    name: str
    created_at: datetime
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class TermsVersion:
    """Terms from an instant on; the first version has none and holds for all time before the second."""

    id: str
    program_id: str
    effective_from: datetime | None
    created_at: datetime
    created_by: str
    note: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class WebsiteTime:
    """A time that a website was in a program: without a beginning in its first one, without an end while it is in."""

    website_id: str
    joined_at: datetime | None
    left_at: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether the website was in at an instant."""
        return (self.joined_at is None or self.joined_at <= at) and (self.left_at is None or self.left_at > at)


_FURTHEST_AHEAD = timedelta(days=5 * 365 + 2)
"""Five years, with the leap days in them: terms for later are a slip of the keyboard."""

_PROGRAM, _VERSION = columns_of(ProgramRow, ProgramRecord), columns_of(ProgramTermsRow, TermsVersion)


class Programs:
    """Reads and writes programs within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def add(self, name: str, terms: Terms, *, by: str, website_ids: Sequence[str] = (), note: str = "") -> ProgramRecord:
        """Add a program with its first terms, which must be checked, and its websites.

        Raises InvalidInputError, NotFoundError for an unknown website, and ConflictError when the name is taken or a website is in another.
        """
        record = ProgramRecord(new_id("prg"), checked_name(name), self._clock.now(), archived_at=None)
        self._refuse_taken(record.name)
        if not insert_or_ignore(self._session, ProgramRow, {"name_key": name_key(record.name), **values_of(record)}):
            raise _name_taken(record.name)  # by someone else since we looked
        self._add_version(record.id, terms, None, by, note)
        for website_id in website_ids:
            self.add_website(record.id, website_id)
        return record

    def rename(self, program_id: str, name: str) -> ProgramRecord:
        """Give a program another name. Raises InvalidInputError, NotFoundError, and ConflictError when the name is another's."""
        program, name = self._known(program_id), checked_name(name)
        self._refuse_taken(name, other_than=program.id)
        try:
            with self._session.begin_nested():
                self._update(program.id, name=name, name_key=name_key(name))
        except sa.exc.IntegrityError as error:
            raise _name_taken(name) from error
        return self._known(program_id)

    def archive(self, program_id: str, *, archived: bool = True) -> ProgramRecord:
        """Put a program away, or take it up again; what it owes stays. Idempotent. Raises NotFoundError."""
        program = self._known(program_id)
        if archived != (program.archived_at is not None):
            self._update(program.id, archived_at=self._clock.now() if archived else None)
        return self._known(program_id)

    def lock(self, program_id: str) -> None:
        """Let nobody else decide the program's orders until this transaction ends; new ones may still come in.

        Take it before anything is read that a decision rests on. Raises NotFoundError.
        """
        query = sa.select(ProgramRow.id).where(ProgramRow.id == program_id).with_for_update(key_share=True)
        if self._session.execute(query).first() is None:
            raise _unknown()

    def all(self) -> Sequence[ProgramRecord]:
        """Every program, archived ones too, by name."""
        return [ProgramRecord(*row) for row in self._session.execute(sa.select(*_PROGRAM).order_by(ProgramRow.name_key))]

    def by_id(self, program_id: str) -> ProgramRecord | None:
        """The program with this id."""
        return self._one(ProgramRow.id == program_id) if is_storable(program_id) else None

    def by_ids(self, program_ids: Collection[str]) -> Mapping[str, ProgramRecord]:
        """Those of these ids that there are, by id."""
        query = sa.select(*_PROGRAM).where(ProgramRow.id.in_(sorted(program_ids)))
        return {record.id: record for record in (ProgramRecord(*row) for row in self._session.execute(query))}

    def by_name(self, program: str) -> ProgramRecord | None:
        """The program with this id, else this name without regard to case."""
        if not is_storable(program):
            return None
        return self.by_id(program) or self._one(ProgramRow.name_key == name_key(program))

    def of_website(self, website_id: str, at: datetime | None = None) -> ProgramRecord | None:
        """The program that a website is in now, or was in at an instant; its first program has it also for the time before."""
        row = ProgramWebsiteRow
        times: tuple[sa.ColumnElement[bool], ...] = (row.left_at.is_(None),)
        if at is not None:
            times = (sa.or_(row.joined_at.is_(None), row.joined_at <= at), sa.or_(row.left_at.is_(None), row.left_at > at))
        was_in = sa.select(row.program_id).where(row.website_id == website_id, *times)
        return self._one(ProgramRow.id == was_in.scalar_subquery()) if is_storable(website_id) else None

    def add_website(self, program_id: str, website_id: str) -> None:
        """Put a website into a program. Idempotent. Raises NotFoundError, and ConflictError that names the program that has it."""
        program = self._known(program_id)
        if not is_storable(website_id) or self._session.get(WebsiteRow, website_id) is None:
            raise NotFoundError("no website has that id; `tribute website list` shows them")
        holder = self.of_website(website_id)
        if holder is not None and holder.id == program.id:
            return
        if holder is not None:
            raise _website_taken(holder.name)
        before = sa.select(ProgramWebsiteRow.id).where(ProgramWebsiteRow.website_id == website_id).limit(1)
        joined_at = None if self._session.execute(before).first() is None else self._clock.now()
        values = {"id": new_id("pgw"), "program_id": program.id, "website_id": website_id, "joined_at": joined_at}
        if not insert_or_ignore(self._session, ProgramWebsiteRow, values):  # taken by someone else since we looked
            holder = self.of_website(website_id)
            raise _website_taken(holder.name if holder is not None else "that someone just made")

    def remove_website(self, program_id: str, website_id: str) -> None:
        """Take a website out of a program; orders that were placed before are decided as if it were still in. Idempotent."""
        mine = (ProgramWebsiteRow.program_id == program_id, ProgramWebsiteRow.website_id == website_id, ProgramWebsiteRow.left_at.is_(None))
        self._session.execute(update(ProgramWebsiteRow).where(*mine).values(left_at=self._clock.now()))

    def websites(self, program_id: str, at: datetime | None = None) -> frozenset[str]:
        """The ids of a program's websites: now, or at an instant. A website's first program has it also for the time before."""
        times = self.website_times(program_id)
        return frozenset(one.website_id for one in times if (one.left_at is None if at is None else one.holds(at)))

    def website_times(self, program_id: str) -> Sequence[WebsiteTime]:
        """Every time that a website was in a program, those that are over as well: for who asks for many instants."""
        row = ProgramWebsiteRow
        query = sa.select(row.website_id, row.joined_at, row.left_at).where(row.program_id == program_id)
        return [WebsiteTime(*values) for values in self._session.execute(query)]

    def set_terms(self, program_id: str, terms: Terms, *, by: str, effective_from: datetime | None = None, note: str = "") -> TermsVersion:
        """Add a version of the terms, which must be checked, from an instant on (None: now) until the next version's, if one is to come.

        Raises NotFoundError, and InvalidInputError for an instant that is over, more than five years ahead, or another version's.
        """
        self.lock(program_id)
        now = self._clock.now()
        start = effective_from if effective_from is not None else now
        if start < now:
            raise InvalidInputError(
                "effective_from", "lies in the past, which terms never change; give a later time, or leave it out for now"
            )
        if start > now + _FURTHEST_AHEAD:
            raise InvalidInputError("effective_from", "lies more than five years ahead; give an earlier time")
        if any(one.effective_from == start for one in self.terms_history(program_id)):
            raise InvalidInputError("effective_from", f"other terms begin at {iso_seconds(start)} already; give another time")
        return self._add_version(program_id, terms, start, by, note)

    def terms_at(self, program_id: str, at: datetime) -> TermsVersion:
        """The terms that hold, or held, at an instant. Raises NotFoundError."""
        effective = sa.or_(ProgramTermsRow.effective_from.is_(None), ProgramTermsRow.effective_from <= at)
        query = (
            sa.select(*_VERSION)
            .where(ProgramTermsRow.program_id == program_id, effective)
            .order_by(sa.nulls_last(ProgramTermsRow.effective_from.desc()))
            .limit(1)
        )
        row = self._session.execute(query).one_or_none()
        if row is None:
            raise _unknown()
        return TermsVersion(*row)

    def terms_by_id(self, terms_id: str) -> TermsVersion | None:
        """One version."""
        row = self._session.execute(sa.select(*_VERSION).where(ProgramTermsRow.id == terms_id)).one_or_none()
        return TermsVersion(*row) if row is not None else None

    def terms_by_ids(self, terms_ids: Collection[str | None]) -> Mapping[str, Terms]:
        """The terms of these versions, by their ids; None among them is nobody's."""
        wanted = [one for one in terms_ids if one is not None]
        query = sa.select(ProgramTermsRow.id, ProgramTermsRow.terms).where(ProgramTermsRow.id.in_(wanted))
        return {row.id: row.terms for row in self._session.execute(query)} if wanted else {}

    def terms_history(self, program_id: str) -> Sequence[TermsVersion]:
        """Every version, the first one first, those to come as well."""
        query = sa.select(*_VERSION).where(ProgramTermsRow.program_id == program_id)
        rows = self._session.execute(query.order_by(sa.nulls_first(ProgramTermsRow.effective_from.asc())))
        return [TermsVersion(*row) for row in rows]

    def main_currency(self, affiliate_id: str | None = None) -> str | None:
        """The currency of the oldest program in use, for an affiliate of the oldest one that they are in; None without any program."""
        query = sa.select(ProgramRow.id).where(ProgramRow.archived_at.is_(None)).order_by(ProgramRow.created_at, ProgramRow.id)
        programs = list(self._session.scalars(query))
        now = self._clock.now()
        terms = {program_id: self.terms_at(program_id, now).terms for program_id in programs}
        if affiliate_id is not None:
            standing = {one.program_id: one.state for one in Enrollments(self._session, self._clock).of_affiliate(affiliate_id)}
            theirs = [one for one in programs if may_earn(standing.get(one), by_approval=terms[one].by_approval)]
            programs = theirs or programs
        return terms[programs[0]].currency if programs else None

    def add_group(self, program_id: str, name: str) -> str:
        """Add a group; tells its name as it is kept. Idempotent. Raises InvalidInputError, NotFoundError."""
        program, name = self._known(program_id), checked_name(name, "group")
        insert_or_ignore(self._session, ProgramGroupRow, {"program_id": program.id, "name": name})
        return name

    def groups(self, program_id: str) -> Sequence[str]:
        """The names of a program's groups."""
        return self.groups_of([program_id])[program_id]

    def groups_of(self, program_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        """The names of these programs' groups, by program id."""
        row = ProgramGroupRow
        query = sa.select(row.program_id, row.name).where(row.program_id.in_(sorted(program_ids))).order_by(row.name)
        found: dict[str, list[str]] = {program_id: [] for program_id in program_ids}
        for program_id, name in self._session.execute(query):
            found[program_id].append(name)
        return found

    def _add_version(self, program_id: str, terms: Terms, effective_from: datetime | None, by: str, note: str) -> TermsVersion:
        version = TermsVersion(new_id("trm"), program_id, effective_from, self._clock.now(), by, note, terms)
        insert(self._session, ProgramTermsRow, values_of(version))
        return version

    def _update(self, program_id: str, **values: object) -> None:
        self._session.execute(update(ProgramRow).where(ProgramRow.id == program_id).values(values))

    def _one(self, condition: sa.ColumnElement[bool]) -> ProgramRecord | None:
        row = self._session.execute(sa.select(*_PROGRAM).where(condition)).one_or_none()
        return ProgramRecord(*row) if row is not None else None

    def _known(self, program_id: str) -> ProgramRecord:
        program = self.by_id(program_id)
        if program is None:
            raise _unknown()
        return program

    def _refuse_taken(self, name: str, *, other_than: str | None = None) -> None:
        holder = self._one(ProgramRow.name_key == name_key(name))
        if holder is not None and holder.id != other_than:
            raise _name_taken(holder.name)


def _unknown() -> NotFoundError:
    return NotFoundError("no program has that id; `tribute program list` shows them")


def _name_taken(name: str) -> ConflictError:
    return ConflictError(f"a program named {name!r} is there already; choose another name")


def _website_taken(program: str) -> ConflictError:
    return ConflictError(f"the website is in the program {program!r}, and can only be in one; take it out of that one first")

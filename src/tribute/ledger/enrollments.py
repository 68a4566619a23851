"""Who may earn in a program, in which group, since when and why. Changes are added and never taken back, so that the past can be told.

An affiliate without any change has no standing: in an open program they may earn all the same, in one by approval not. That is the
caller's to judge, by the terms. Used by the use cases of money.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tribute.kit.clock import Clock
from tribute.kit.errors import ConflictError, InvalidInputError, NotFoundError
from tribute.kit.ids import new_id
from tribute.ledger.columns import columns_of, insert_or_ignore, values_of
from tribute.ledger.models import AffiliateRow
from tribute.ledger.models_programs import EnrollmentChangeRow, ProgramGroupRow, ProgramRow
from tribute.ledger.paging import Page, after, checked_limit, cut, text_cursor
from tribute.ledger.rules.enrollment import TRANSITIONS, State
from tribute.ledger.rules.text import is_storable

_WITH_REASON: Final[frozenset[State]] = frozenset({"rejected", "deactivated", "banned"})
_REASON_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Enrollment:
    """Where an affiliate stands in a program since `at`, by which change of theirs (from 1), why, and by whom."""

    id: str
    program_id: str
    affiliate_id: str
    number: int
    state: State
    group_name: str | None
    reason: str | None
    at: datetime
    by: str


_ENROLLMENT = columns_of(EnrollmentChangeRow, Enrollment)


class Enrollments:
    """Reads and adds enrollment changes within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def change(
        self, program_id: str, affiliate_id: str, state: State, *, by: str, group: str | None = None, reason: str | None = None
    ) -> Enrollment:
        """Let an affiliate stand otherwise from now on; without a group they keep theirs, an empty one means none. Idempotent.

        Raises NotFoundError, InvalidInputError for a missing reason or an unknown group, and ConflictError for a step that `TRANSITIONS`
        does not have.
        """
        self._check_known(program_id, affiliate_id)
        before = next(iter(self._latest(program_id, affiliate_id)), None)
        kept = before.group_name if before is not None else None
        wanted = kept if group is None else self._checked_group(program_id, group)
        told = _checked_reason(state, reason)
        if before is not None and before.state == state:
            if before.group_name == wanted:
                return before
        elif state not in TRANSITIONS[before.state if before is not None else None]:
            raise ConflictError(f"the affiliate is {before.state if before else 'not enrolled'} there, and cannot become {state} from that")
        now = self._clock.now()
        record = Enrollment(
            new_id("enr"),
            program_id,
            affiliate_id,
            number=before.number + 1 if before is not None else 1,
            state=state,
            group_name=wanted,
            reason=told,
            at=max(now, before.at) if before is not None else now,  # numbers and times keep one order, also when a clock is set back
            by=by,
        )
        if not insert_or_ignore(self._session, EnrollmentChangeRow, values_of(record)):
            raise ConflictError("somebody changed this enrollment at the same moment; look at it and try again")
        return record

    def standing_at(self, program_id: str, affiliate_ids: Collection[str], at: datetime) -> Mapping[str, Enrollment]:
        """Where affiliates stood at an instant, by affiliate id; those without any change until then are left out."""
        row, later = EnrollmentChangeRow, aliased(EnrollmentChangeRow)
        superseded = sa.exists().where(
            later.program_id == row.program_id, later.affiliate_id == row.affiliate_id, later.number > row.number, later.at <= at
        )
        mine = (row.program_id == program_id, row.affiliate_id.in_(list(affiliate_ids)), row.at <= at)
        found = self._session.execute(sa.select(*_ENROLLMENT).where(*mine, ~superseded))
        return {record.affiliate_id: record for record in (Enrollment(*values) for values in found)}

    def histories(self, program_id: str, affiliate_ids: Collection[str]) -> Mapping[str, Sequence[Enrollment]]:
        """Every change of these affiliates' enrollments, the first one first, by affiliate id: for who asks for many instants."""
        row = EnrollmentChangeRow
        query = sa.select(*_ENROLLMENT).where(row.program_id == program_id, row.affiliate_id.in_(sorted(affiliate_ids)))
        found: dict[str, list[Enrollment]] = {affiliate_id: [] for affiliate_id in affiliate_ids}
        for values in self._session.execute(query.order_by(row.number)):
            record = Enrollment(*values)
            found[record.affiliate_id].append(record)
        return found

    def current(self, program_id: str, *, state: State | None = None, cursor: str | None = None, limit: int = 50) -> Page[Enrollment]:
        """Everyone who stands somehow in a program, by affiliate id. Raises InvalidInputError for a cursor or limit."""
        row, later = EnrollmentChangeRow, aliased(EnrollmentChangeRow)
        superseded = sa.exists().where(
            later.program_id == row.program_id, later.affiliate_id == row.affiliate_id, later.number > row.number
        )
        query = sa.select(*_ENROLLMENT).where(row.program_id == program_id, ~superseded, after(cursor, row.affiliate_id))
        if state is not None:
            query = query.where(row.state == state)
        found = self._session.execute(query.order_by(row.affiliate_id).limit(checked_limit(limit) + 1))
        return cut([Enrollment(*values) for values in found], limit, lambda record: text_cursor(record.affiliate_id))

    def of_affiliate(self, affiliate_id: str) -> Sequence[Enrollment]:
        """Where an affiliate stands in every program where they do, by program id."""
        row, later = EnrollmentChangeRow, aliased(EnrollmentChangeRow)
        superseded = sa.exists().where(
            later.program_id == row.program_id, later.affiliate_id == row.affiliate_id, later.number > row.number
        )
        found = self._session.execute(sa.select(*_ENROLLMENT).where(row.affiliate_id == affiliate_id, ~superseded).order_by(row.program_id))
        return [Enrollment(*values) for values in found]

    def history(self, program_id: str, affiliate_id: str) -> Sequence[Enrollment]:
        """Every change of one enrollment, the first one first."""
        return self._latest(program_id, affiliate_id)[::-1]

    def _latest(self, program_id: str, affiliate_id: str) -> list[Enrollment]:
        row = EnrollmentChangeRow
        query = sa.select(*_ENROLLMENT).where(row.program_id == program_id, row.affiliate_id == affiliate_id)
        return [Enrollment(*values) for values in self._session.execute(query.order_by(row.number.desc()))]

    def _check_known(self, program_id: str, affiliate_id: str) -> None:
        if not is_storable(program_id) or self._session.get(ProgramRow, program_id) is None:
            raise NotFoundError("no program has that id; `tribute program list` shows them")
        if not is_storable(affiliate_id) or self._session.get(AffiliateRow, affiliate_id) is None:
            raise NotFoundError("no affiliate has that id; `tribute affiliate list` shows them")

    def _checked_group(self, program_id: str, group: str) -> str | None:
        name = " ".join(group.split())
        if not name:
            return None
        if not is_storable(name) or self._session.get(ProgramGroupRow, (program_id, name)) is None:
            raise InvalidInputError("group", "the program has no group of that name; add it first, or leave the group out")
        return name


def _checked_reason(state: State, reason: str | None) -> str | None:
    told = (reason or "").strip()
    if not told and state in _WITH_REASON:
        raise InvalidInputError("reason", f"say why the affiliate is {state}; they will see it")
    if len(told) > _REASON_LIMIT or not is_storable(told):
        raise InvalidInputError("reason", f"give at most {_REASON_LIMIT} characters of plain text")
    return told or None

"""Applications: what people told who want to be in a program, which terms they accepted and when, and what came of it.

A code that somebody asked for is nobody else's while the application waits, and for a month where it came to nothing: otherwise whoever
asks for codes could tell which addresses have accounts. Used by the offices and the reports.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.kit.clock import Clock
from tribute.ledger.columns import columns_of, insert_or_ignore, update, values_of
from tribute.ledger.models_joining import ApplicationRow
from tribute.ledger.paging import Page, before, checked_limit, cut, newest_first, time_cursor
from tribute.ledger.rules.sign_up import Answer
from tribute.ledger.rules.text import email_key, is_storable

ApplicationState = Literal["waiting", "admitted", "rejected", "repeated"]
"""`repeated`: its address had an account or an application already, so that there is nothing to answer."""
_HELD_FOR: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Application:
    """One application; it was sent, and `terms_id` accepted, at `at`. `sent_key` tells a form that was sent twice.

    Without `terms_id` none were accepted: it came through the API, which shows nobody any.
    """

    id: str
    program_id: str
    affiliate_id: str | None
    state: ApplicationState
    name: str
    email: str
    code: str
    promotes: str
    answers: tuple[Answer, ...]
    terms_id: str | None
    sent_key: str
    at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None
    reason: str | None = None


_APPLICATION = columns_of(ApplicationRow, Application)


class Applications:
    """Reads and writes applications within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def add(self, application: Application) -> bool:
        """Keep an application; tells whether it is new. One with the same `sent_key` is the same."""
        return insert_or_ignore(self._session, ApplicationRow, values_of(application) | {"email_key": email_key(application.email)})

    def decide(
        self,
        application_id: str,
        state: Literal["admitted", "rejected"],
        *,
        by: str,
        affiliate_id: str | None = None,
        reason: str | None = None,
    ) -> Application:
        """Note what came of an application. Without an affiliate it keeps its own."""
        told = {"state": state, "decided_at": self._clock.now(), "decided_by": by, "reason": reason}
        if affiliate_id is not None:
            told["affiliate_id"] = affiliate_id
        self._session.execute(update(ApplicationRow).where(ApplicationRow.id == application_id).values(told))
        decided = self.by_id(application_id)
        assert decided is not None  # noqa: S101 -- the caller has it
        return decided

    def settle(
        self,
        program_id: str,
        affiliate_id: str,
        email: str,
        state: Literal["admitted", "rejected"],
        *,
        by: str,
        reason: str | None = None,
    ) -> None:
        """Note the same of whatever an affiliate, or their address, has waiting in a program: it was answered in another way."""
        told = {"state": state, "affiliate_id": affiliate_id, "decided_at": self._clock.now(), "decided_by": by, "reason": reason}
        self._session.execute(update(ApplicationRow).where(*_waits(program_id, email, affiliate_id)).values(told))

    def by_id(self, application_id: str) -> Application | None:
        """The application with this id."""
        return self._one(ApplicationRow.id == application_id) if is_storable(application_id) else None

    def sent(self, sent_key: str) -> Application | None:
        """The application of a form that was sent before."""
        return self._one(ApplicationRow.sent_key == sent_key)

    def has_waiting(self, program_id: str, email: str, affiliate_id: str | None = None) -> bool:
        """Whether somebody of this address, or this affiliate by whatever address, has an application waiting in a program."""
        return self._session.scalar(sa.select(sa.exists().where(*_waits(program_id, email, affiliate_id)))) or False

    def waiting(self, program_id: str | None = None) -> int:
        """How many wait for an answer, in all programs or in one."""
        query = sa.select(sa.func.count()).select_from(ApplicationRow).where(ApplicationRow.state == "waiting")
        if program_id is not None:
            query = query.where(ApplicationRow.program_id == program_id)
        return int(self._session.scalar(query) or 0)

    def holds(self, code: str) -> bool:
        """Whether somebody asked for a code, given in lower case, and may still get it, or asked within a month."""
        row = ApplicationRow
        asked = sa.or_(row.state == "waiting", sa.and_(row.state == "repeated", row.at > self._clock.now() - _HELD_FOR))
        return self._session.scalar(sa.select(sa.exists().where(row.code == code, asked))) or False

    def of_affiliate(self, affiliate_id: str) -> Sequence[Application]:
        """What an affiliate applied for, the latest first."""
        query = sa.select(*_APPLICATION).where(ApplicationRow.affiliate_id == affiliate_id, ApplicationRow.state != "repeated")
        return [Application(*row) for row in self._session.execute(query.order_by(*newest_first(ApplicationRow.at, ApplicationRow.id)))]

    def page(self, state: ApplicationState, *, search: str = "", cursor: str | None = None, limit: int = 50) -> Page[Application]:
        """Applications of a state whose name, address or code has the text, the latest first. Raises InvalidInputError for a cursor."""
        row = ApplicationRow
        query = sa.select(*_APPLICATION).where(row.state == state, before(cursor, row.at, row.id))
        if search:
            query = query.where(sa.or_(*(column.icontains(search, autoescape=True) for column in (row.name, row.email_key, row.code))))
        found = self._session.execute(query.order_by(*newest_first(row.at, row.id)).limit(checked_limit(limit) + 1))
        return cut([Application(*values) for values in found], limit, lambda one: time_cursor(one.at, one.id))

    def _one(self, condition: sa.ColumnElement[bool]) -> Application | None:
        row = self._session.execute(sa.select(*_APPLICATION).where(condition)).one_or_none()
        return Application(*row) if row is not None else None


def _waits(program_id: str, email: str, affiliate_id: str | None) -> tuple[sa.ColumnElement[bool], ...]:
    """What waits in a program of an address, or of an affiliate: they may have had another address when they asked."""
    row = ApplicationRow
    is_theirs = row.email_key == email_key(email)
    if affiliate_id is not None:
        is_theirs = sa.or_(is_theirs, row.affiliate_id == affiliate_id)
    return row.program_id == program_id, row.state == "waiting", is_theirs

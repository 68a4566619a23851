"""Times out of use, of affiliates and of coupons: begun and ended, never forgotten, so that what held at an instant can always be told.

Written and read by the repositories of affiliates and of coupons; each has at most one absence without an end, which its own row tells too.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.kit.ids import new_id
from tribute.ledger.columns import insert_or_ignore, update
from tribute.ledger.models import AffiliateAbsenceRow
from tribute.ledger.models_programs import CouponAbsenceRow

AbsenceRow = type[AffiliateAbsenceRow] | type[CouponAbsenceRow]


@dataclass(frozen=True, slots=True)
class Absence:
    """A time out of use: its first instant, and the first one after it; without an end while it lasts."""

    from_at: datetime
    until_at: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether an instant lies in it."""
        return self.from_at <= at and (self.until_at is None or self.until_at > at)


def begin_absence(session: Session, row: AbsenceRow, at: datetime, **whose: str) -> None:
    """Begin an absence of whom these columns name, unless one lasts already."""
    insert_or_ignore(session, row, {"id": new_id("abs"), **whose, "from_at": at, "until_at": None})


def end_absence(session: Session, row: AbsenceRow, at: datetime, **whose: str) -> None:
    """End the absence that lasts, if any."""
    theirs = (getattr(row, column) == value for column, value in whose.items())
    session.execute(update(row).where(*theirs, row.until_at.is_(None)).values(until_at=at))


def absent_at(row: AbsenceRow, at: datetime) -> sa.ColumnElement[bool]:
    """As a condition: the absence holds at an instant."""
    return sa.and_(row.from_at <= at, sa.or_(row.until_at.is_(None), row.until_at > at))

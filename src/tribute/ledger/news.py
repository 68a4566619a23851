"""What an affiliate would like to be told by mail: commissions that are new, and commissions that became payable. Read from the books.

A conversion is news once: deciding it anew, for the same affiliate, is none. Marks keep up to when each was told. Used by the mail jobs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tribute.ledger.columns import AnySelect, insert_or_ignore, update
from tribute.ledger.models import WebsiteRow
from tribute.ledger.models_money import CommissionRow, ReversalRow, TransactionRow
from tribute.ledger.models_orders import DecisionRow
from tribute.ledger.models_own import MailMarkRow

NewsKind = Literal["earned", "approved"]


@dataclass(frozen=True, slots=True)
class NewsItem:
    """A commission that is news; `at` is when it became so, by the books."""

    affiliate_id: str
    commission_id: str
    website: str
    currency: str
    amount_minor: int
    occurred_at: datetime
    payable_at: datetime
    at: datetime


class News:
    """Reads the books within the session's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def since(self, kind: NewsKind, after: datetime, *, until: datetime, affiliate_id: str | None = None) -> Sequence[NewsItem]:
        """What was booked after an instant and up to another, the earliest first; everybody's, or one affiliate's."""
        query = (_earned() if kind == "earned" else _approved()).where(TransactionRow.at > after, TransactionRow.at <= until)
        if affiliate_id is not None:
            query = query.where(CommissionRow.affiliate_id == affiliate_id)
        return [NewsItem(*values) for values in self._session.execute(query.order_by(TransactionRow.at, CommissionRow.id))]


_ITEM = (
    CommissionRow.affiliate_id,
    CommissionRow.id,
    WebsiteRow.name,
    CommissionRow.currency,
    CommissionRow.amount_minor - CommissionRow.reversed_minor,
    CommissionRow.occurred_at,
    CommissionRow.payable_at,
    TransactionRow.at,
)


def _earned() -> AnySelect:
    earlier = aliased(CommissionRow)
    known_before = sa.exists().where(
        earlier.conversion_id == CommissionRow.conversion_id,
        earlier.affiliate_id == CommissionRow.affiliate_id,
        earlier.id != CommissionRow.id,
        earlier.created_at <= CommissionRow.created_at,
    )
    return (
        sa.select(*_ITEM)
        .join(DecisionRow, DecisionRow.id == TransactionRow.cause_id)
        .join(CommissionRow, sa.and_(CommissionRow.conversion_id == DecisionRow.conversion_id, CommissionRow.decision_id == DecisionRow.id))
        .join(WebsiteRow, WebsiteRow.id == CommissionRow.website_id)
        .where(TransactionRow.cause_kind == "decision", TransactionRow.step == "earn", CommissionRow.superseded_at.is_(None))
        .where(CommissionRow.status.in_(("pending", "approved", "paid")), ~known_before)
    )


def _approved() -> AnySelect:
    return (
        sa.select(*_ITEM)
        .join(CommissionRow, CommissionRow.id == TransactionRow.cause_id)
        .join(WebsiteRow, WebsiteRow.id == CommissionRow.website_id)
        .where(TransactionRow.cause_kind == "commission", TransactionRow.step == "approve")
        .where(CommissionRow.superseded_at.is_(None), CommissionRow.status.in_(("approved", "paid")))
    )


def earned_between(session: Session, affiliate_id: str, start: datetime, end: datetime) -> Mapping[str, int]:
    """What sales of a span earned an affiliate, less what was taken back in it, by currency; `end` is not within. Zeros are left out."""
    earned, taken = CommissionRow, ReversalRow
    sales = sa.select(earned.currency, earned.amount_minor.label("minor")).where(
        earned.affiliate_id == affiliate_id,
        earned.superseded_at.is_(None),
        earned.status.not_in(("held", "rejected")),
        earned.occurred_at >= start,
        earned.occurred_at < end,
    )
    reversals = (
        sa.select(taken.currency, (-taken.amount_minor).label("minor"))
        .join(earned, earned.id == taken.commission_id)
        .where(taken.affiliate_id == affiliate_id, taken.superseded_at.is_(None), earned.status.not_in(("held", "rejected")))
        .where(taken.occurred_at >= start, taken.occurred_at < end)
    )
    both = sa.union_all(sales, reversals).subquery()
    sums = sa.select(both.c.currency, sa.func.sum(both.c.minor)).group_by(both.c.currency)
    return {currency: int(minor) for currency, minor in session.execute(sums) if minor}


@dataclass(frozen=True, slots=True)
class MailMark:
    """Up to when an affiliate was told, and when the last mail of the kind was put into the outbox."""

    until_at: datetime
    mailed_at: datetime | None


class MailMarks:
    """Reads and moves marks within the session's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, affiliate_id: str, kind: str) -> MailMark | None:
        """The mark; None for who was never told."""
        row = MailMarkRow
        query = sa.select(row.until_at, row.mailed_at).where(row.affiliate_id == affiliate_id, row.kind == kind)
        found = self._session.execute(query).first()
        return MailMark(*found) if found is not None else None

    def all_of(self, kind: str) -> Mapping[str, datetime]:
        """Up to when each affiliate was told of a kind, by id."""
        query = sa.select(MailMarkRow.affiliate_id, MailMarkRow.until_at).where(MailMarkRow.kind == kind)
        return dict(self._session.execute(query).all())

    def move(self, affiliate_id: str, kind: str, until: datetime, *, mailed_at: datetime | None) -> None:
        """Tell nothing up to this instant again. Without a mail, the time of the last one stays."""
        values = {"until_at": until} | ({"mailed_at": mailed_at} if mailed_at is not None else {})
        if not insert_or_ignore(self._session, MailMarkRow, {"affiliate_id": affiliate_id, "kind": kind, "mailed_at": None, **values}):
            this = (MailMarkRow.affiliate_id == affiliate_id, MailMarkRow.kind == kind)
            self._session.execute(update(MailMarkRow).where(*this).values(**values))

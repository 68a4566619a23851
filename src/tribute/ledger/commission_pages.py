"""Commissions as they are read: pages of millions of them, their sums by website and UTC hour or day. Used by reports, which scope them.

A sum is a commission's whole amount at its order's time, less reversals at theirs; held, rejected and superseded ones count nowhere.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final, Literal

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from tribute.ledger.columns import AnySelect
from tribute.ledger.commissions import COMMISSION, CommissionRecord, CommissionStatus
from tribute.ledger.models_money import CommissionRow, ReversalRow
from tribute.ledger.models_orders import ConversionRow
from tribute.ledger.paging import Page, before, checked_limit, cut, newest_first, time_cursor

Grain = Literal["hour", "day"]
COUNTED: Final = ("pending", "approved", "paid", "reversed")
"""Statuses that count in sums. A reversed commission counts with its reversals, so that a refund never changes an earlier day."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which commissions are wanted: everything that is given must be so; `since` ≤ `occurred_at` < `until`."""

    affiliate_id: str | None = None
    status: CommissionStatus | None = None
    website_id: str | None = None
    program_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Coming:
    """What becomes payable next in a currency, in minor units: everything pending whose hold ends within the UTC day of `payable_at`."""

    currency: str
    payable_at: datetime
    amount_minor: int


@dataclass(frozen=True, slots=True)
class CommissionSum:
    """What came in, net, in minor units, in the UTC hour or day that begins at `bucket`."""

    website_id: str
    bucket: datetime
    currency: str
    amount_minor: int


_IS_PENDING = CommissionRow.status == sa.literal_column("'pending'")
"""Written out, as the index that only holds these is found by it."""


class CommissionPages:
    """Reads within the session's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(self, filters: Filters, *, cursor: str | None = None, limit: int = 50) -> Page[CommissionRecord]:
        """Commissions that stand, the latest by `occurred_at` first. Raises InvalidInputError for a cursor or limit."""
        row = CommissionRow
        query = sa.select(*COMMISSION).where(row.superseded_at.is_(None), before(cursor, row.occurred_at, row.id))
        for column in (row.affiliate_id, row.status, row.website_id, row.program_id):
            value = getattr(filters, column.key)
            if value is not None:
                query = query.where(column == value)
        if filters.since is not None:
            query = query.where(row.occurred_at >= filters.since)
        if filters.until is not None:
            query = query.where(row.occurred_at < filters.until)
        found = self._session.execute(query.order_by(*newest_first(row.occurred_at, row.id)).limit(checked_limit(limit) + 1))
        return cut([CommissionRecord(*values) for values in found], limit, lambda record: time_cursor(record.occurred_at, record.id))

    def first_sale(self, affiliate_id: str, website_id: str) -> CommissionRecord | None:
        """An affiliate's earliest sale on a website that counts in sums; None before it."""
        row = CommissionRow
        query = sa.select(*COMMISSION).join(ConversionRow, ConversionRow.id == row.conversion_id)
        query = query.where(row.affiliate_id == affiliate_id, row.website_id == website_id, row.superseded_at.is_(None))
        query = query.where(row.status.in_(COUNTED), ConversionRow.kind == "sale").order_by(row.occurred_at, row.id).limit(1)
        found = self._session.execute(query).one_or_none()
        return CommissionRecord(*found) if found is not None else None

    def coming(self, affiliate_id: str, currency: str, *, since: datetime | None = None) -> Coming | None:
        """What becomes payable next to an affiliate in a currency, not before `since`; None where nothing is pending."""
        row = CommissionRow
        pending: tuple[sa.ColumnElement[bool], ...] = (
            row.affiliate_id == affiliate_id,
            row.currency == currency,
            _IS_PENDING,
            row.superseded_at.is_(None),
        )
        pending = pending if since is None else (*pending, row.payable_at >= since)
        first = self._session.scalar(sa.select(sa.func.min(row.payable_at)).where(*pending))
        if first is None:
            return None
        day_ends = datetime.combine(first.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
        left = sa.select(sa.func.sum(row.amount_minor - row.reversed_minor)).where(*pending, row.payable_at < day_ends)
        return Coming(currency, first, int(self._session.scalar(left) or 0))

    def sums(self, since: datetime, until: datetime, grain: Grain, *, affiliate_id: str | None = None) -> Sequence[CommissionSum]:
        """Net commissions from `since` to before `until`, of one affiliate or all; by bucket, website and currency. Zero sums are left out.

        The first bucket is cut at `since`, the last at `until`.
        """
        sums: Counter[tuple[str, str, str]] = Counter()
        bucket = _UtcHour if grain == "hour" else _UtcDay
        earned, taken = _earned(bucket, since, until, affiliate_id), _taken(bucket, since, until, affiliate_id)
        for query, sign in ((earned, 1), (taken, -1)):
            for start, website_id, currency, status, amount in self._session.execute(query):
                if status in COUNTED:  # left to here, because the index that holds a whole affiliate's sums is not by status
                    sums[start, website_id, currency] += sign * int(amount)
        return [
            CommissionSum(website_id, datetime.fromisoformat(start).replace(tzinfo=UTC), currency, amount)
            for (start, website_id, currency), amount in sorted(sums.items())
            if amount
        ]


class _UtcHour(FunctionElement[str]):
    """The UTC hour of an instant, as `2026-11-23 10`."""

    name = "utc_hour"
    type = sa.Text()
    inherit_cache = True


class _UtcDay(FunctionElement[str]):
    """The UTC day of an instant, as `2026-11-23`."""

    name = "utc_day"
    type = sa.Text()
    inherit_cache = True


@compiles(_UtcHour, "sqlite")
def _sqlite_hour(element: _UtcHour, compiler: SQLCompiler, **options: Any) -> str:
    return f"substr({compiler.process(element.clauses, **options)}, 1, 13)"  # instants are kept as UTC text


@compiles(_UtcDay, "sqlite")
def _sqlite_day(element: _UtcDay, compiler: SQLCompiler, **options: Any) -> str:
    return f"substr({compiler.process(element.clauses, **options)}, 1, 10)"


@compiles(_UtcHour, "postgresql")
def _postgresql_hour(element: _UtcHour, compiler: SQLCompiler, **options: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **options)} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')"


@compiles(_UtcDay, "postgresql")
def _postgresql_day(element: _UtcDay, compiler: SQLCompiler, **options: Any) -> str:
    return f"to_char({compiler.process(element.clauses, **options)} AT TIME ZONE 'UTC', 'YYYY-MM-DD')"


def _earned(bucket: type[FunctionElement[str]], since: datetime, until: datetime, affiliate_id: str | None) -> AnySelect:
    row = CommissionRow
    key = (bucket(row.occurred_at), row.website_id, row.currency, row.status)
    query = sa.select(*key, sa.func.sum(row.amount_minor)).where(row.superseded_at.is_(None))
    return _within(query, row, since, until, affiliate_id).group_by(*key)


def _taken(bucket: type[FunctionElement[str]], since: datetime, until: datetime, affiliate_id: str | None) -> AnySelect:
    row = ReversalRow
    key = (bucket(row.occurred_at), row.website_id, row.currency, CommissionRow.status)
    query = sa.select(*key, sa.func.sum(row.amount_minor)).join(CommissionRow, CommissionRow.id == row.commission_id)
    query = query.where(row.superseded_at.is_(None))  # as those of superseded commissions are not
    return _within(query, row, since, until, affiliate_id).group_by(*key)


def _within(
    query: AnySelect, row: type[CommissionRow] | type[ReversalRow], since: datetime, until: datetime, affiliate_id: str | None
) -> AnySelect:
    whose = row.affiliate_id == affiliate_id if affiliate_id is not None else sa.true()
    return query.where(whose, row.occurred_at >= since, row.occurred_at < until)

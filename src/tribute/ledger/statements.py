"""An affiliate's statement: what moved on their accounts in the books, transaction by transaction, and what comes next.

Used by reports, which scope it.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.ledger.books import CauseKind
from tribute.ledger.commission_pages import Coming, CommissionPages
from tribute.ledger.models_money import AccountRow, CommissionRow, EntryRow, ReversalRow, TransactionRow
from tribute.ledger.paging import Page, before, checked_limit, cut, newest_first, time_cursor

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Movement:
    """One transaction as an affiliate's accounts have it, in minor units of one currency; `payable_minor` has adjustments in it.

    `commission_id` is the commission that it is of, `is_refund` whether a reversal follows a refund rather than a lost dispute.
    """

    id: str
    at: datetime
    cause: CauseKind
    step: str
    note: str
    currency: str
    pending_minor: int
    payable_minor: int
    held_minor: int
    commission_id: str | None
    is_refund: bool


class Statements:
    """Reads within the session's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(self, affiliate_id: str, *, cursor: str | None = None, limit: int = 50) -> Page[Movement]:
        """What moved, the latest first. Raises InvalidInputError for a cursor or limit."""
        row = TransactionRow
        own = sa.select(EntryRow.transaction_id).join(AccountRow, AccountRow.id == EntryRow.account_id)
        own = own.where(AccountRow.affiliate_id == affiliate_id)
        query = sa.select(row.id, row.at, row.cause_kind, row.cause_id, row.step, row.note)
        query = query.where(row.id.in_(own), before(cursor, row.at, row.id)).order_by(*newest_first(row.at, row.id))
        found = self._session.execute(query.limit(checked_limit(limit) + 1)).all()
        moved = self._moved(affiliate_id, [one.id for one in found])
        commissions = self._commissions({(one.cause_kind, one.cause_id) for one in found}, affiliate_id)
        movements = [
            Movement(
                id=one.id,
                at=one.at,
                cause=one.cause_kind,
                step=one.step.partition(" ")[0],
                note=one.note,
                currency=next(currency for currency, _ in moved[one.id]),
                pending_minor=_sum(moved[one.id], "pending"),
                payable_minor=_sum(moved[one.id], "approved", "adjustments"),
                held_minor=_sum(moved[one.id], "held"),
                commission_id=commissions.get(one.cause_id, (None, False))[0],
                is_refund=commissions.get(one.cause_id, (None, False))[1],
            )
            for one in found
        ]
        return cut(movements, limit, lambda movement: time_cursor(movement.at, movement.id))

    def upcoming(self, affiliate_id: str, currency: str, days: int) -> Sequence[Coming]:
        """The next so many UTC days on which something pending becomes payable, with what does."""
        pages, found = CommissionPages(self._session), list[Coming]()
        since: datetime | None = None
        while len(found) < days:
            coming = pages.coming(affiliate_id, currency, since=since)
            if coming is None:
                break
            found.append(coming)
            since = datetime.combine(coming.payable_at.astimezone(UTC).date() + _DAY, time(), UTC)
        return found

    def _moved(self, affiliate_id: str, transaction_ids: Sequence[str]) -> Mapping[str, Counter[tuple[str, str]]]:
        """Amounts by transaction, then currency and kind of account."""
        query = sa.select(EntryRow.transaction_id, AccountRow.currency, AccountRow.kind, EntryRow.amount_minor)
        query = query.join(AccountRow, AccountRow.id == EntryRow.account_id)
        query = query.where(EntryRow.transaction_id.in_(transaction_ids), AccountRow.affiliate_id == affiliate_id)
        moved: dict[str, Counter[tuple[str, str]]] = {}
        for transaction_id, currency, kind, amount in self._session.execute(query):
            moved.setdefault(transaction_id, Counter())[currency, kind] += amount
        return moved

    def _commissions(self, causes: Collection[tuple[str, str]], affiliate_id: str) -> Mapping[str, tuple[str, bool]]:
        """By the id of the cause: the affiliate's commission that it is of, and whether it is a refund's reversal."""
        told = {cause_id: (cause_id, False) for kind, cause_id in causes if kind == "commission"}
        decided = [cause_id for kind, cause_id in causes if kind == "decision"]
        reversed_ = [cause_id for kind, cause_id in causes if kind == "reversal"]
        query = sa.select(CommissionRow.decision_id, CommissionRow.id)
        made = query.where(CommissionRow.decision_id.in_(decided), CommissionRow.affiliate_id == affiliate_id)
        taken = sa.select(ReversalRow.id, ReversalRow.commission_id, ReversalRow.refund_id).where(ReversalRow.id.in_(reversed_))
        told |= {decision_id: (commission_id, False) for decision_id, commission_id in self._session.execute(made)}
        told |= {one_id: (commission_id, refund_id is not None) for one_id, commission_id, refund_id in self._session.execute(taken)}
        return told


def _sum(moved: Counter[tuple[str, str]], *kinds: str) -> int:
    return sum(amount for (_, kind), amount in moved.items() if kind in kinds)

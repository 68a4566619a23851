"""The books' proof: everything that can be computed in two ways is, and what differs is told. Used by `doctor` and by tests."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.ledger.columns import AnySelect
from tribute.ledger.models_money import AccountRow, AdjustmentRow, CommissionRow, EntryRow, ReversalRow, TransactionRow
from tribute.ledger.models_orders import ConversionRow

_SHOWN = 20
"""Faults of one kind that are told one by one."""
_Key = tuple[str, str, str]
"""Status or kind of account, affiliate, currency."""
_OWED = ("pending", "approved", "held")


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proven, and one sentence for each fault; none where the books are right."""

    transactions: int
    accounts: int
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.faults


def prove(session: Session) -> Proof:
    """Recompute the books from their entries and what is owed from commissions, in one transaction; reads everything, writes nothing."""
    faults: list[str] = []
    for sentence, query in (
        ("transaction {0} does not balance: {1} minor units are over", _unbalanced()),
        ("transaction {0} has entries in {1} currencies", _mixed()),
        ("transaction {0} has no entries", _empty()),
        ("account {0} shows {1} minor units, its entries sum to {2}", _wrong_balances()),
        ("commission {0} shows {1} minor units reversed, its reversals sum to {2}", _wrong_reversals()),
        ("conversion {0} is credited to {1}, its commission {2} to somebody else", _stale_commissions()),
    ):
        faults += [sentence.format(*row) for row in session.execute(query.limit(_SHOWN))]
    faults += _owed_otherwise(session)
    return Proof(_count(session, TransactionRow), _count(session, AccountRow), tuple(faults))


def _unbalanced() -> AnySelect:
    total = sa.func.sum(EntryRow.amount_minor)
    return sa.select(EntryRow.transaction_id, total).group_by(EntryRow.transaction_id).having(total != 0)


def _mixed() -> AnySelect:
    currencies = sa.func.count(sa.distinct(AccountRow.currency))
    joined = sa.select(EntryRow.transaction_id, currencies).join(AccountRow, AccountRow.id == EntryRow.account_id)
    return joined.group_by(EntryRow.transaction_id).having(currencies > 1)


def _empty() -> AnySelect:
    return sa.select(TransactionRow.id).where(~sa.exists().where(EntryRow.transaction_id == TransactionRow.id))


def _wrong_balances() -> AnySelect:
    total = sa.func.coalesce(sa.func.sum(EntryRow.amount_minor), 0)
    joined = sa.select(AccountRow.id, AccountRow.balance_minor, total).outerjoin(EntryRow, EntryRow.account_id == AccountRow.id)
    return joined.group_by(AccountRow.id, AccountRow.balance_minor).having(AccountRow.balance_minor != total)


def _wrong_reversals() -> AnySelect:
    total = sa.func.coalesce(sa.func.sum(ReversalRow.amount_minor), 0)
    standing = sa.and_(ReversalRow.commission_id == CommissionRow.id, ReversalRow.superseded_at.is_(None))
    joined = sa.select(CommissionRow.id, CommissionRow.reversed_minor, total).outerjoin(ReversalRow, standing)
    current = joined.where(CommissionRow.superseded_at.is_(None))
    return current.group_by(CommissionRow.id, CommissionRow.reversed_minor).having(CommissionRow.reversed_minor != total)


def _stale_commissions() -> AnySelect:
    """A rejected commission stays with whom it was of, so that they can read why; the conversion credits nobody then."""
    credited = ConversionRow.credited_affiliate_id
    joined = sa.select(ConversionRow.id, sa.func.coalesce(credited, "nobody"), CommissionRow.id)
    joined = joined.join(CommissionRow, CommissionRow.conversion_id == ConversionRow.id)
    standing = (CommissionRow.superseded_at.is_(None), CommissionRow.status != "rejected")
    return joined.where(*standing, sa.or_(credited.is_(None), CommissionRow.affiliate_id != credited))


def _owed_otherwise(session: Session) -> list[str]:
    """Affiliates whose accounts hold something else than their commissions and adjustments come to."""
    left = sa.func.sum(CommissionRow.amount_minor - CommissionRow.reversed_minor)
    key = (CommissionRow.status, CommissionRow.affiliate_id, CommissionRow.currency)
    standing = (CommissionRow.superseded_at.is_(None), CommissionRow.status.in_(_OWED))
    owed: dict[_Key, int] = {
        (status, affiliate, currency): int(total)
        for status, affiliate, currency, total in session.execute(sa.select(*key, left).where(*standing).group_by(*key))
    }
    given = sa.select(AdjustmentRow.affiliate_id, AdjustmentRow.currency, sa.func.sum(AdjustmentRow.amount_minor))
    grouped = given.group_by(AdjustmentRow.affiliate_id, AdjustmentRow.currency)
    owed |= {("adjustments", affiliate, currency): int(total) for affiliate, currency, total in session.execute(grouped)}
    accounts = sa.select(AccountRow.kind, AccountRow.affiliate_id, AccountRow.currency, AccountRow.balance_minor)
    affiliates = accounts.where(AccountRow.affiliate_id.is_not(None))
    held: dict[_Key, int] = {(kind, affiliate or "", currency): held for kind, affiliate, currency, held in session.execute(affiliates)}
    return [
        f"{affiliate} is owed {owed.get(account, 0)} minor units of {currency} as {kind}, the books hold {held.get(account, 0)}"
        for account in sorted(owed.keys() | held.keys())
        for kind, affiliate, currency in (account,)
        if owed.get(account, 0) != held.get(account, 0)
    ][:_SHOWN]


def _count(session: Session, row: type[TransactionRow] | type[AccountRow]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(row)) or 0

"""The books' proof: everything that can be computed in two ways is, and what differs is told. Used by `doctor` and by tests."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.ledger.columns import AnySelect, StructJson, table_of
from tribute.ledger.models_money import AccountRow, AdjustmentRow, CommissionRow, EntryRow, ReversalRow, TransactionRow
from tribute.ledger.models_orders import ConversionRow, DecisionRow

_SHOWN = 20
"""Faults of one kind that are told one by one."""
_Key = tuple[str, str, str]
"""Status or kind of account, affiliate, currency."""
_OWED = ("pending", "approved", "held")
_BATCH = 200
"""Conversions that are read at once with their decisions, each of which may be some tens of kilobytes."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proven, and one sentence for each fault; none where the books are right."""

    transactions: int
    accounts: int
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.faults


class _Came(msgspec.Struct, frozen=True):
    """What a decision came to: the part of its record that commissions must agree with."""

    outcome: str
    currency: str
    reason: str | None = None
    affiliate_id: str | None = None
    commission_minor: int = 0

    @property
    def credited(self) -> str | None:
        return self.affiliate_id if self.outcome == "attributed" else None

    @property
    def earns(self) -> tuple[str | None, int, str] | None:
        """For whom there is a commission, of how much, in which currency; None where there is none."""
        return (self.credited, self.commission_minor, self.currency) if self.credited is not None and self.commission_minor else None


def prove(session: Session) -> Proof:
    """Recompute the books from their entries, what is owed from commissions and commissions from decisions, in one transaction.

    Reads everything, a bounded part at a time, and writes nothing.
    """
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
    faults += islice(_decided_otherwise(session), _SHOWN)
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


def _decided_otherwise(session: Session) -> Iterator[str]:
    """Conversions whose newest decision comes to something else than what they are credited to and what commission stands."""
    for conversion_id, credited, came, made_by, commission_id, status, *stands in _decided(session):
        if came is None:
            yield f"conversion {conversion_id} names a decision that is not there"
            continue
        if came.credited != credited:
            whose, theirs = credited or "nobody", came.credited or "nobody"
            yield f"conversion {conversion_id} is credited to {whose}, its newest decision credits {theirs}"
        # A rejected commission stays what the decision made it that it is of, for its affiliate to read.
        was_rejected = status == "rejected" and came.reason == "rejected"
        earns = (made_by if was_rejected else came).earns
        if commission_id is None:
            if earns is not None:
                yield f"conversion {conversion_id} earns {_told(earns)} by its newest decision, and has no commission"
        elif earns != tuple(stands):
            decided = _told(earns) if earns is not None else "nothing"
            yield f"commission {commission_id} is {_told(stands)}, its decision comes to {decided}"
        elif status == "rejected" and not was_rejected:
            yield f"commission {commission_id} is rejected, the newest decision about its conversion is not"


def _decided(session: Session) -> Iterator[Any]:
    """Every decided conversion with what was decided and what commission stands, by id; each batch is one statement, so of one moment."""
    newest, made_by, said = table_of(DecisionRow).alias("newest"), table_of(DecisionRow).alias("made_by"), StructJson(_Came)
    commission = (CommissionRow.id, CommissionRow.status, CommissionRow.affiliate_id, CommissionRow.amount_minor, CommissionRow.currency)
    records = (sa.type_coerce(newest.c.record, said).label("came"), sa.type_coerce(made_by.c.record, said).label("made_as"))
    standing = sa.and_(CommissionRow.conversion_id == ConversionRow.id, CommissionRow.superseded_at.is_(None))
    query = (
        sa.select(ConversionRow.id, ConversionRow.credited_affiliate_id, *records, *commission)
        .outerjoin(newest, newest.c.id == ConversionRow.decision_id)
        .outerjoin(CommissionRow, standing)
        .outerjoin(made_by, sa.and_(made_by.c.id == CommissionRow.decision_id, CommissionRow.status == "rejected"))
        .where(ConversionRow.decision_id.is_not(None))
        .order_by(ConversionRow.id)
        .limit(_BATCH)
    )
    last = ""
    while batch := session.execute(query.where(ConversionRow.id > last)).all():
        yield from batch
        last = batch[-1][0]


def _told(earns: Sequence[Any]) -> str:
    affiliate_id, amount_minor, currency = earns
    return f"{amount_minor} minor units of {currency} for {affiliate_id}"


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

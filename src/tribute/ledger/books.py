"""The double-entry books: balanced transactions, each with its cause, added and never changed; balances are sums of entries.

What is owed to an affiliate is positive on the affiliate's accounts, and negative on the house's account that it comes from. Called by
the use cases of money.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, cast, get_args

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.kit.clock import Clock
from tribute.kit.errors import ConflictError
from tribute.kit.ids import new_id
from tribute.ledger.columns import insert, insert_or_ignore, table_of
from tribute.ledger.models_money import AccountRow, EntryRow, TransactionRow

OwedKind = Literal["pending", "approved", "held", "adjustments"]
HouseKind = Literal["commission_expense", "adjustment_expense"]
CauseKind = Literal["decision", "commission", "reversal", "dispute", "adjustment"]
_ACCOUNTS: Final = table_of(AccountRow)
_MOVE: Final = (
    sa.update(_ACCOUNTS)
    .where(_ACCOUNTS.c.id == sa.bindparam("account"))
    .values(balance_minor=_ACCOUNTS.c.balance_minor + sa.bindparam("moved"))
)
_HOUSE_KINDS: Final = get_args(HouseKind)


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """An account by what it is: of an affiliate, or the house's own without one; in one currency."""

    kind: OwedKind | HouseKind
    currency: str
    affiliate_id: str | None = None

    def __post_init__(self) -> None:
        if (self.kind in _HOUSE_KINDS) != (self.affiliate_id is None):
            raise ValueError(f"{self.kind} is {'the house’s' if self.kind in _HOUSE_KINDS else 'an affiliate’s'} account")


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something is booked: what it follows from, and which step of it; each step is booked once."""

    kind: CauseKind
    id: str
    step: str


@dataclass(frozen=True, slots=True)
class Balance:
    """What an affiliate is owed in one currency, in minor units, by how certain it is."""

    currency: str
    pending_minor: int = 0
    approved_minor: int = 0
    held_minor: int = 0
    adjustments_minor: int = 0


@dataclass(frozen=True, slots=True)
class Booked:
    """One entry of a transaction, as a statement shows it."""

    transaction_id: str
    at: datetime
    cause: Cause
    note: str
    by: str
    account: Account
    amount_minor: int


class UnbalancedError(ValueError):
    """Entries that do not sum to zero, or are in two currencies: a mistake of the program, never of a person."""


class Books:
    """Books and reads within the session's transaction."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._ids: dict[Account, str] = {}
        """Accounts met in this transaction; an account keeps its id for ever."""

    def post(self, cause: Cause, entries: Sequence[tuple[Account, int]], *, by: str, note: str = "") -> bool:
        """Book a transaction; tells whether it was booked now, rather than before by the same cause.

        Amounts on one account are added up. Raises UnbalancedError, and ConflictError when the cause was booked with other amounts.
        """
        amounts = _checked(entries)
        values = {"id": new_id("txn"), "at": self._clock.now(), "note": note, "by": by}
        values |= {"cause_kind": cause.kind, "cause_id": cause.id, "step": cause.step}
        if not insert_or_ignore(self._session, TransactionRow, values):
            self._check_booked_so(cause, amounts)
            return False
        ids = self._account_ids(sorted(amounts))
        rows = [{"transaction_id": values["id"], "account_id": ids[account], "amount_minor": amount} for account, amount in amounts.items()]
        insert(self._session, EntryRow, *rows)
        moved = sorted((ids[account], amount) for account, amount in amounts.items())  # in one order, so that no two wait for each other
        self._session.connection().execute(_MOVE, [{"account": account_id, "moved": amount} for account_id, amount in moved])
        return True

    def balances(self, affiliate_id: str) -> Sequence[Balance]:
        """What an affiliate is owed, by currency; currencies in which nothing was ever booked are left out."""
        query = sa.select(AccountRow.currency, AccountRow.kind, AccountRow.balance_minor).where(AccountRow.affiliate_id == affiliate_id)
        found: dict[str, dict[str, int]] = {}
        for currency, kind, balance in self._session.execute(query):
            found.setdefault(currency, {})[f"{kind}_minor"] = balance
        return _balances(found)

    def balance(self, account: Account) -> int:
        """What an account holds, in minor units."""
        return self._session.scalar(sa.select(AccountRow.balance_minor).where(_is(account))) or 0

    def of_cause(self, kind: str, cause_id: str) -> Sequence[Booked]:
        """Everything that was booked by a cause, in the order of time and account."""
        query = (
            sa.select(TransactionRow, AccountRow.kind, AccountRow.currency, AccountRow.affiliate_id, EntryRow.amount_minor)
            .join(EntryRow, EntryRow.transaction_id == TransactionRow.id)
            .join(AccountRow, AccountRow.id == EntryRow.account_id)
            .where(TransactionRow.cause_kind == kind, TransactionRow.cause_id == cause_id)
            .order_by(TransactionRow.at, TransactionRow.id, AccountRow.kind, AccountRow.affiliate_id)
        )
        return [
            Booked(row.id, row.at, _cause(row), row.note, row.by, _account(kind, currency, affiliate_id), amount)
            for row, kind, currency, affiliate_id, amount in self._session.execute(query)
        ]

    def _account_ids(self, accounts: Sequence[Account]) -> dict[Account, str]:
        missing = [account for account in accounts if account not in self._ids]
        if missing:
            self._ids |= self._found_or_opened(missing)
        return self._ids

    def _found_or_opened(self, accounts: Sequence[Account]) -> dict[Account, str]:
        found = self._known_ids(accounts)
        for account in accounts:
            if account not in found:
                values = {"kind": account.kind, "currency": account.currency, "affiliate_id": account.affiliate_id, "balance_minor": 0}
                insert_or_ignore(self._session, AccountRow, {"id": new_id("acc"), **values})
        return found if len(found) == len(accounts) else self._known_ids(accounts)

    def _known_ids(self, accounts: Sequence[Account]) -> dict[Account, str]:
        columns = (AccountRow.id, AccountRow.kind, AccountRow.currency, AccountRow.affiliate_id)
        rows = self._session.execute(sa.select(*columns).where(sa.or_(*map(_is, accounts))))
        return {_account(kind, currency, affiliate_id): found for found, kind, currency, affiliate_id in rows}

    def _check_booked_so(self, cause: Cause, amounts: dict[Account, int]) -> None:
        booked = {one.account: one.amount_minor for one in self.of_cause(cause.kind, cause.id) if one.cause == cause}
        if booked != amounts:
            raise ConflictError(f"{cause.step} of {cause.id} is in the books already, with other amounts")


def _balances(kinds_by_currency: Mapping[str, Mapping[str, int]]) -> list[Balance]:
    return [Balance(currency, **kinds) for currency, kinds in sorted(kinds_by_currency.items())]


def _checked(entries: Sequence[tuple[Account, int]]) -> dict[Account, int]:
    """The entries added up by account, without accounts on which nothing moves."""
    sums: Counter[Account] = Counter()
    for account, amount in entries:
        sums[account] += amount
    amounts = {account: amount for account, amount in sums.items() if amount}
    if sum(amounts.values()) != 0:
        raise UnbalancedError("a transaction's entries sum to zero")
    if not amounts:
        raise UnbalancedError("a transaction moves something")
    if len({account.currency for account in sums}) != 1:
        raise UnbalancedError("a transaction is in one currency")
    return amounts


def _is(account: Account) -> sa.ColumnElement[bool]:
    row = AccountRow
    whose = row.affiliate_id.is_(None) if account.affiliate_id is None else row.affiliate_id == account.affiliate_id
    return sa.and_(row.kind == account.kind, row.currency == account.currency, whose)


def _account(kind: str, currency: str, affiliate_id: str | None) -> Account:
    return Account(cast("OwedKind | HouseKind", kind), currency, affiliate_id)


def _cause(row: TransactionRow) -> Cause:
    return Cause(cast("CauseKind", row.cause_kind), row.cause_id, row.step)

"""Everybody who is owed something, by currency and page by page: sums over the books' accounts. Used by reports, for the team alone."""

from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tribute.ledger.books import Balance
from tribute.ledger.models import AffiliateCodeRow, AffiliateRow
from tribute.ledger.models_money import AccountRow
from tribute.ledger.paging import Page, after, checked_limit, cut, malformed, text_cursor, text_in

_LARGEST: Final = 2**63 - 1
"""What a database's integer holds; a cursor is what anybody may have typed."""


@dataclass(frozen=True, slots=True)
class OwedTo:
    """What somebody is owed in one currency; nothing, pending, held or payable, is in no list."""

    affiliate_id: str
    code: str
    name: str
    balance: Balance

    @property
    def payable_minor(self) -> int:
        """What is approved, with bonuses and corrections; below zero where more was taken back."""
        return self.balance.approved_minor + self.balance.adjustments_minor


class OwedPages:
    """Reads within the session's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def most_payable_first(self, *, cursor: str | None = None, limit: int = 50) -> Page[OwedTo]:
        """By currency, whoever can be paid most first: the order in which a person looks. Amounts, and so places, may change between
        two pages, each of which adds up all accounts (50 ms for ten thousand affiliates). Raises InvalidInputError for a cursor or limit.
        """
        owed = _owed(AccountRow.affiliate_id.is_not(None))
        order = (owed.c.currency, -owed.c.payable, AffiliateCodeRow.code)
        further = sa.true() if cursor is None else sa.tuple_(*order) > sa.tuple_(*map(sa.literal, _place(cursor)))
        found = self._read(owed, sa.select(owed).where(further).order_by(*order).limit(checked_limit(limit) + 1))
        return cut(found, limit, lambda one: text_cursor(f"{one.balance.currency} {-one.payable_minor} {one.code}"))

    def by_code(self, *, cursor: str | None = None, limit: int = 50) -> Page[OwedTo]:
        """By code and currency, with all currencies of up to so many affiliates: an order that no payment changes, so that page after page
        has everybody once, and costs the same wherever it lies. Raises InvalidInputError for a cursor or limit.
        """
        code, account = AffiliateCodeRow, AccountRow
        has_something = sa.exists().where(account.affiliate_id == code.affiliate_id, account.balance_minor != 0)
        people = sa.select(code).where(code.is_primary, after(cursor, code.code), has_something)
        found = self._session.scalars(people.order_by(code.code).limit(checked_limit(limit) + 1)).all()
        page = cut(found, limit, lambda one: text_cursor(one.code))
        owed = _owed(account.affiliate_id.in_([one.affiliate_id for one in page.items]))
        return Page(tuple(self._read(owed, sa.select(owed).order_by(code.code, owed.c.currency))), page.next)

    def _read(self, owed: sa.Subquery, asked: sa.Select[Any]) -> list[OwedTo]:
        code = AffiliateCodeRow
        query = (
            asked.add_columns(code.code, AffiliateRow.name)
            .join(code, sa.and_(code.affiliate_id == owed.c.affiliate_id, code.is_primary))
            .join(AffiliateRow, AffiliateRow.id == owed.c.affiliate_id)
            .where(sa.or_(owed.c.payable != 0, owed.c.pending != 0, owed.c.held != 0))
        )
        return [
            OwedTo(one.affiliate_id, one.code, one.name, Balance(one.currency, one.pending, one.approved, one.held, one.adjustments))
            for one in self._session.execute(query)
        ]


def _owed(whose: sa.ColumnElement[bool]) -> sa.Subquery:
    """Balances by affiliate and currency, added up over accounts."""
    row = AccountRow

    def of(*kinds: str) -> sa.ColumnElement[int]:
        amount = sa.case((row.kind.in_(kinds), row.balance_minor), else_=0)
        return sa.cast(sa.func.sum(amount), sa.BigInteger)  # PostgreSQL's sums are decimals

    columns = {"pending": of("pending"), "approved": of("approved"), "held": of("held"), "adjustments": of("adjustments")}
    columns["payable"] = of("approved", "adjustments")
    query = sa.select(row.affiliate_id, row.currency, *(column.label(name) for name, column in columns.items()))
    return query.where(whose).group_by(row.affiliate_id, row.currency).subquery()


def _place(cursor: str) -> tuple[str, int, str]:
    """Currency, amount and code in a cursor of the list that begins with the most payable. Raises InvalidInputError."""
    currency, _, rest = text_in(cursor).partition(" ")
    amount, _, code = rest.partition(" ")
    try:
        place = currency, int(amount), code
    except ValueError:
        raise malformed() from None
    if abs(place[1]) > _LARGEST:
        raise malformed()
    return place

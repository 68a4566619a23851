"""What is owed to whom, as the console's Orders page lists it, a page at a time; and everybody as CSV. Part of `orders`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from litestar import get
from litestar.response import Stream

from tribute.access.caller import Caller
from tribute.kit.errors import InvalidInputError
from tribute.kit.money import main_units
from tribute.kit.spreadsheet import Cell
from tribute.ledger.owed_pages import OwedTo
from tribute.ledger.paging import Page
from tribute.web.amounts import Amount
from tribute.web.downloads import CSV_ROWS, whole_list
from tribute.web.parts import AnyRequest, Parts

CSV: Final = "/owner/orders/owed.csv"
_ROWS: Final = 20
_CSV_HEAD: Final = ("affiliate", "name", "currency", "pending", "held", "payable")


@dataclass(frozen=True, slots=True)
class OwedRow:
    """What is owed to an affiliate in one currency."""

    name: str
    code: str
    payable: Amount
    pending: Amount
    held: Amount


@dataclass(frozen=True, slots=True)
class OwedShown:
    """A page of the list, the most payable first; `next` is the place after it, `is_lost` whether the place asked for is none."""

    rows: Sequence[OwedRow]
    next: str | None
    is_lost: bool


def owed_routes(parts: Parts) -> list[Any]:
    """Everybody as CSV; an affiliate gets 403."""

    @get(CSV, sync_to_thread=True)
    def table(request: AnyRequest) -> Stream:
        caller = parts.caller(request)

        def page(after: str | None) -> Page[OwedTo]:
            return parts.ledger.owed.by_code(caller, cursor=after, limit=CSV_ROWS)

        return whole_list("tribute-owed.csv", _CSV_HEAD, page(None), page, _cells)

    return [table]


def owed_shown(parts: Parts, caller: Caller, after: str | None) -> OwedShown:
    """The page of the list at a place, or its beginning where that is none."""
    try:
        page, is_lost = parts.ledger.owed.most_payable_first(caller, cursor=after, limit=_ROWS), False
    except InvalidInputError:
        page, is_lost = parts.ledger.owed.most_payable_first(caller, limit=_ROWS), True
    return OwedShown([_row(one) for one in page.items], page.next, is_lost)


def _row(one: OwedTo) -> OwedRow:
    balance, currency = one.balance, one.balance.currency
    amounts = (Amount(minor, currency) for minor in (one.payable_minor, balance.pending_minor, balance.held_minor))
    return OwedRow(one.name, one.code, *amounts)


def _cells(one: OwedTo) -> list[Cell]:
    balance, currency = one.balance, one.balance.currency
    amounts = (main_units(minor, currency) for minor in (balance.pending_minor, balance.held_minor, one.payable_minor))
    return [one.code, one.name, currency, *amounts]

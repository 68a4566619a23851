"""The portal's balance: what is owed in each currency, what comes next and when, every movement in the books. Needs no scripts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from litestar import Response, get
from litestar.response import Redirect, Stream

from tribute.access.caller import Caller
from tribute.kit.clock import iso_seconds
from tribute.kit.errors import InvalidInputError
from tribute.kit.money import main_units
from tribute.kit.spreadsheet import Cell
from tribute.ledger.paging import Page
from tribute.ledger.statements import Movement
from tribute.reports.money import Owed
from tribute.web.amounts import Amount
from tribute.web.downloads import CSV_ROWS, whole_list
from tribute.web.parts import AnyRequest, Parts
from tribute.web.portal.commissions import PATH as COMMISSIONS
from tribute.web.portal.commissions import rank

PATH: Final = "/balance"
_ROWS = 50
_CSV_HEAD = ("at", "what", "currency", "pending", "payable", "held", "commission", "movement")
_WHAT: Final = {
    ("decision", "earn"): "Earned by a sale or lead",
    ("decision", "withdraw"): "Withdrawn: the order was decided anew",
    ("decision", "reject"): "Rejected by the owner",
    ("commission", "approve"): "Hold period over: payable",
    ("commission", "hold"): "Held until it is looked into",
    ("commission", "release"): "Held no more",
    ("reversal", "undo"): "Given back: a refund was put right",
}


@dataclass(frozen=True, slots=True)
class ComingRow:
    """A day on which something becomes payable."""

    day: datetime
    amount: Amount


@dataclass(frozen=True, slots=True)
class CurrencyShown:
    """What is owed in a currency."""

    currency: str
    payable: Amount
    pending: Amount
    held: Amount
    adjustments: Amount
    coming: Sequence[ComingRow]

    @property
    def is_negative(self) -> bool:
        """Whether more was taken back than is payable."""
        return self.payable.minor < 0


@dataclass(frozen=True, slots=True)
class MovementRow:
    """A movement: what it was, and by how much each part of the balance changed; None where it did not."""

    at: datetime
    what: str
    href: str | None
    pending: Amount | None
    payable: Amount | None
    held: Amount | None


@dataclass(frozen=True, slots=True)
class BalancePage:
    """Everything the page shows."""

    template: ClassVar[str] = "portal/balance.html"
    name: str
    code: str
    currencies: Sequence[CurrencyShown]
    rows: Sequence[MovementRow]
    newest: str | None
    older: str | None
    csv: str
    problem: str | None


def balance_routes(parts: Parts) -> list[Any]:
    """The page, and its movements as CSV. The team sees what is owed to everyone in the console."""

    @get(PATH, sync_to_thread=True)
    def balance(request: AnyRequest) -> Response[Any]:
        caller = parts.caller(request)
        if caller.is_team:
            return Redirect("/owner/orders", status_code=303)
        return parts.render.page(_page(parts, caller, request.query_params.get("after") or None), request)

    @get("/balance.csv", sync_to_thread=True)
    def table(request: AnyRequest) -> Stream:
        caller = parts.caller(request)

        def page(after: str | None) -> Page[Movement]:
            return parts.ledger.balance.movements(caller, cursor=after, limit=CSV_ROWS)

        return whole_list("tribute-balance.csv", _CSV_HEAD, page(None), page, _cells)

    return [balance, table]


def _page(parts: Parts, caller: Caller, after: str | None) -> BalancePage:
    problem = None
    try:
        page = parts.ledger.balance.movements(caller, cursor=after, limit=_ROWS)
    except InvalidInputError:
        after, problem = None, "That place in the list is none; this is its beginning."
        page = parts.ledger.balance.movements(caller, limit=_ROWS)
    profile, coming = parts.accounts.profile(caller), parts.ledger.balance.upcoming(caller)
    return BalancePage(
        name=profile.name,
        code=profile.code or "",
        currencies=[
            _currency(owed, [ComingRow(one.payable_at, Amount(one.amount_minor, one.currency)) for one in coming[owed.balance.currency]])
            for owed in sorted(parts.ledger.money.owed(caller), key=rank)
        ],
        rows=[_row(movement) for movement in page.items],
        newest=PATH if after is not None else None,
        older=f"{PATH}?after={page.next}" if page.next is not None else None,
        csv="/balance.csv",
        problem=problem,
    )


def _currency(owed: Owed, coming: Sequence[ComingRow]) -> CurrencyShown:
    balance, currency = owed.balance, owed.balance.currency
    return CurrencyShown(
        currency=currency,
        payable=Amount(balance.approved_minor + balance.adjustments_minor, currency),
        pending=Amount(balance.pending_minor, currency),
        held=Amount(balance.held_minor, currency),
        adjustments=Amount(balance.adjustments_minor, currency),
        coming=coming,
    )


def _what(movement: Movement) -> str:
    """The movement's cause in a few words; an adjustment's are the owner's, which are written for the affiliate."""
    if movement.cause == "adjustment":
        kind = "Bonus" if movement.payable_minor > 0 else "Correction"
        return f"{kind}: {movement.note}"
    if (movement.cause, movement.step) == ("reversal", "take"):
        return "Taken back for a refund" if movement.is_refund else "Taken back for a lost dispute"
    return _WHAT.get((movement.cause, movement.step), "Booked")


def _row(movement: Movement) -> MovementRow:
    def moved(minor: int) -> Amount | None:
        return Amount(minor, movement.currency) if minor else None

    return MovementRow(
        at=movement.at,
        what=_what(movement),
        href=f"{COMMISSIONS}/{movement.commission_id}" if movement.commission_id is not None else None,
        pending=moved(movement.pending_minor),
        payable=moved(movement.payable_minor),
        held=moved(movement.held_minor),
    )


def _cells(movement: Movement) -> list[Cell]:
    amounts = (movement.pending_minor, movement.payable_minor, movement.held_minor)
    told: list[Cell] = [iso_seconds(movement.at), _what(movement), movement.currency]
    told += [main_units(amount, movement.currency) for amount in amounts]
    return [*told, movement.commission_id or "", movement.id]

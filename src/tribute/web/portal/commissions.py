"""The portal's commissions: what is owed and when, and every commission with where it stands.

Complete without scripts. What an affiliate may see is decided in `reports`; this module only lays it out.
"""

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
from tribute.reports.money import CommissionSeen, Owed
from tribute.web.amounts import STATUS_WORDS, TONES, Amount
from tribute.web.downloads import CSV_ROWS, whole_list
from tribute.web.parts import AnyRequest, Parts
from tribute.web.portal.ledger_asked import ListAsked
from tribute.web.portal.options import Option
from tribute.web.reader import reader

PATH: Final = "/commissions"
_ROWS = 50
_PROBLEMS = {
    "cursor": "That place in the list is none; this is its beginning.",
    "website": "No website has that name, so all of them are shown.",
}
_CSV_HEAD = (
    *("order_time", "website", "program", "kind", "commissionable", "earned", "taken_back", "owed", "currency"),
    *("status", "payable_at", "commission", "why"),
)


@dataclass(frozen=True, slots=True)
class BalanceShown:
    """What is owed in a currency; `next_day` is when the next of what is pending becomes payable."""

    currency: str
    payable: Amount
    pending: Amount
    held: Amount
    adjustments: Amount
    next_amount: Amount | None
    next_day: datetime | None

    @property
    def is_negative(self) -> bool:
        """Whether more was taken back than is payable."""
        return self.payable.minor < 0


@dataclass(frozen=True, slots=True)
class CommissionRow:
    """A commission in the list. `earned` is shown where some of it was taken back."""

    href: str
    occurred_at: datetime
    website: str
    owed: Amount
    earned: Amount | None
    state: str
    tone: str | None
    payable_at: datetime


@dataclass(frozen=True, slots=True)
class CommissionsPage:
    """Everything the list shows."""

    template: ClassVar[str] = "portal/commissions.html"
    name: str
    code: str
    balances: Sequence[BalanceShown]
    rows: Sequence[CommissionRow]
    statuses: Sequence[Option]
    websites: Sequence[Option]
    asked: ListAsked
    newest: str | None
    older: str | None
    everything: str
    csv: str
    problem: str | None


def commission_routes(parts: Parts) -> list[Any]:
    """The list, and the list as CSV. An owner's list is the console's."""

    @get(PATH, sync_to_thread=True)
    def commissions(request: AnyRequest) -> Response[Any]:
        caller = parts.caller(request)
        if caller.is_team:
            return Redirect("/owner/orders", status_code=303)
        return parts.render.page(_list(parts, caller, ListAsked.of(request.query_params, reader().zone)), request)

    @get("/commissions.csv", sync_to_thread=True)
    def table(request: AnyRequest) -> Stream:
        caller = parts.caller(request)
        asked = ListAsked.of(request.query_params, reader().zone)
        first, asked, _ = _page(parts, caller, asked, CSV_ROWS)
        filters = parts.ledger.money.filters(caller, asked.asked(), status=asked.status)

        def page(after: str) -> Page[CommissionSeen]:
            return parts.ledger.money.commissions(caller, filters, cursor=after, limit=CSV_ROWS)

        return whole_list("tribute-commissions.csv", _CSV_HEAD, first, page, _cells)

    return [commissions, table]


def _list(parts: Parts, caller: Caller, asked: ListAsked) -> CommissionsPage:
    page, asked, problem = _page(parts, caller, asked, _ROWS)
    profile = parts.accounts.profile(caller)
    names = parts.ledger.tagging.websites(caller)
    return CommissionsPage(
        name=profile.name,
        code=profile.code or "",
        balances=[_balance(one) for one in sorted(parts.ledger.money.owed(caller), key=rank)],
        rows=[_row(seen) for seen in page.items],
        statuses=[
            Option("", "All", asked.status is None),
            *(Option(one, words, one == asked.status) for one, words in STATUS_WORDS.items()),
        ],
        websites=[Option("", "All", asked.website is None), *(Option(name, name, name == asked.website) for name in names)],
        asked=asked,
        newest=asked.address(PATH) if asked.after is not None else None,
        older=asked.address(PATH, after=page.next) if page.next is not None else None,
        everything=PATH,
        csv=asked.address("/commissions.csv"),
        problem=problem,
    )


def _page(parts: Parts, caller: Caller, asked: ListAsked, rows: int) -> tuple[Page[CommissionSeen], ListAsked, str | None]:
    """A page of the list, what was asked for without what names nothing, and a sentence on that."""
    money = parts.ledger.money
    try:
        filters = money.filters(caller, asked.asked(), status=asked.status)
        return money.commissions(caller, filters, cursor=asked.after, limit=rows), asked, None
    except InvalidInputError as error:
        page, left, _ = _page(parts, caller, asked.without(error.field), rows)
        return page, left, _PROBLEMS[error.field]


def rank(owed: Owed) -> tuple[bool, str]:
    """Currencies with commissions before those with bonuses alone."""
    balance = owed.balance
    return not (balance.pending_minor or balance.approved_minor or balance.held_minor), balance.currency


def _balance(owed: Owed) -> BalanceShown:
    balance, currency, coming = owed.balance, owed.balance.currency, owed.coming
    return BalanceShown(
        currency=currency,
        payable=Amount(balance.approved_minor + balance.adjustments_minor, currency),
        pending=Amount(balance.pending_minor, currency),
        held=Amount(balance.held_minor, currency),
        adjustments=Amount(balance.adjustments_minor, currency),
        next_amount=Amount(coming.amount_minor, currency) if coming is not None else None,
        next_day=coming.payable_at if coming is not None else None,
    )


def owed_of(seen: CommissionSeen) -> Amount:
    """What is owed of a commission."""
    record = seen.record
    return Amount(record.left_minor if record.status != "rejected" else 0, record.currency)


def _row(seen: CommissionSeen) -> CommissionRow:
    record = seen.record
    return CommissionRow(
        href=f"{PATH}/{record.id}",
        occurred_at=record.occurred_at,
        website=seen.website,
        owed=owed_of(seen),
        earned=Amount(record.amount_minor, record.currency) if record.reversed_minor else None,
        state=f"Held: {record.held_reason}" if record.held_reason and record.status == "held" else STATUS_WORDS[record.status],
        tone=TONES.get(record.status),
        payable_at=record.payable_at,
    )


def _cells(seen: CommissionSeen) -> list[Cell]:
    record, currency = seen.record, seen.record.currency
    amounts = (seen.order_minor, record.amount_minor, record.reversed_minor, owed_of(seen).minor)
    told: list[Cell] = [iso_seconds(record.occurred_at), seen.website, seen.program, seen.kind]
    told += [str(main_units(amount, currency)) for amount in amounts]
    return [*told, currency, record.status, iso_seconds(record.payable_at), record.id, " ".join(seen.why)]

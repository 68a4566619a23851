"""The portal's page of orders that were not credited to the affiliate though they had a part in them, and why. Needs no scripts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from litestar import Response, get
from litestar.response import Redirect, Stream

from tribute.access.caller import Caller
from tribute.kit.clock import iso_seconds
from tribute.kit.errors import InvalidInputError
from tribute.kit.spreadsheet import Cell
from tribute.ledger.paging import Page
from tribute.reports.not_credited import NotCredited
from tribute.web.downloads import CSV_ROWS, whole_list
from tribute.web.parts import AnyRequest, Parts
from tribute.web.reader import reader

PATH: Final = "/commissions/not-credited"
_CSV: Final = "/commissions/not-credited.csv"
_ROWS = 50
_CSV_HEAD = ("order_time", "website", "outcome", "why")
_OUTCOMES: Final = {
    "held": ("Held", "warn"),
    "nobody": ("Credited to nobody", None),
    "another": ("Credited to another affiliate", None),
    "nothing": ("Yours, and earns nothing", None),
}


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order and why it brought nothing."""

    occurred_at: datetime
    website: str
    outcome: str
    tone: str | None
    why: Sequence[str]


@dataclass(frozen=True, slots=True)
class NotCreditedPage:
    """Everything the page shows."""

    template: ClassVar[str] = "portal/not_credited.html"
    name: str
    code: str
    rows: Sequence[OrderRow]
    newest: str | None
    older: str | None
    csv: str
    problem: str | None


def not_credited_routes(parts: Parts) -> list[Any]:
    """The page, and the same as CSV. The team sees every order in the console."""

    @get(PATH, sync_to_thread=True)
    def orders(request: AnyRequest) -> Response[Any]:
        caller = parts.caller(request)
        if caller.is_team:
            return Redirect("/owner/orders", status_code=303)
        return parts.render.page(_page(parts, caller, request.query_params.get("after") or None), request)

    @get(_CSV, sync_to_thread=True)
    def table(request: AnyRequest) -> Stream:
        caller = parts.caller(request)

        def page(after: str | None) -> Page[NotCredited]:
            return parts.ledger.not_credited.orders(caller, cursor=after, limit=CSV_ROWS)

        return whole_list("tribute-not-credited.csv", _CSV_HEAD, page(None), page, _cells)

    return [orders, table]


def _page(parts: Parts, caller: Caller, after: str | None) -> NotCreditedPage:
    problem, profile = None, parts.accounts.profile(caller)
    try:
        page = parts.ledger.not_credited.orders(caller, cursor=after, limit=_ROWS)
    except InvalidInputError:
        after, problem = None, "That place in the list is none; this is its beginning."
        page = parts.ledger.not_credited.orders(caller, limit=_ROWS)
    return NotCreditedPage(
        name=profile.name,
        code=profile.code or "",
        rows=[OrderRow(one.occurred_at, one.website, *_OUTCOMES[one.outcome], one.telling.sentences(reader())) for one in page.items],
        newest=PATH if after is not None else None,
        older=f"{PATH}?after={page.next}" if page.next is not None else None,
        csv=_CSV,
        problem=problem,
    )


def _cells(one: NotCredited) -> list[Cell]:
    """An order as a line, with the words of the APIs."""
    return [iso_seconds(one.occurred_at), one.website, one.outcome, " ".join(one.why)]

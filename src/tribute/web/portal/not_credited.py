"""The portal's page of orders that were not credited to the affiliate though they had a part in them, and why. Needs no scripts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from litestar import Response, get
from litestar.response import Redirect

from tribute.access.caller import Caller
from tribute.kit.errors import InvalidInputError
from tribute.web.parts import AnyRequest, Parts

PATH: Final = "/commissions/not-credited"
_ROWS = 50
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
    problem: str | None


def not_credited_routes(parts: Parts) -> list[Any]:
    """The page. The team sees every order in the console."""

    @get(PATH, sync_to_thread=True)
    def orders(request: AnyRequest) -> Response[Any]:
        caller = parts.caller(request)
        if caller.is_team:
            return Redirect("/owner/orders", status_code=303)
        return parts.render.page(_page(parts, caller, request.query_params.get("after") or None), request)

    return [orders]


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
        rows=[OrderRow(one.occurred_at, one.website, *_OUTCOMES[one.outcome], one.why) for one in page.items],
        newest=PATH if after is not None else None,
        older=f"{PATH}?after={page.next}" if page.next is not None else None,
        problem=problem,
    )
